import Storage
import Testing
import Worklist

/// A store with a modality, a department and a reporting system around it, each with a sentence to say.
final class Department {
    let folder: TemporaryFolder
    let store: WorklistStore
    private var messages = 0
    private(set) var announced: [String] = []

    init() throws {
        folder = try TemporaryFolder()
        store = try WorklistStore(path: folder.path + "/worklist.sqlite", durability: .pageCache)
    }

    var databasePath: String { folder.path + "/worklist.sqlite" }

    /// An image of a study taken on 5 January 2026 at 8.
    func image(
        _ study: String, of patient: String = "P1", accession: String = "", number: Int = 1, at seconds: Double = 0, _ change: (inout ObjectHeader) -> Void = { _ in }
    ) throws {
        var header = ObjectHeader()
        header.patientID = patient
        header.patientName = "Adler^Anna"
        header.patientBirthDate = "19700102"
        header.accessionNumber = accession
        header.modality = "DX"
        header.studyDate = "20260105"
        header.studyTime = "080000"
        change(&header)
        let address = StudyArchive.Address(study: UID(study)!, series: UID("\(study).1")!, instance: UID("\(study).1.\(number)")!)
        _ = try store.record(
            Reception(header: header, address: address, kept: .new(file: "\(study)/\(number).dcm"), bytes: 10, callingAETitle: "CR", at: t0.advanced(bySeconds: seconds)))
    }

    func order(_ accession: String, of patient: String = "P1", at time: String = "20260105070000", _ change: (inout ImagingOrder) -> Void = { _ in }) -> ImagingOrder {
        var order = ImagingOrder(accessionNumber: accession, patientID: patient)
        order.priority = .stat
        order.messageTime = time
        change(&order)
        return order
    }

    func report(_ accession: String, of patient: String = "P1", text: String = "No change.", at time: String = "20260105090000") -> FinalReport {
        var report = FinalReport(accessionNumber: accession, studyInstanceUID: "", patientID: patient)
        report.text = text
        report.reportedAt = time
        report.messageTime = time
        return report
    }

    func merge(_ prior: String, into surviving: String, at time: String = "20260105100000") -> PatientMerge {
        PatientMerge(prior: PatientNumber(id: prior), surviving: PatientRecord(number: PatientNumber(id: surviving), messageTime: time))
    }

    /// Sends it under a new control ID, or under the one given.
    @discardableResult
    func send(_ intake: Intake, controlID: String? = nil) throws -> EarlierAnswer? {
        messages += 1
        return try store.record(intake, of: ReceivedMessage(sender: "RIS|", controlID: controlID ?? "M\(messages)"), answer: "AA \(messages)", at: t0) { study in
            self.announced.append("\(study.studyInstanceUID) \(study.announcedPriority.rawValue)")
            return [OutgoingMessage(feed: "pacs:1", controlID: "F\(self.announced.count)", body: "")]
        }
    }

    /// Completes what has fallen silent, and scores what is complete.
    func score(_ category: Worklist.Category = .urgent) throws {
        _ = try store.completeQuietStudies(at: t0.advanced(bySeconds: 100), quietSeconds: 10)
        while let job = try store.leaseScoringJob(at: t0.advanced(bySeconds: 100), leaseSeconds: 60) {
            let outcome = ScoringOutcome(
                findings: ["effusion": 0.7], findingImages: [:], category: category,
                model: ModelReference(name: "m", version: "1", sha256: "ab", isCalibrated: true), unscoredReason: nil, detail: [:])
            try store.record(outcome, of: job, at: t0.advanced(bySeconds: 101)) { _ in [] }
        }
    }

    func study(_ uid: String) throws -> Study { try #require(try store.study(UID(uid)!)) }
    func history(_ uid: String) throws -> [Event] { try store.events(of: UID(uid)!) }
}
