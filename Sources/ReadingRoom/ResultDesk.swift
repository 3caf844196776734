import DICOM
import Foundation
import Logging
import Storage
import Worklist

/// Makes the DICOM objects that tell the PACS about a study, each as one message for every store.
///
///     let results = ResultDesk(…)
///     let draft = TextReport(title: "Chest X-ray", sections: [.init("Findings", "…")], state: .draft, language: .english)
///     let messages = results.messages(about: study, reporting: draft, at: now)    // for the transaction that records the draft
///
/// An object that cannot be made is logged, and holds nothing up.
struct ResultDesk: Sendable {
    let stores: StoreSettings
    let store: WorklistStore
    let archive: StudyArchive
    let equipment: ResultEquipment
    let log: Logger

    var isIdle: Bool { stores.addresses.isEmpty }

    /// The report as it now stands, the successor of what was sent before.
    ///
    /// Reads the database: call it before the transaction that its messages go into.
    func messages(about study: Study, reporting report: TextReport, at now: Timestamp) -> [OutgoingMessage] {
        messages(.report, about: study) {
            let context = try context(of: study)
            let last = try store.lastResult(of: study.studyInstanceUID, kind: ResultKind.report.rawValue)
            return try report.encoded(ResultVersion(number: (last?.version ?? 0) + 1, predecessor: last?.reference(in: study), at: now), of: context)
        }
    }

    /// What a measurement report rests on, beside the study: read before the transaction that writes it.
    struct Measured: Sendable {
        fileprivate var context: ResultContext
        fileprivate var last: ObjectReference?
    }

    func measured(_ study: Study) -> Measured? {
        guard !isIdle else { return nil }
        do {
            let last = try store.lastResult(of: study.studyInstanceUID, kind: ResultKind.measurements.rawValue)
            return Measured(context: try context(of: study), last: last?.reference(in: study))
        } catch {
            report(error, .measurements, study)
            return nil
        }
    }

    /// The figures of a study that has been scored; nothing where it has none.
    func messages(about study: Study, round: Int, _ measured: Measured?, at now: Timestamp) -> [OutgoingMessage] {
        guard var context = measured?.context, let model = study.model, !study.findings.isEmpty else { return [] }
        context.study = study
        let images = Dictionary(context.evidence.map { ($0.sopInstanceUID, $0) }) { first, _ in first }
        let findings = study.findings.compactMap { label, value in
            study.findingImages[label].flatMap { images[$0] }.map { MeasurementReport.Finding(label: label, value: value, image: $0) }
        }
        let version = ResultVersion(number: round, predecessor: measured?.last, at: now)
        return messages(.measurements, about: study) {
            try MeasurementReport(model: model, findings: findings, category: study.category).encoded(version, of: context)
        }
    }

    private func messages(_ kind: ResultKind, about study: Study, _ make: () throws -> ResultObject) -> [OutgoingMessage] {
        guard !isIdle else { return [] }
        do {
            let result = StoredResult(try make())
            return stores.addresses.map { OutgoingMessage(result, to: $0.description) }
        } catch {
            report(error, kind, study)
            return []
        }
    }

    private func context(of study: Study) throws -> ResultContext {
        let images = try store.instances(of: study.studyInstanceUID).filter { !Self.isAccompanying($0.sopClassUID) }
        var context = ResultContext(
            study: study,
            evidence: images.map {
                ObjectReference(
                    study: study.studyInstanceUID, series: $0.seriesInstanceUID, sopClassUID: $0.sopClassUID, sopInstanceUID: $0.sopInstanceUID)
            },
            equipment: equipment)
        if let first = images.first {
            let header = try ObjectHeader.read(file: archive.path(of: first.file))
            context.referringPhysicianName = header.referringPhysicianName
            context.institutionName = stores.institution.isEmpty ? header.institutionName : stores.institution
        }
        return context
    }

    /// Presentation states and structured reports are no evidence that was acquired (PS3.4 table B.5-1).
    private static func isAccompanying(_ sopClassUID: String) -> Bool {
        ["1.2.840.10008.5.1.4.1.1.88.", "1.2.840.10008.5.1.4.1.1.11."].contains { sopClassUID.hasPrefix($0) }
    }

    private func report(_ error: any Error, _ kind: ResultKind, _ study: Study) {
        log.error("a result cannot be made, and is not sent", metadata: [
            "dicom.study": "\(study.studyInstanceUID)", "result.kind": "\(kind.rawValue)", "error.description": "\(error)",
        ])
    }
}

extension StoredResult {
    fileprivate init(_ object: ResultObject) {
        self.init(
            sopInstanceUID: object.reference.sopInstanceUID, sopClassUID: object.reference.sopClassUID,
            seriesInstanceUID: object.reference.series, kind: object.kind.rawValue, version: object.version, file: object.file)
    }

    fileprivate func reference(in study: Study) -> ObjectReference {
        ObjectReference(
            study: study.studyInstanceUID, series: seriesInstanceUID, sopClassUID: sopClassUID, sopInstanceUID: sopInstanceUID)
    }
}
