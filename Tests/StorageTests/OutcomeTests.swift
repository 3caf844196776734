import GRDB
import Storage
import Synchronization
import Testing
import Worklist

@Suite struct OutcomeTests {
    @Test func aFinalReportIsKeptWordForWordBesideTheScore() throws {
        let department = try Department()
        try department.image("1.2", accession: "A1")
        try department.score()
        try department.send(.reports([department.report("A1", text: "Effusion on the left.\nNo \"pneumothorax\".")]))
        let outcome = try #require(try department.store.outcomes(of: UID("1.2")!).first)
        #expect(outcome.report.text == "Effusion on the left.\nNo \"pneumothorax\"." && outcome.category == .urgent && outcome.findings == ["effusion": 0.7])
        let event = try #require(try department.history("1.2").last)
        #expect(event.kind == .reported && event.detail["text"] == outcome.report.text && event.detail["findings"] == "{\"effusion\":0.7}")
        #expect(event.detail["weights_sha256"] == "ab" && event.detail["category"] == "urgent")
        #expect(try department.study("1.2").state == .reported)
    }

    @Test func aReportThatComesWhileTheStudyIsScoredGetsItsScoreAfterwards() throws {
        let department = try Department()
        try department.image("1.2", accession: "A1") { $0.numberOfStudyRelatedInstances = 1 }
        try department.send(.reports([department.report("A1")]))
        #expect(try department.store.outcomes(of: UID("1.2")!).map(\.category) == [nil])
        try department.score()
        #expect(try department.store.outcomes(of: UID("1.2")!).map(\.category) == [.urgent])
    }

    @Test func aCorrectionIsKeptBesideTheReportAndAnOlderOneIsNot() throws {
        let department = try Department()
        try department.image("1.2", accession: "A1")
        try department.score()
        try department.send(.reports([department.report("A1", text: "Normal.")]))
        var correction = department.report("A1", text: "Nodule.", at: "20260105110000")
        correction.status = .corrected
        try department.send(.reports([correction]))
        try department.send(.reports([department.report("A1", text: "Old.", at: "20260105080000")]))
        try department.send(.reports([correction]))
        #expect(try department.store.outcomes(of: UID("1.2")!).map(\.report.text) == ["Normal.", "Nodule."])
        #expect(try department.history("1.2").map(\.kind).suffix(2) == [.reported, .reportCorrected])
    }

    @Test func aPreliminaryReportClosesNothing() throws {
        let department = try Department()
        try department.image("1.2", accession: "A1")
        var report = department.report("A1")
        report.status = .preliminary
        try department.send(.reports([report]))
        #expect(try department.study("1.2").state == .receiving && department.store.outcomes(of: UID("1.2")!).isEmpty)
    }

    @Test func aReportThatComesBeforeItsImagesClosesTheStudyWhenTheyAreAllHere() throws {
        let department = try Department()
        try department.send(.reports([department.report("A1")]))
        #expect(try department.store.waitingReports() == 1)
        try department.image("1.2", accession: "A1")
        try department.image("1.2", accession: "A1", number: 2)
        #expect(try department.study("1.2").state == .receiving)
        _ = try department.store.completeQuietStudies(at: t0.advanced(bySeconds: 100), quietSeconds: 10)
        #expect(try department.study("1.2").state == .reported && department.store.waitingReports() == 0)
    }

    @Test func aReportThatIsOlderThanTheImagesDoesNotHideThem() throws {
        let department = try Department()
        try department.send(.reports([department.report("A1", at: "20260104090000")]))
        try department.image("1.2", accession: "A1")
        try department.score()
        let study = try department.study("1.2")
        #expect(study.state == .scored && study.conflicts == ["a final report of 20260104 came before these images had been taken: the study stays on the list"])
    }

    @Test func aReportForAnotherPatientWaitsForTheMergeThatMakesThemOne() throws {
        let department = try Department()
        try department.image("1.2", of: "OLD", accession: "A1")
        try department.score()
        try department.send(.reports([department.report("A1", of: "NEW")]))
        #expect(try department.study("1.2").state == .scored && department.study("1.2").conflicts.count == 1)
        try department.send(.merges([department.merge("OLD", into: "NEW")]))
        #expect(try department.study("1.2").state == .reported && department.study("1.2").conflicts.isEmpty)
    }

    @Test func earlierStudiesAreThePatientsOwnNewestFirstAcrossMerges() throws {
        let department = try Department()
        for (uid, patient, date) in [("1.1", "OLD", "20250101"), ("1.2", "NEW", "20251001"), ("1.3", "NEW", "20260105"), ("1.4", "NEW", "20260301"), ("1.5", "P9", "20250101")] {
            try department.image(uid, of: patient, accession: "A\(uid)") { $0.studyDate = date }
        }
        try department.score()
        try department.send(.merges([department.merge("OLD", into: "NEW")]))
        try department.send(.reports([department.report("A1.2", of: "NEW", text: "Normal.")]))
        let earlier = try department.store.earlierStudies(of: UID("1.3")!)
        #expect(earlier.map(\.studyInstanceUID.text) == ["1.2", "1.1"] && earlier.map(\.report?.text) == ["Normal.", nil])
        #expect(earlier.map(\.hasOpenFinding) == [false, true])
    }

    @Test func imagesWithoutAPatientIDHaveNoEarlierStudies() throws {
        let department = try Department()
        for uid in ["1.1", "1.2"] { try department.image(uid, of: "") }
        #expect(try department.store.earlierStudies(of: UID("1.2")!).isEmpty)
    }

    @Test(arguments: ["findings", "conflicts", "model", "pin", "state", "category", "finding_images", "received_at", "patient_name"])
    func aDamagedColumnHidesNeitherItsStudyNorAnother(column: String) throws {
        let department = try Department()
        for uid in ["1.2", "1.3"] { try department.image(uid) }
        let queue = try DatabaseQueue(path: department.databasePath)
        try queue.write { try $0.execute(sql: "UPDATE study SET \(column) = X'FF7B' WHERE study_instance_uid = '1.2'") }
        let told = Told()
        let store = try WorklistStore(path: department.databasePath, durability: .pageCache) { told.note($0) }
        for _ in 0..<3 { #expect(try Set(store.openStudies().map(\.studyInstanceUID.text)) == ["1.2", "1.3"]) }
        let damaged = try #require(try store.study(UID("1.2")!))
        #expect(damaged.conflicts.contains { $0.contains("damaged") && $0.contains(column) })
        #expect(told.sentences == ["the record of study 1.2 is damaged: \(column) cannot be read"], "told once, not at every reading of the list")
    }
}

private final class Told: Sendable {
    private let kept = Mutex<[String]>([])
    var sentences: [String] { kept.withLock { $0 } }
    func note(_ sentence: String) { kept.withLock { $0.append(sentence) } }
}
