import Board
import Foundation
import ReadingRoom
import Reporting
import Worklist

/// Reports for a person to read.
enum ReportText {
    static func table(_ entries: [ReportDesk.Entry]) -> String {
        guard !entries.isEmpty else { return "No drafts." }
        let header = ["report", "state", "drafted", "accession", "patient", "by"]
        let rows = entries.map { entry in
            [
                entry.draft.id, entry.draft.state.rawValue, entry.createdAt.rfc3339, entry.study.accessionNumber,
                "\(PersonName.display(entry.study.patientName)) (\(entry.study.patientID))", entry.draft.ending.map { $0.by ?? "FirstRead" } ?? entry.draft.versions.last?.by ?? "",
            ].map(DisplayWidth.printable)
        }
        let widths = header.indices.map { column in ([header] + rows).map { DisplayWidth.of($0[column]) }.max() ?? 0 }
        return ([header] + rows).map { cells in
            zip(cells, widths).map { cell, width in cell + String(repeating: " ", count: max(0, width - DisplayWidth.of(cell))) }
                .joined(separator: "  ").trimmingCharacters(in: .whitespaces)
        }.joined(separator: "\n")
    }

    static func whole(_ entry: ReportDesk.Entry) -> String {
        let draft = entry.draft
        var lines = [draft.standing, "  study \(draft.studyInstanceUID)\(entry.study.accessionNumber.isEmpty ? "" : ", accession number \(entry.study.accessionNumber)")"]
        if let cause = draft.ending?.cause { lines.append("  \(cause.kind.rawValue)\(cause.detail.map { ": \($0)" } ?? "")") }
        lines += ["", draft.text]
        for (earlier, later) in zip(draft.versions, draft.versions.dropFirst()) {
            let difference = TextDifference(from: earlier.body, to: later.body)
            lines += ["", "version \(later.number) by \(later.by), \(later.at.rfc3339), against version \(earlier.number)"]
            lines += difference.isEmpty ? ["  the text was not changed"] : difference.lines.filter { !$0.hasPrefix("  ") }
        }
        lines += ["", "what the draft's sentences rest on"]
        for sentence in draft.sentences { lines += ["  \(sentence.text)"] + sentence.sources.map { "      from \($0)" } }
        return lines.joined(separator: "\n")
    }
}

/// A report as `--json` prints it.
struct ReportJSON: Encodable {
    private var entry: ReportDesk.Entry

    init(_ entry: ReportDesk.Entry) { self.entry = entry }

    private enum CodingKeys: String, CodingKey {
        case report, state, standing, sentences, sensitivity, versions, difference, language, model, text, cause
        case studyInstanceUID = "study_instance_uid"
        case accessionNumber = "accession_number"
        case patientID = "patient_id"
        case draftedAt = "drafted_at"
    }

    func encode(to encoder: any Encoder) throws {
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
