import Foundation
import Storage
import Testing
import Worklist

/// A data folder that is gone when the test is.
final class TemporaryFolder {
    let path: String
    init() throws {
        path = NSTemporaryDirectory() + "firstread-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

let t0 = Timestamp(microseconds: 1_800_000_000_000_000)

@Suite struct StudyArchiveTests {
    private let address = StudyArchive.Address(study: UID("1.2")!, series: UID("1.3")!, instance: UID("1.4")!)

    /// A Part 10 file whose group 0002 holds the sender's title (PS3.10 section 7.1).
    private func arrive(_ archive: StudyArchive, from sender: String, dataSet: String) throws -> String {
        let title = sender.utf8.count.isMultiple(of: 2) ? sender : sender + " "
        let group: [UInt8] = [0x02, 0x00, 0x16, 0x00] + Array("AE".utf8) + [UInt8(title.utf8.count), 0] + Array(title.utf8)
        let length: [UInt8] = [0x02, 0x00, 0x00, 0x00] + Array("UL".utf8) + [4, 0, UInt8(group.count), 0, 0, 0]
        let file = archive.newIncomingFile()
        try Data([UInt8](repeating: 0, count: 128) + Array("DICM".utf8) + length + group + Array(dataSet.utf8)).write(to: URL(fileURLWithPath: file))
        return file
    }

    @Test func anObjectIsKeptUnderItsStudySeriesAndInstance() throws {
        let folder = try TemporaryFolder()
        let archive = try StudyArchive(dataFolder: folder.path, durability: .synced)
        let kept = try archive.keep(try arrive(archive, from: "CR1", dataSet: "pixels"), as: address)
        #expect(kept == .new(file: "1.2/1.3/1.4.dcm"))
        #expect(try String(contentsOfFile: archive.path(of: kept.file), encoding: .utf8).hasSuffix("CR1 pixels"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/incoming").isEmpty)
    }

    @Test func theSameDataSetFromWhomeverIsKeptOnce() throws {
        let folder = try TemporaryFolder()
        let archive = try StudyArchive(dataFolder: folder.path, durability: .synced)
        _ = try archive.keep(try arrive(archive, from: "CR1", dataSet: "pixels"), as: address)
        #expect(try archive.keep(try arrive(archive, from: "ANOTHER_MODALITY", dataSet: "pixels"), as: address) == .same(file: "1.2/1.3/1.4.dcm"))
    }

    @Test func anotherDataSetOfTheSameInstanceIsKeptBesideTheFirst() throws {
        let folder = try TemporaryFolder()
        let archive = try StudyArchive(dataFolder: folder.path, durability: .synced)
        _ = try archive.keep(try arrive(archive, from: "CR1", dataSet: "pixels"), as: address)
        let second = try archive.keep(try arrive(archive, from: "CR1", dataSet: "PIXELS"), as: address)
        #expect(second == .different(file: "1.2/1.3/1.4~2.dcm"))
        #expect(try archive.keep(try arrive(archive, from: "CR1", dataSet: "PIXELS"), as: address) == .same(file: "1.2/1.3/1.4~2.dcm"))
        #expect(try String(contentsOfFile: archive.path(of: "1.2/1.3/1.4.dcm"), encoding: .utf8).hasSuffix("pixels"))
    }

    @Test func whatAStoppedProcessLeftUnfinishedIsRemovedAtStart() throws {
        let folder = try TemporaryFolder()
        let archive = try StudyArchive(dataFolder: folder.path, durability: .synced)
        let partial = try arrive(archive, from: "CR1", dataSet: "")
        _ = try StudyArchive(dataFolder: folder.path, durability: .synced)
        #expect(!FileManager.default.fileExists(atPath: partial))
    }
}

@Suite struct WorklistStoreTests {
    private func store(_ folder: TemporaryFolder) throws -> WorklistStore {
        try WorklistStore(path: folder.path + "/worklist.sqlite", durability: .pageCache)
    }

    private func reception(study: String = "1.2", instance: String, at seconds: Double = 0, file: String? = nil, _ change: (inout ObjectHeader) -> Void = { _ in }) -> Reception {
        var header = ObjectHeader()
        header.patientID = "P1"
        header.patientName = "Adler^Anna"
        header.accessionNumber = "A1"
        header.modality = "DX"
        change(&header)
        let address = StudyArchive.Address(study: UID(study)!, series: UID("\(study).1")!, instance: UID(instance)!)
        return Reception(
            header: header, address: address, kept: .new(file: file ?? "\(study)/\(study).1/\(instance).dcm"), bytes: 10,
            callingAETitle: "MODALITY", at: t0.advanced(bySeconds: seconds))
    }

    private func outcome(_ category: Worklist.Category = .urgent) -> ScoringOutcome {
        ScoringOutcome(findings: ["effusion": 0.7], findingImages: ["effusion": "1.4"], category: category, model: nil, unscoredReason: nil, detail: [:])
    }

    @Test func anObjectIsRecordedOnceHoweverOftenItIsSent() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        for _ in 0..<3 { _ = try store.record(reception(instance: "1.4")) }
        let study = try #require(try store.study(UID("1.2")!))
        #expect(study.assembly.instances == 1)
        #expect(try store.events(of: study.studyInstanceUID).map(\.kind) == [.received])
    }

    @Test func anotherDataSetOfAnInstanceMarksTheStudyAndIsNotCounted() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        _ = try store.record(reception(instance: "1.4"))
        _ = try store.record(reception(instance: "1.4", file: "1.2/1.2.1/1.4~2.dcm"))
        let study = try #require(try store.study(UID("1.2")!))
        #expect(study.assembly.instances == 1)
        #expect(study.conflicts.count == 1)
        #expect(try store.instances(of: study.studyInstanceUID).map(\.file) == ["1.2/1.2.1/1.4.dcm"])
    }

    @Test func aSyncedStoreSyncsItsJournalAtEveryCommit() throws {
        let folder = try TemporaryFolder()
        // PRAGMA synchronous: 2 is FULL, 0 is OFF.
        #expect(try WorklistStore(path: folder.path + "/synced.sqlite", durability: .synced).synchronousLevel() == 2)
        #expect(try WorklistStore(readingFrom: folder.path + "/synced.sqlite").synchronousLevel() == 2)
        #expect(try WorklistStore(path: folder.path + "/cached.sqlite", durability: .pageCache).synchronousLevel() == 0)
    }

    @Test func aReportOfAnUnknownStudyTakesNoOtherOffTheList() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        _ = try store.record(reception(instance: "1.4") { $0.accessionNumber = "" })
        let report = FinalReport(accessionNumber: "", studyInstanceUID: "9.9.9", patientID: "P1")
        try store.record(.reports([report]), of: ReceivedMessage(sender: "RIS", controlID: "R1"), answer: "AA", at: t0)
        let study = try #require(try store.study(UID("1.2")!))
        #expect(study.state == .receiving && study.conflicts.isEmpty)
    }

    @Test func anInstanceThatComesInTwoStudiesCountsInBoth() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        for study in ["1.2", "1.3"] { _ = try store.record(reception(study: study, instance: "1.4")) }
        #expect(try store.completeQuietStudies(at: t0.advanced(bySeconds: 60), quietSeconds: 10).completed == 2)
        let second = try #require(try store.study(UID("1.3")!))
        #expect(second.assembly.instances == 1 && second.conflicts.count == 1)
        #expect(try store.instances(of: second.studyInstanceUID).count == 1)
    }

    @Test func aStudyReportedWhileItsImagesCameStaysReported() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        let report = FinalReport(accessionNumber: "A1", studyInstanceUID: "", patientID: "P1")
        _ = try store.record(reception(instance: "1.4"))
        try store.record(.reports([report]), of: ReceivedMessage(sender: "RIS", controlID: "R1"), answer: "AA", at: t0)
        #expect(try store.study(UID("1.2")!)?.state == .reported)
        _ = try store.completeQuietStudies(at: t0.advanced(bySeconds: 60), quietSeconds: 10)
        #expect(try store.study(UID("1.2")!)?.state == .reported)
        #expect(try store.leaseScoringJob(at: t0.advanced(bySeconds: 61), leaseSeconds: 60) == nil)
        // An image that nobody has read brings it back.
        _ = try store.record(reception(instance: "1.5", at: 70))
        #expect(try store.study(UID("1.2")!)?.state == .receiving)
    }

    @Test func aClockThatIsSetBackHoldsNothingUp() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        let hour = 3600.0
        _ = try store.record(reception(instance: "1.4", at: hour))
        #expect(try store.completeQuietStudies(at: t0, quietSeconds: 10).completed == 0)
        #expect(try store.completeQuietStudies(at: t0.advanced(bySeconds: 11), quietSeconds: 10).completed == 1)
        // Leased by a process whose clock was an hour ahead.
        #expect(try store.leaseScoringJob(at: t0.advanced(bySeconds: hour), leaseSeconds: 60) != nil)
        let job = try #require(try store.leaseScoringJob(at: t0.advanced(bySeconds: 12), leaseSeconds: 60))
        try store.record(outcome(), of: job, at: t0.advanced(bySeconds: hour)) { _ in [OutgoingMessage(feed: "pacs:1", controlID: "C1", body: "x")] }
        let message = try #require(try store.nextMessage(of: "pacs:1", at: t0.advanced(bySeconds: 2 * hour)))
        try store.retry(message, at: t0.advanced(bySeconds: 3 * hour), because: "AE")
        #expect(try store.nextMessage(of: "pacs:1", at: t0)?.controlID == "C1")
    }

    @Test func aWorkerThatReadTheClockEarlierDoesNotTakeTheJobOfOneThatReadItLater() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        _ = try store.record(reception(instance: "1.4") { $0.numberOfStudyRelatedInstances = 1 })
        #expect(try store.leaseScoringJob(at: t0.advanced(bySeconds: 1.002), leaseSeconds: 60) != nil)
        #expect(try store.leaseScoringJob(at: t0.advanced(bySeconds: 1.001), leaseSeconds: 60) == nil)
    }

    @Test func aJobThatIsGivenBackIsNoAttempt() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        _ = try store.record(reception(instance: "1.4") { $0.numberOfStudyRelatedInstances = 1 })
        for second in 1...5 {
            let job = try #require(try store.leaseScoringJob(at: t0.advanced(bySeconds: Double(second)), leaseSeconds: 60))
            #expect(job.attempts == 1)
            try store.giveBack(job, until: t0.advanced(bySeconds: Double(second)))
        }
    }

    @Test func theOutcomeOfAnOlderRoundNeverOverwritesThatOfANewerOne() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        _ = try store.record(reception(instance: "1.4") { $0.numberOfStudyRelatedInstances = 1 })
        let first = try #require(try store.leaseScoringJob(at: t0, leaseSeconds: 60))
        _ = try store.record(reception(instance: "1.5", at: 1))
        _ = try store.completeQuietStudies(at: t0.advanced(bySeconds: 20), quietSeconds: 10)
        let second = try #require(try store.leaseScoringJob(at: t0.advanced(bySeconds: 21), leaseSeconds: 60))
        try store.record(outcome(.critical), of: second, at: t0.advanced(bySeconds: 22)) { _ in [] }
        try store.record(outcome(.routine), of: first, at: t0.advanced(bySeconds: 23)) { _ in [OutgoingMessage(feed: "pacs:1", controlID: "C1", body: "x")] }
        #expect(try store.study(UID("1.2")!)?.category == .critical)
        #expect(try store.nextMessage(of: "pacs:1", at: t0.advanced(bySeconds: 24)) == nil)
    }

    @Test func howTheServiceOrdersTheListIsKeptForItsReaders() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        #expect(try store.keptOrdering() == nil)
        var policy = try WorklistPolicy.shipped()
        policy.name = "ours"
        for ordering in [PolicyName.fifo, .class] { try store.keep(KeptOrdering(ordering: ordering, policy: policy)) }
        #expect(try WorklistStore(readingFrom: folder.path + "/worklist.sqlite").keptOrdering() == KeptOrdering(ordering: .class, policy: policy))
    }

    @Test func aPinIsKeptWithNameAndReasonAndSoIsItsRelease() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        _ = try store.record(reception(instance: "1.4"))
        let uid = UID("1.2")!
        #expect(try store.record(.pin, of: UID("9.9")!, by: "Dr. Lead", reason: "x", at: t0) == nil)
        #expect(throws: PinRefusal.self) { try store.record(.release, of: uid, by: "Dr. Lead", reason: "x", at: t0) }
        try store.record(.pin, of: uid, by: "Dr. Lead", reason: "patient in theatre", at: t0)
        #expect(try store.study(uid)?.pin == Pin(at: t0, by: "Dr. Lead", reason: "patient in theatre"))
        // What arrives later does not undo it.
        _ = try store.record(reception(instance: "1.5"))
        #expect(try store.study(uid)?.pin?.by == "Dr. Lead")
        try store.record(.release, of: uid, by: "Dr. Other", reason: "done", at: t0)
        #expect(try store.study(uid)?.pin == nil)
        let deeds = try store.events(of: uid).filter { [.pinned, .released].contains($0.kind) }
        #expect(deeds.map(\.kind) == [.pinned, .released] && deeds.map(\.actor) == ["Dr. Lead", "Dr. Other"])
        #expect(deeds.map { $0.detail["reason"] } == ["patient in theatre", "done"])
    }

    @Test func whatAnEventSaysIsReadBackAsItWasWritten() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        _ = try store.record(reception(instance: "1.4"))
        let reason = "\"quoted\" \\ back / slash, line\nfeed, tab\t, bell\u{7}, ü 山 😀"
        try store.record(.pin, of: UID("1.2")!, by: "Dr. Lead", reason: reason, at: t0)
        #expect(try store.events(of: UID("1.2")!).last?.detail["reason"] == reason)
    }

    @Test func twoPatientIDsInOneStudyAreAConflictThatIsShown() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        _ = try store.record(reception(instance: "1.4"))
        _ = try store.record(reception(instance: "1.5") { $0.patientID = "P2" })
        #expect(try store.study(UID("1.2")!)?.conflicts == ["images of this study carry two patient IDs: P1 and P2"])
    }

    @Test func aStudyGoesFromReceptionThroughSilenceToItsScoreAndItsAnnouncement() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        _ = try store.record(reception(instance: "1.4"))
        #expect(try store.completeQuietStudies(at: t0.advanced(bySeconds: 9), quietSeconds: 10).completed == 0)
        #expect(try store.completeQuietStudies(at: t0.advanced(bySeconds: 10), quietSeconds: 10).completed == 1)
        let job = try #require(try store.leaseScoringJob(at: t0.advanced(bySeconds: 10), leaseSeconds: 60))
        #expect(try store.leaseScoringJob(at: t0.advanced(bySeconds: 11), leaseSeconds: 60) == nil)
        try store.record(outcome(), of: job, at: t0.advanced(bySeconds: 12)) { study in
            #expect(study.state == .scored)
            return [OutgoingMessage(feed: "pacs:1", controlID: "C1", body: "MSH|")]
        }
        #expect(try store.study(UID("1.2")!)?.category == .urgent)
        let message = try #require(try store.nextMessage(of: "pacs:1", at: t0.advanced(bySeconds: 12)))
        try store.markDelivered(message, by: "pacs:1", at: t0.advanced(bySeconds: 13))
        #expect(try store.nextMessage(of: "pacs:1", at: t0.advanced(bySeconds: 13)) == nil)
        #expect(try store.events(of: UID("1.2")!).map(\.kind) == [.received, .completed, .scored, .announced, .acknowledged])
    }

    @Test func anImageThatComesWhileTheStudyIsScoredIsNotLostByTheOutcome() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        _ = try store.record(reception(instance: "1.4") { $0.numberOfStudyRelatedInstances = 1 })
        let job = try #require(try store.leaseScoringJob(at: t0, leaseSeconds: 60))
        #expect(try store.record(reception(instance: "1.5", at: 1)) == .reopened)
        try store.record(outcome(), of: job, at: t0.advanced(bySeconds: 2)) { _ in [] }
        #expect(try store.study(UID("1.2")!)?.state == .receiving)
        #expect(try store.completeQuietStudies(at: t0.advanced(bySeconds: 11), quietSeconds: 10).completed == 1)
        #expect(try store.leaseScoringJob(at: t0.advanced(bySeconds: 12), leaseSeconds: 60)?.round == 2)
    }

    @Test func aLeaseThatRanOutIsHandedOutAgainAndCounted() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        _ = try store.record(reception(instance: "1.4") { $0.numberOfStudyRelatedInstances = 1 })
        #expect(try store.leaseScoringJob(at: t0, leaseSeconds: 60)?.attempts == 1)
        #expect(try store.leaseScoringJob(at: t0.advanced(bySeconds: 60), leaseSeconds: 60)?.attempts == 2)
        try store.releaseScoringLeases()
        #expect(try store.leaseScoringJob(at: t0.advanced(bySeconds: 61), leaseSeconds: 60)?.attempts == 3)
    }

    @Test func oneStudysTroubleNeverHoldsUpAnothersMessagesAndItsOwnStayInOrder() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        var serial = 0
        for study in ["1.2", "1.3"] {
            for round in 1...2 {
                _ = try store.record(reception(study: study, instance: "\(study).\(round)") { $0.numberOfStudyRelatedInstances = round })
                _ = try store.completeQuietStudies(at: t0.advanced(bySeconds: 10), quietSeconds: 10)
                let job = try #require(try store.leaseScoringJob(at: t0.advanced(bySeconds: 10), leaseSeconds: 60))
                try store.record(outcome(), of: job, at: t0.advanced(bySeconds: 10)) { _ in
                    serial += 1
                    return [OutgoingMessage(feed: "pacs:1", controlID: "C\(serial)", body: "")]
                }
            }
        }
        let later = t0.advanced(bySeconds: 20)
        let first = try #require(try store.nextMessage(of: "pacs:1", at: later))
        #expect(first.controlID == "C1")
        try store.retry(first, at: later.advanced(bySeconds: 60), because: "AE")
        let other = try #require(try store.nextMessage(of: "pacs:1", at: later))
        #expect(other.controlID == "C3")
        try store.setAside(other, by: "pacs:1", at: later, because: "AR")
        #expect(try store.nextMessage(of: "pacs:1", at: later)?.controlID == "C4")
        #expect(try store.nextMessage(of: "pacs:1", at: later.advanced(bySeconds: 60))?.controlID == "C1")
        let status = try store.feedStatus("pacs:1")
        #expect((status.pending, status.delivered, status.setAside) == (3, 0, 1))
    }

    @Test func anOrderMeetsItsImagesWhicheverComesFirst() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        var order = ImagingOrder(accessionNumber: "A1", patientID: "P1")
        order.priority = .stat
        order.expectedImages = 1
        order.messageTime = "20260101120000"
        try store.record(.orders([order]), of: ReceivedMessage(sender: "RIS", controlID: "O1"), answer: "AA", at: t0)
        #expect(try store.record(reception(instance: "1.4")) == .completed(round: 1))
        #expect(try store.study(UID("1.2")!)?.orderPriority == .stat)

        var changed = order
        changed.priority = .asap
        changed.messageTime = "20260101130000"
        try store.record(.orders([changed]), of: ReceivedMessage(sender: "RIS", controlID: "O2"), answer: "AA", at: t0)
        #expect(try store.study(UID("1.2")!)?.orderPriority == .asap)
        try store.record(.orders([order]), of: ReceivedMessage(sender: "RIS", controlID: "O3"), answer: "AA", at: t0)
        #expect(try store.study(UID("1.2")!)?.orderPriority == .asap, "an older MSH-7 never overwrites a newer one")
        #expect(try store.earlierAnswer(to: ReceivedMessage(sender: "RIS", controlID: "O2"))?.answer == "AA")
    }

    @Test func anOrderForAnotherPatientIsAConflictAndIsNotJoined() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        _ = try store.record(reception(instance: "1.4"))
        var order = ImagingOrder(accessionNumber: "A1", patientID: "P9")
        order.priority = .stat
        try store.record(.orders([order]), of: ReceivedMessage(sender: "RIS", controlID: "O1"), answer: "AA", at: t0)
        let study = try #require(try store.study(UID("1.2")!))
        #expect(study.orderPriority == .routine)
        #expect(study.conflicts == ["the order A1 is for patient ID P9, the images say P1: not joined"])
    }

    @Test func manyThreadsShareTransactionsAndEveryRecordIsThere() async throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for thread in 0..<8 {
                group.addTask {
                    for number in 0..<50 { _ = try store.record(self.reception(study: "1.\(number % 5 + 2)", instance: "1.9.\(thread).\(number)")) }
                }
            }
            try await group.waitForAll()
        }
        #expect(try store.openStudies().map(\.assembly.instances) == [80, 80, 80, 80, 80])
    }

    @Test func everythingIsThereAfterReopening() throws {
        let folder = try TemporaryFolder()
        var study: Study?
        do {
            let store = try store(folder)
            _ = try store.record(reception(instance: "1.4") { $0.patientName = "Yamada^Tarou=山田^太郎" })
            study = try store.study(UID("1.2")!)
        }
        #expect(try WorklistStore(readingFrom: folder.path + "/worklist.sqlite").study(UID("1.2")!) == study)
        #expect(study?.patientName == "Yamada^Tarou=山田^太郎")
    }

    @Test func aMissingDatabaseIsAnErrorThatNamesIt() {
        let error = #expect(throws: StorageError.self) { try WorklistStore(readingFrom: "/nowhere/worklist.sqlite") }
        #expect(error?.description.contains("/nowhere/worklist.sqlite") == true)
    }
}
