import Foundation
import Reporting
import Testing
import Worklist

let t0 = Timestamp(microseconds: 1_767_600_000_000_000)  // 2026-01-05 08:00:00 UTC

/// A study of an adult on which everything speaks for normal, and changes to it.
enum Sample {
    static let reference = ModelReference(name: "cxr", version: "1.0", sha256: String(repeating: "a", count: 64), isCalibrated: true)
    static let sensitivity = DraftingModel.Sensitivity(observed: 0.991, low: 0.982, high: 0.996, abnormal: 1234, films: "validation split")

    static var model: DraftingModel {
        DraftingModel(
            reference: reference, calibratedLabels: ["abnormal", "pneumonia", "effusion", "edema", "atelectasis"],
            ruleOut: DraftingModel.RuleOut(label: "abnormal", below: 0.05, sensitivity: sensitivity), urgent: ["pneumonia": 0.5, "effusion": 0.5],
            minimumAge: 18)
    }

    static func study(_ change: (inout Study) -> Void = { _ in }) throws -> Study {
        var study = Study(studyInstanceUID: try #require(UID("1.2.840.99.1")), receivedAt: t0)
        study.accessionNumber = "A17"
        study.patientID = "P1"
        study.modality = "DX"
        study.bodyPart = "CHEST"
        study.studyDescription = "Chest PA"
        study.studyDate = "20260105"
        study.assembly = StudyAssembly(instances: 1, expected: nil, lastReceivedAt: t0, round: 1, isComplete: true)
        study.state = .scored
        study.category = .likelyNormal
        study.model = reference
        study.findings = ["abnormal": 0.021, "pneumonia": 0.01, "effusion": 0.02, "edema": 0.005, "atelectasis": 0.004]
        study.findingImages = ["effusion": "1.2.840.99.1.1"]
        change(&study)
        return study
    }

    static func circumstances(
        order: String = "", age: String = "045Y", earlier: [PriorStudy] = [], model: DraftingModel? = model,
        objects: [LookedAtObject] = [LookedAtObject(sopInstanceUID: "1.2.840.99.1.1", isImage: true, view: "PA", refusal: nil)],
        _ change: (inout Study) -> Void = { _ in }
    ) throws -> Circumstances {
        var study = try study(change)
        if !order.isEmpty { study.reasonForStudy = order }
        return Circumstances(
            study: study, model: model, objects: objects, age: PatientAge(patientAge: age, birthDate: "", studyDate: "20260105"), earlier: earlier,
            order: OrderReading(of: study.reasonForStudy, try OrderTerms.shipped()))
    }

    static func draft(_ circumstances: Circumstances, _ language: ReportLanguage = .en) throws -> Draft {
        let grounds = try #require(Sample.grounds(circumstances))
        return Draft(id: "R1", circumstances, grounds, try ReportTemplates(language: language), at: t0)
    }

    static func grounds(_ circumstances: Circumstances) -> DraftingDecision.Grounds? {
        if case .draft(let grounds) = DraftingDecision(circumstances) { grounds } else { nil }
    }

    static func reasons(_ circumstances: Circumstances) -> [String] {
        if case .none(let reasons) = DraftingDecision(circumstances) { reasons } else { [] }
    }

    static func earlier(_ category: Worklist.Category, _ suspected: [String] = []) throws -> PriorStudy {
        PriorStudy(
            studyInstanceUID: try #require(UID("1.2.840.99.0")), date: "20251201", description: "Chest AP", modality: "CR", category: category,
            suspected: suspected)
    }
}

/// A folder that is gone when the test is.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "firstread-reports-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, as name: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path + "/" + name)) }
}
