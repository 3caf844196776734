import Reporting
import Worklist

/// A report as `report --json` prints it, and as `GET /api/v1/reports/ID` answers.
package struct ReportJSON: Encodable {
    private let entry: ReportDesk.Entry

    package init(_ entry: ReportDesk.Entry) { self.entry = entry }

    private enum CodingKeys: String, CodingKey {
        case report, state, standing, sentences, sensitivity, versions, difference, language, model, text, cause
        case studyInstanceUID = "study_instance_uid"
        case accessionNumber = "accession_number"
        case patientID = "patient_id"
        case draftedAt = "drafted_at"
    }

    package func encode(to encoder: any Encoder) throws {
        let draft = entry.draft
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(draft.id, forKey: .report)
        try container.encode(draft.state, forKey: .state)
        try container.encode(draft.standing, forKey: .standing)
        try container.encode(draft.studyInstanceUID, forKey: .studyInstanceUID)
        try container.encode(entry.study.accessionNumber, forKey: .accessionNumber)
        try container.encode(entry.study.patientID, forKey: .patientID)
        try container.encode(entry.createdAt, forKey: .draftedAt)
        try container.encode(draft.language, forKey: .language)
        try container.encode(WorklistItem.Model(draft.model), forKey: .model)
        try container.encode(draft.text, forKey: .text)
        try container.encode(draft.sentences, forKey: .sentences)
        try container.encode(draft.sensitivity, forKey: .sensitivity)
        try container.encode(draft.versions, forKey: .versions)
        let bodies = draft.versions.map(\.body)
        try container.encode(bodies.count > 1 ? TextDifference(from: bodies[0], to: bodies[bodies.count - 1]).lines : [], forKey: .difference)
        try container.encode(draft.ending?.cause, forKey: .cause)
    }
}
