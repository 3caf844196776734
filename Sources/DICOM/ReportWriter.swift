internal import CDCMTK
internal import Foundation
internal import Worklist

/// A structured report in DCMTK's hands, from its title to its bytes.
///
/// Not `Sendable`: one function makes it, fills it and lets it go.
final class ReportWriter {
    private let pointer: OpaquePointer

    init(_ kind: ResultKind, title: Code, language: ReportLanguage) throws(DICOMError) {
        let raw = kind == .report ? cdcmtk_report_basic_text : cdcmtk_report_measurements
        let made = title.withRaw { title in
            language.code.withRaw { language in
                calling { message, capacity in cdcmtk_report_create(raw, title, language, message, capacity) }
            }
        }
        switch made {
        case .success(let report): pointer = report
        case .failure(let failure): throw Self.error("its title", failure)
        }
    }

    deinit { cdcmtk_report_free(pointer) }

    func set(_ tag: UInt32, _ value: String, in sequence: UInt32 = 0) throws(DICOMError) {
        try attempt("attribute \(String(tag, radix: 16))") { cdcmtk_report_set(pointer, sequence, tag, value, $0, $1) }
    }

    func addScheme(_ designator: String, uid: String, name: String, organization: String) throws(DICOMError) {
        try attempt("a coding scheme") { cdcmtk_report_add_scheme(pointer, designator, uid, name, organization, $0, $1) }
    }

    func addEvidence(_ object: ObjectReference) throws(DICOMError) {
        try attempt("the evidence") { message, capacity in
            object.withRaw { cdcmtk_report_add_evidence(pointer, $0, message, capacity) }
        }
    }

    func addPredecessor(_ document: ObjectReference) throws(DICOMError) {
        try attempt("the predecessor") { message, capacity in
            document.withRaw { cdcmtk_report_add_predecessor(pointer, $0, message, capacity) }
        }
    }

    func complete() throws(DICOMError) { try attempt("the completion flag") { cdcmtk_report_complete(pointer, $0, $1) } }

    func verify(by observer: String, organization: String, at dateTime: String) throws(DICOMError) {
        try attempt("the verifying observer") { cdcmtk_report_verify(pointer, observer, organization, dateTime, $0, $1) }
    }

    func addDevice(uid: UID, name: String, manufacturer: String, model: String) throws(DICOMError) {
        try attempt("the device observer") { cdcmtk_report_add_device(pointer, uid.text, name, manufacturer, model, $0, $1) }
    }

    func addPerson(_ name: String, organization: String) throws(DICOMError) {
        try attempt("the person observer") { cdcmtk_report_add_person(pointer, name, organization, $0, $1) }
    }

    func addSection(_ heading: Code, _ element: Code, _ text: String) throws(DICOMError) {
        try attempt("a section") { message, capacity in
            heading.withRaw { heading in
                element.withRaw { element in cdcmtk_report_add_section(pointer, heading, element, text, message, capacity) }
            }
        }
    }

    func addProcedure(_ procedure: Code) throws(DICOMError) {
        try attempt("the procedure reported") { message, capacity in
            procedure.withRaw { cdcmtk_report_add_procedure(pointer, $0, message, capacity) }
        }
    }

    func addImage(_ image: ObjectReference, modality: String) throws(DICOMError) {
        try attempt("the image library") { message, capacity in
            image.withRaw { cdcmtk_report_add_image(pointer, $0, modality, message, capacity) }
        }
    }

    func beginGroup(tracking identifier: String, uid: UID, finding: Code) throws(DICOMError) {
        try attempt("a measurement group") { message, capacity in
            finding.withRaw { cdcmtk_report_begin_group(pointer, identifier, uid.text, $0, message, capacity) }
        }
    }

    func setAlgorithm(_ name: String, version: String, parameters: String) throws(DICOMError) {
        try attempt("the algorithm") { cdcmtk_report_set_algorithm(pointer, name, version, parameters, $0, $1) }
    }

    func addMeasurement(_ concept: Code, _ value: String, _ unit: Code, purpose: Code, from image: ObjectReference) throws(DICOMError) {
        try attempt("a measurement") { message, capacity in
            concept.withRaw { concept in
                unit.withRaw { unit in
                    purpose.withRaw { purpose in
                        image.withRaw { cdcmtk_report_add_measurement(pointer, concept, value, unit, purpose, $0, message, capacity) }
                    }
                }
            }
        }
    }

    func addEvaluation(_ concept: Code, _ text: String) throws(DICOMError) {
        try attempt("an evaluation") { message, capacity in
            concept.withRaw { cdcmtk_report_add_evaluation(pointer, $0, text, message, capacity) }
        }
    }

    func encode(source aeTitle: String) throws(DICOMError) -> Data {
        let implementation = StorageListener.Settings()
        var bytes: UnsafePointer<UInt8>?
        var count = 0
        try attempt("the report") {
            cdcmtk_report_encode(
                pointer, implementation.implementationClassUID, implementation.implementationVersionName, aeTitle, &bytes, &count, $0, $1)
        }
        return bytes.map { Data(bytes: $0, count: count) } ?? Data()
    }

    private func attempt(_ what: String, _ body: (UnsafeMutablePointer<CChar>, Int) -> Bool) throws(DICOMError) {
        if case .failure(let failure) = calling({ body($0, $1) ? () : nil }) { throw Self.error(what, failure) }
    }

    private static func error(_ what: String, _ failure: CallFailure) -> DICOMError {
        DICOMError(
            code: .failed, message: "A structured report can't be written: \(what): \(DCMTK.withoutValues(failure.text, module: "dcmtk.dcmsr")).")
    }
}

extension Code {
    /// As C sees it, for the length of the call.
    fileprivate func withRaw<Value>(_ body: (UnsafePointer<cdcmtk_code>) -> Value) -> Value {
        value.withCString { value in
            scheme.withCString { scheme in
                meaning.withCString { meaning in
                    withUnsafePointer(to: cdcmtk_code(value: value, scheme: scheme, meaning: meaning), body)
                }
            }
        }
    }
}

extension ObjectReference {
    fileprivate func withRaw<Value>(_ body: (UnsafePointer<cdcmtk_reference>) -> Value) -> Value {
        study.text.withCString { study in
            series.withCString { series in
                sopClassUID.withCString { sopClass in
                    sopInstanceUID.withCString { instance in
                        withUnsafePointer(
                            to: cdcmtk_reference(
                                study_instance_uid: study, series_instance_uid: series, sop_class_uid: sopClass, sop_instance_uid: instance),
                            body)
                    }
                }
            }
        }
    }
}
