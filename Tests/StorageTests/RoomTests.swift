import GRDB
import Storage
import Testing
import Worklist

@Suite struct RoomTests {
    private let uid = UID("1.2")!

    @Test func aClaimOutlivesScoringAndEndsWithTheReport() throws {
        let department = try Department()
        try department.image("1.2", accession: "A1")
        try department.store.record(.claim, of: uid, by: "Dr. Adler", at: t0)
        try department.score()
        #expect(try department.study("1.2").shownState == .reading && department.study("1.2").state == .scored)
        try department.send(.reports([department.report("A1")]))
        let study = try department.study("1.2")
        #expect(study.reader == nil && study.state == .reported && study.reportedAt == t0)
        #expect(try department.history("1.2").contains { $0.kind == .claimed && $0.actor == "Dr. Adler" })
    }

    @Test func ofTwoReadersTheSecondIsRefused() throws {
        let department = try Department()
        try department.image("1.2")
        try department.store.record(.claim, of: uid, by: "Dr. Adler", at: t0)
        #expect(throws: ReaderRefusal.self) { try department.store.record(.claim, of: uid, by: "Dr. Bach", at: t0) }
        #expect(try department.store.record(.claim, of: UID("9.9")!, by: "Dr. Bach", at: t0) == nil)
    }

    @Test func anOldClaimIsGivenBackAndAYoungOneStays() throws {
        let department = try Department()
        for study in ["1.2", "1.3"] { try department.image(study) }
        try department.store.record(.claim, of: uid, by: "Dr. Adler", at: t0)
        try department.store.record(.claim, of: UID("1.3")!, by: "Dr. Bach", at: t0.advanced(bySeconds: 50))
        let oldest = try department.store.releaseClaims(before: t0.advanced(bySeconds: 10), at: t0.advanced(bySeconds: 60))
        #expect(try department.study("1.2").reader == nil && department.study("1.3").reader?.name == "Dr. Bach")
        #expect(oldest == t0.advanced(bySeconds: 50))
        #expect(try department.history("1.2").last?.kind == .claimExpired)
    }

    @Test func thePatientsLocationIsThatOfTheOrder() throws {
        let department = try Department()
        try department.image("1.2", accession: "A1")
        try department.send(.orders([department.order("A1") { $0.location = "ICU^4^2" }]))
        #expect(try department.study("1.2").location == "ICU^4^2")
        #expect(try department.store.order(of: uid)?.number == "A1")
    }

    @Test func aLookIsInTheAccessLogAndDoesNotMoveTheChangeNumber() throws {
        let department = try Department()
        try department.image("1.2")
        let before = try department.store.lastEvent()
        try department.store.note(AccessEntry(time: t0, name: "Dr. Adler", act: "explain", study: "1.2"))
        try department.store.note(AccessEntry(time: t0, name: "Dr. Bach", act: "film", study: "1.2", detail: "1.2.1.1"))
        #expect(try department.store.lastEvent() == before)
        #expect(try department.store.access(first: 1).map(\.name) == ["Dr. Bach"])
        #expect(try department.store.access(first: 9).count == 2)
    }

    @Test func theAccessLogIsNeverChanged() throws {
        let department = try Department()
        try department.store.note(AccessEntry(time: t0, name: "Dr. Adler", act: "explain", study: "1.2"))
        let queue = try DatabaseQueue(path: department.databasePath)
        #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: "DELETE FROM access") } }
        #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: "UPDATE access SET name = 'x'") } }
    }

    @Test func anAlarmOfNoStudyIsAcknowledgedInTheLogToo() throws {
        let department = try Department()
        let before = try department.store.lastEvent()
        try department.store.acknowledge("disk-low", of: nil, by: "Dr. Lead", at: t0)
        #expect(try department.store.lastEvent() > before)
        let seen = try department.store.roomRecord(since: t0).acknowledgements["disk-low"]
        #expect(seen?.name == "Dr. Lead" && seen?.at == t0)
        // Whoever follows the log for studies passes it over.
        #expect(try department.store.log(after: before, first: 10).isEmpty)
    }

    @Test func arrivalsAndReadingsAreCountedByTheHour() throws {
        let department = try Department()
        try department.image("1.2", accession: "A1")
        try department.image("1.3", at: 3600)
        try department.score()
        try department.send(.reports([department.report("A1")]))
        let record = try department.store.roomRecord(since: t0.advanced(bySeconds: -86_400))
        #expect(record.arrived.values.sorted() == [1, 1] && record.read.values.map { $0 } == [1])
        #expect(try department.store.readStudies(since: t0.advanced(bySeconds: -1)).map(\.category) == [.urgent])
        #expect(try department.store.readStudies(since: t0.advanced(bySeconds: 1)).isEmpty)
    }

    @Test func whatHasBeenSavedSinceIsNamedOnce() throws {
        let department = try Department()
        try department.image("1.2")
        #expect(try #require(department.store.takeSavedStudies()).contains(uid))
        #expect(department.store.takeSavedStudies() == [])
    }
}
