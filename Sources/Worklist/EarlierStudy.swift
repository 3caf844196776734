/// A study of the same patient that was taken before another one: what an order, a draft or a narrative may refer to.
package struct EarlierStudy: Hashable, Sendable {
    package var studyInstanceUID: UID
    package var accessionNumber: String
    /// YYYYMMDD, as the images have it; empty where they have none.
    package var studyDate: String
    package var studyDescription: String
    package var modality: String
    package var bodyPart: String
    package var state: StudyState
    package var category: Category
    /// Label → probability; empty where unscored.
    package var findings: [String: Double]
    /// The newest final report; nil where none has come.
    package var report: FinalReport?

    package init(_ study: Study, report: FinalReport?) {
        studyInstanceUID = study.studyInstanceUID
        accessionNumber = study.accessionNumber
        studyDate = study.studyDate
        studyDescription = study.studyDescription
        modality = study.modality
        bodyPart = study.bodyPart
        state = study.state
        category = study.category
        findings = study.findings
        self.report = report
    }

    /// It was flagged critical or urgent, and nobody has reported on it yet.
    package var hasOpenFinding: Bool { (category == .critical || category == .urgent) && report == nil && state != .reported }
}

extension Study {
    /// Whether this study was taken before the other; by arrival where either says no date.
    package func isEarlier(than other: Study) -> Bool {
        guard let own = takenAt, let its = other.takenAt, own != its else {
            return (receivedAt, studyInstanceUID) < (other.receivedAt, other.studyInstanceUID)
        }
        return own < its
    }
}
