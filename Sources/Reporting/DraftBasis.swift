package import Worklist

/// What a draft rests on, kept with it: when any of this changes, the draft no longer holds.
package struct DraftBasis: Sendable, Hashable, Codable {
    struct Earlier: Sendable, Hashable, Codable {
        var studyInstanceUID: UID
        var category: Category
    }

    /// How often the study had been complete.
    var round: Int
    var objects: Int
    var patientID: String
    var issuerOfPatientID: String
    var patientBirthDate: String
    var accessionNumber: String
    var reasonForStudy: String
    var model: ModelReference?
    var findings: [String: Double]
    var category: Category
    var conflicts: [String]
    var earlier: [Earlier]
    /// Threshold and sensitivity.
    var rule: Rule?

    struct Rule: Sendable, Hashable, Codable {
        var label: String
        var below: Double
        var sensitivity: DraftingModel.Sensitivity?
    }

    package init(_ circumstances: Circumstances) {
        let study = circumstances.study
        round = study.assembly.round
        objects = circumstances.objects.count
        patientID = study.patientID
        issuerOfPatientID = study.issuerOfPatientID
        patientBirthDate = study.patientBirthDate
        accessionNumber = study.accessionNumber
        reasonForStudy = study.reasonForStudy
        model = study.model
        findings = study.findings
        category = study.category
        conflicts = study.conflicts
        earlier = circumstances.earlier.map { Earlier(studyInstanceUID: $0.studyInstanceUID, category: $0.category) }
        rule = circumstances.model?.ruleOut.map { Rule(label: $0.label, below: $0.below, sensitivity: $0.sensitivity) }
    }

    /// What has become of the draft's basis in the study as it stands; nil where the study itself still bears it.
    package func cause(in study: Study) -> DraftCause.Kind? {
        if study.state == .reported { return .finalReport }
        if study.assembly.round != round || !study.assembly.isComplete { return .lateImages }
        if (study.patientID, study.issuerOfPatientID, study.patientBirthDate) != (patientID, issuerOfPatientID, patientBirthDate) { return .patientChanged }
        if study.findings != findings || study.model != model || study.category != category { return .changedScore }
        if study.conflicts != conflicts { return .conflict }
        if (study.accessionNumber, study.reasonForStudy) != (accessionNumber, reasonForStudy) { return .changedOrder }
        return nil
    }

    /// The same, of everything that is known; nil where nothing has changed.
    package func cause(in circumstances: Circumstances) -> DraftCause.Kind? {
        let current = DraftBasis(circumstances)
        if let kind = cause(in: circumstances.study) { return kind }
        if current.objects != objects { return .lateImages }
        if current.earlier != earlier { return .earlierStudy }
        return current == self ? nil : .changedSettings
    }
}
