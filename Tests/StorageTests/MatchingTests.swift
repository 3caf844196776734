import Storage
import Testing
import Worklist

@Suite struct MatchingTests {
    @Test func theStudyInstanceUIDJoinsWhereThereIsNoAccessionNumber() throws {
        let department = try Department()
        try department.image("1.2")
        try department.send(.orders([department.order("A1") { $0.studyInstanceUID = "1.2" }]))
        let study = try department.study("1.2")
        #expect(study.orderPriority == .stat && study.conflicts.isEmpty)
        #expect(try department.history("1.2").last?.detail["matched_by"] == "Study Instance UID")
    }

    @Test(arguments: [true, false])
    func patientAndTimeJoinWhereOneOrderAndOneStudyFitAndItIsSaid(orderFirst: Bool) throws {
        let department = try Department()
        if orderFirst { try department.send(.orders([department.order("A1")])) }
        try department.image("1.2")
        if !orderFirst { try department.send(.orders([department.order("A1")])) }
        let study = try department.study("1.2")
        #expect(study.orderPriority == .stat && study.conflicts == ["joined to the order A1 by patient and time alone: the images carry no accession number"])
    }

    @Test func twoOrdersThatFitAreAnAmbiguityThatIsShownUntilOneIsCancelled() throws {
        let department = try Department()
        try department.image("1.2")
        try department.send(.orders([department.order("A1"), department.order("A2")]))
        #expect(try department.study("1.2").orderPriority == .routine)
        #expect(try department.study("1.2").conflicts == ["the orders A1, A2 fit this study's patient and time, and its images carry no accession number: not joined"])
        try department.send(.orders([department.order("A2", at: "20260105071000") { $0.isCancelled = true }]))
        #expect(try department.study("1.2").orderPriority == .stat)
        #expect(try department.study("1.2").conflicts.count == 1)
    }

    @Test func oneOrderThatFitsTwoStudiesIsJoinedToNeither() throws {
        let department = try Department()
        try department.send(.orders([department.order("A1")]))
        for uid in ["1.2", "1.3"] { try department.image(uid) }
        for uid in ["1.2", "1.3"] {
            let study = try department.study(uid)
            #expect(study.orderPriority == .routine && study.conflicts == ["the order A1 fits this and another study of the patient, and the images carry no accession number: not joined"])
        }
    }

    @Test func anOrderThatItsOwnNumberClaimsIsTakenFromTheStudyThatOnlyFitted() throws {
        let department = try Department()
        try department.send(.orders([department.order("A1")]))
        try department.image("1.2")
        #expect(try department.study("1.2").orderPriority == .stat)
        try department.image("1.3", accession: "A1")
        #expect(try department.study("1.3").orderPriority == .stat)
        #expect(try department.study("1.2").orderPriority == .routine && department.study("1.2").conflicts.isEmpty)
    }

    @Test(arguments: ["20260107120000", "20251231080000"])
    func anOrderOfAnotherDayIsNotGuessedAt(time: String) throws {
        let department = try Department()
        try department.send(.orders([department.order("A1", at: time)]))
        try department.image("1.2")
        #expect(try department.study("1.2").orderPriority == .routine)
    }

    @Test func imagesWithAnotherAccessionNumberAreNotJoinedByTime() throws {
        let department = try Department()
        try department.send(.orders([department.order("A1")]))
        try department.image("1.2", accession: "A9")
        #expect(try department.study("1.2").orderPriority == .routine && department.study("1.2").conflicts.isEmpty)
    }

    @Test func anotherModalityDoesNotFit() throws {
        let department = try Department()
        try department.send(.orders([department.order("A1") { $0.modality = "CT" }, department.order("A2") { $0.modality = "DX" }]))
        try department.image("1.2")
        #expect(try department.history("1.2").last?.detail["order"] == "A2")
    }

    @Test func anOrderOfAnotherPatientThatNamesTheStudyIsAConflict() throws {
        let department = try Department()
        try department.image("1.2")
        try department.send(.orders([department.order("A1", of: "P9") { $0.studyInstanceUID = "1.2" }]))
        #expect(try department.study("1.2").conflicts == ["the order A1 names this study and is for patient ID P9, the images say P1: not joined"])
    }

    @Test func aCancelledOrderIsMarkedAndAChangeTakesTheMarkAway() throws {
        let department = try Department()
        try department.image("1.2", accession: "A1")
        try department.send(.orders([department.order("A1")]))
        try department.send(.orders([department.order("A1", at: "20260105071000") { $0.isCancelled = true }]))
        #expect(try department.study("1.2").conflicts == ["the order A1 was cancelled, yet images are here"])
        #expect(try department.history("1.2").last?.kind == .orderCancelled)
        try department.send(.orders([department.order("A1", at: "20260105072000")]))
        #expect(try department.study("1.2").conflicts.isEmpty)
    }

    @Test func aChangedPriorityOfAScoredStudyIsAnnouncedOnlyWhereTheReceiverWouldSeeIt() throws {
        let department = try Department()
        try department.image("1.2", accession: "A1")
        try department.send(.orders([department.order("A1") { $0.priority = .routine }]))
        #expect(department.announced.isEmpty, "no score yet: the score's own message will say it")
        try department.score(.urgent)
        try department.send(.orders([department.order("A1", at: "20260105071000") { $0.priority = .asap }]))
        #expect(department.announced.isEmpty, "an urgent study is announced as ASAP already")
        try department.send(.orders([department.order("A1", at: "20260105072000") { $0.priority = .stat }]))
        #expect(department.announced == ["1.2 STAT"])
    }

    @Test func aRepeatedMessageGetsTheFirstAnswerAndDoesNothing() throws {
        let department = try Department()
        try department.image("1.2", accession: "A1")
        #expect(try department.send(.orders([department.order("A1")]), controlID: "C1") == nil)
        try department.send(.orders([department.order("A1", at: "20260105071000") { $0.priority = .asap }]))
        #expect(try department.send(.orders([department.order("A1", at: "20260105080000")]), controlID: "C1")?.answer == "AA 1")
        #expect(try department.study("1.2").orderPriority == .asap)
    }
}
