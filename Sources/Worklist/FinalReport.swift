/// What a reader said of a study, as the reporting system sends it (`ORU^R01`).
package struct FinalReport: Hashable, Sendable, Codable {
    /// OBR-25, HL7 table 0123.
    package enum Status: String, Hashable, Sendable, Codable {
        case final
        case corrected
        /// Anything that is not final yet: it closes nothing.
        case preliminary
    }

    package var accessionNumber: String
    /// Empty where it is not named; then the accession number identifies.
    package var studyInstanceUID: String
    package var patientID: String
    package var issuerOfPatientID = ""
    package var status = Status.final
    /// The text of all its rows, word for word, one below the other.
    package var text = ""
    /// Who answers for it, as DICOM writes names; empty where nobody is named.
    package var author = ""
    /// When it was made, as the sender wrote it: YYYYMMDDHHMMSS….
    package var reportedAt = ""
    /// MSH-7: an older one never overwrites a newer one.
    package var messageTime = ""

    package init(accessionNumber: String, studyInstanceUID: String, patientID: String) {
        self.accessionNumber = accessionNumber
        self.studyInstanceUID = studyInstanceUID
        self.patientID = patientID
    }

    package var isFinal: Bool { status != .preliminary }

    /// The clocks of a modality and of a reporting system may differ by so much.
    package static let clockToleranceMinutes = 60

    /// Whether a report that came before the images can be of them: they had been taken when it was made.
    package func canBe(of study: Study) -> Bool {
        guard let made = Moment.minutes(reportedAt), let taken = study.takenAt else { return false }
        return taken <= made + Self.clockToleranceMinutes
    }
}

/// What became of a study: the report, word for word, beside the score that stood when it came.
package struct Outcome: Hashable, Sendable {
    package var report: FinalReport
    package var receivedAt: Timestamp
    /// Sending application and facility (MSH-3, MSH-4).
    package var sender: String
    /// nil where the study has not been scored.
    package var category: Category?
    package var findings: [String: Double]
    package var model: ModelReference?

    package init(report: FinalReport, receivedAt: Timestamp, sender: String, category: Category?, findings: [String: Double], model: ModelReference?) {
        self.report = report
        self.receivedAt = receivedAt
        self.sender = sender
        self.category = category
        self.findings = findings
        self.model = model
    }
}

/// What a message from outside asks for.
package enum Intake: Hashable, Sendable {
    case orders([ImagingOrder])
    case patients([PatientRecord])
    case merges([PatientMerge])
    /// Preliminary ones change nothing.
    case reports([FinalReport])
}
