package import Worklist

extension Explanation {
    /// A final report beside the score that stood when it came: one element of `outcomes`.
    package struct Outcome: Encodable, Sendable {
        package var status: String
        package var text: String
        package var author: String
        /// As the reporting system wrote it.
        package var reportedAt: String
        package var receivedAt: Timestamp
        package var sender: String
        package var category: Category?
        package var findings: [String: Double]
        package var model: WorklistItem.Model?

        enum CodingKeys: String, CodingKey {
            case status, text, author, sender, category, findings, model
            case reportedAt = "reported_at"
            case receivedAt = "received_at"
        }

        /// Every key, with null where there is nothing.
        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(status, forKey: .status)
            try container.encode(text, forKey: .text)
            try container.encode(author, forKey: .author)
            try container.encode(reportedAt, forKey: .reportedAt)
            try container.encode(receivedAt, forKey: .receivedAt)
            try container.encode(sender, forKey: .sender)
            try container.encode(category, forKey: .category)
            try container.encode(findings, forKey: .findings)
            try container.encode(model, forKey: .model)
        }

        init(_ outcome: Worklist.Outcome) {
            status = outcome.report.status.rawValue
            text = outcome.report.text
            author = outcome.report.author
            reportedAt = outcome.report.reportedAt
            receivedAt = outcome.receivedAt
            sender = outcome.sender
            category = outcome.category
            findings = outcome.findings
            model = outcome.model.map(WorklistItem.Model.init)
        }
    }

    /// An earlier study of the patient: one element of `earlier_studies`.
    package struct Earlier: Encodable, Sendable {
        package var studyInstanceUID: String
        package var accessionNumber: String
        package var studyDate: String
        package var studyDescription: String
        package var state: StudyState
        package var category: Category
        package var findings: [String: Double]
        /// Flagged critical or urgent, and not reported yet.
        package var hasOpenFinding: Bool
        /// The newest final report; nil where there is none.
        package var report: String?

        enum CodingKeys: String, CodingKey {
            case state, category, findings, report
            case studyInstanceUID = "study_instance_uid"
            case accessionNumber = "accession_number"
            case studyDate = "study_date"
            case studyDescription = "study_description"
            case hasOpenFinding = "open_finding"
        }

        /// Every key, with null where there is nothing.
        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(studyInstanceUID, forKey: .studyInstanceUID)
            try container.encode(accessionNumber, forKey: .accessionNumber)
            try container.encode(studyDate, forKey: .studyDate)
            try container.encode(studyDescription, forKey: .studyDescription)
            try container.encode(state, forKey: .state)
            try container.encode(category, forKey: .category)
            try container.encode(findings, forKey: .findings)
            try container.encode(hasOpenFinding, forKey: .hasOpenFinding)
            try container.encode(report, forKey: .report)
        }

        init(_ study: EarlierStudy) {
            studyInstanceUID = study.studyInstanceUID.text
            accessionNumber = study.accessionNumber
            studyDate = study.studyDate
            studyDescription = study.studyDescription
            state = study.state
            category = study.category
            findings = study.findings
            hasOpenFinding = study.hasOpenFinding
            report = study.report?.text
        }
    }
}
