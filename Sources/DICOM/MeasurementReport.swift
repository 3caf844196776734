internal import Foundation
package import Worklist

/// A study's figures, as an Enhanced SR (PS3.3 section A.35.2) with the content of TID 1500.
///
/// A measurement group for each finding: what it is, by which algorithm, on which image, how sure. Complete, for a machine has nothing
/// to add; preliminary and unverified, for nobody has looked at it.
package struct MeasurementReport: Hashable, Sendable {
    package struct Finding: Hashable, Sendable {
        /// The model's own name of it.
        package var label: String
        /// 0 … 1
        package var value: Double
        /// The one it is highest on.
        package var image: ObjectReference

        package init(label: String, value: Double, image: ObjectReference) {
            self.label = label
            self.value = value
            self.image = image
        }
    }

    package var model: ModelReference
    package var findings: [Finding]
    package var category: Worklist.Category
    package var language = ReportLanguage.english

    package init(model: ModelReference, findings: [Finding], category: Worklist.Category) {
        self.model = model
        self.findings = findings
        self.category = category
    }

    /// PS3.16 CID 7021
    package static let documentTitle = Code(value: "126000", scheme: "DCM", meaning: "Imaging Measurement Report")
    /// The certainty that a device places upon a finding, in percent (PS3.16 TID 4104 row 12): what a calibrated probability is. Not (111047,
    /// DCM, "Probability of cancer"), which is about one disease.
    package static let certainty = Code(value: "111012", scheme: "DCM", meaning: "Certainty of Finding")
    package static let percent = Code(value: "%", scheme: "UCUM", meaning: "Percent")
    /// A figure that ranks and is no probability has no concept in PS3.16, and may not borrow one that says more.
    package static let score = Code(value: "SCORE", scheme: Code.privateScheme, meaning: "Model score, not calibrated")
    package static let noUnits = Code(value: "1", scheme: "UCUM", meaning: "no units")

    package func encoded(_ version: ResultVersion, of context: ResultContext) throws(DICOMError) -> ResultObject {
        let report = try ReportWriter(.measurements, title: Self.documentTitle, language: language)
        let reference = try report.describe(
            .measurements, version, of: context, description: "Machine findings, not signed", preliminary: true)
        try report.addDevice(context.equipment)
        try report.addProcedure(Self.procedure(context.study.modality))
        var library: [ObjectReference] = []
        for finding in findings where !library.contains(finding.image) { library.append(finding.image) }
        for image in library { try report.addImage(image, modality: context.study.modality) }
        for finding in findings.sorted(by: { ($0.value, $1.label) > ($1.value, $0.label) }) {
            try report.beginGroup(
                tracking: finding.label,
                uid: ResultUID.tracking(finding.label, of: context.study.studyInstanceUID, by: context.equipment.aeTitle),
                finding: FindingCode.code(finding.label))
            try report.setAlgorithm(model.name, version: model.version, parameters: "weights sha256=\(model.sha256)")
            let (concept, value, unit) =
                model.isCalibrated
                ? (Self.certainty, finding.value * 100, Self.percent) : (Self.score, finding.value, Self.noUnits)
            try report.addMeasurement(concept, Self.decimal(value), unit, purpose: Self.source, from: finding.image)
        }
        try report.addEvaluation(.private("Category"), category.rawValue)
        try report.addEvaluation(.private("Status"), Self.notice)
        try report.complete()
        return ResultObject(
            kind: .measurements, reference: reference, version: version.number, file: try report.encode(source: context.equipment.aeTitle))
    }

    private static let notice = "Machine output – not signed: made by an algorithm, read by nobody"
    private static let source = Code(value: "121112", scheme: "DCM", meaning: "Source of Measurement")

    /// Four digits that count; VR DS.
    private static func decimal(_ value: Double) -> String { String(format: "%.4g", value) }

    /// Procedure reported, from PS3.16 CID 100, by the modality: what it has for a body part is too coarse to be right more often.
    private static func procedure(_ modality: String) -> Code {
        switch modality.uppercased() {
        case "CR", "DX", "RG": Code(value: "43468-8", scheme: "LN", meaning: "XR unspecified body region")
        case "CT": Code(value: "25045-6", scheme: "LN", meaning: "CT unspecified body region")
        case "MR": Code(value: "25056-3", scheme: "LN", meaning: "MRI unspecified body region")
        case "NM": Code(value: "49118-3", scheme: "LN", meaning: "NM unspecified body region")
        case "PT": Code(value: "44136-0", scheme: "LN", meaning: "PET unspecified body region")
        default: Code(value: "363679005", scheme: "SCT", meaning: "Imaging procedure")
        }
    }
}
