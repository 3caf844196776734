import Storage
import Testing
import Worklist

@Suite struct PatientTests {
    @Test func aMergeGivesStudiesAndOrdersTheSurvivingNumberAndBothFindThem() throws {
        let department = try Department()
        try department.image("1.2", of: "OLD", accession: "A1")
        try department.send(.orders([department.order("A1", of: "NEW")]))
        #expect(try department.study("1.2").orderPriority == .routine)
        try department.send(.merges([department.merge("OLD", into: "NEW")]))
        let study = try department.study("1.2")
        #expect(study.patientID == "NEW" && study.orderPriority == .stat && study.conflicts.isEmpty)
        for number in ["OLD", "NEW"] { #expect(try department.store.studies(ofPatient: number).map(\.studyInstanceUID.text) == ["1.2"]) }
        let merged = try #require(try department.history("1.2").first { $0.kind == .patientMerged })
        #expect(merged.detail["from"] == "OLD" && merged.detail["to"] == "NEW")
    }

    @Test func aMergeThatCameBeforeTheImagesHoldsForThem() throws {
        let department = try Department()
        try department.send(.merges([department.merge("OLD", into: "NEW")]))
        try department.send(.orders([department.order("A1", of: "OLD")]))
        try department.image("1.2", of: "OLD", accession: "A1")
        try department.image("1.2", of: "OLD", accession: "A1", number: 2)
        let study = try department.study("1.2")
        #expect(study.patientID == "NEW" && study.orderPriority == .stat && study.conflicts.isEmpty)
    }

    @Test(arguments: [[("A", "B", 1), ("B", "C", 2)], [("B", "C", 2), ("A", "B", 1)], [("B", "C", 1), ("A", "B", 2)]])
    func aChainOfMergesIsFollowedToItsEndInWhateverOrderItComes(merges: [(String, String, Int)]) throws {
        let department = try Department()
        try department.image("1.2", of: "A")
        for (prior, surviving, hour) in merges { try department.send(.merges([department.merge(prior, into: surviving, at: "202601051\(hour)0000")])) }
        #expect(try department.study("1.2").patientID == "C")
        #expect(try department.store.presentNumber(of: PatientNumber(id: "A")).id == "C")
        try department.image("1.3", of: "A")
        #expect(try department.study("1.3").patientID == "C")
    }

    @Test(arguments: [(1, 2, "A"), (2, 1, "B")])
    func ofTwoMergesThatContradictEachOtherTheNewerHolds(first: Int, second: Int, survivor: String) throws {
        let department = try Department()
        try department.image("1.2", of: "A")
        try department.send(.merges([department.merge("A", into: "B", at: "202601051\(first)0000")]))
        try department.send(.merges([department.merge("B", into: "A", at: "202601051\(second)0000")]))
        #expect(try department.study("1.2").patientID == survivor)
    }

    @Test func imagesOfBothNumbersInOneStudyAreNoConflictAfterTheMerge() throws {
        let department = try Department()
        try department.image("1.2", of: "NEW")
        try department.image("1.2", of: "OLD", number: 2)
        #expect(try department.study("1.2").conflicts.count == 1)
        try department.send(.merges([department.merge("OLD", into: "NEW")]))
        #expect(try department.study("1.2").conflicts.isEmpty)
    }

    @Test func aNumberOfAnotherIssuerIsAnotherPatients() throws {
        let department = try Department()
        try department.image("1.2", of: "7") { $0.issuerOfPatientID = "NORTH" }
        let merge = PatientMerge(
            prior: PatientNumber(id: "7", issuer: "SOUTH"), surviving: PatientRecord(number: PatientNumber(id: "8", issuer: "SOUTH"), messageTime: "20260105"))
        try department.send(.merges([merge]))
        #expect(try department.study("1.2").patientID == "7")
    }

    @Test func whereBothNumbersHaveTheOrderTheNewerOneStays() throws {
        let department = try Department()
        try department.send(.orders([department.order("A1", of: "OLD", at: "20260105080000") { $0.priority = .asap }, department.order("A1", of: "NEW", at: "20260105070000")]))
        try department.send(.merges([department.merge("OLD", into: "NEW")]))
        try department.image("1.2", of: "NEW", accession: "A1")
        #expect(try department.study("1.2").orderPriority == .asap)
    }

    @Test func thePatientsDataAreAppliedToWhatIsHereAndToWhatComes() throws {
        let department = try Department()
        func record(_ name: String, _ time: String) -> Intake {
            .patients([PatientRecord(number: PatientNumber(id: "P1"), name: name, messageTime: time)])
        }
        try department.image("1.2")
        try department.send(record("Berg^Anna", "20260105100000"))
        try department.send(record("Adler^Anna", "20260105090000"))
        #expect(try department.study("1.2").patientName == "Berg^Anna", "an older MSH-7 never overwrites a newer one")
        try department.image("1.3")
        #expect(try department.study("1.3").patientName == "Berg^Anna")
        let updated = try department.history("1.2").filter { $0.kind == .patientUpdated }
        #expect(updated.map(\.detail) == [["patient_name": "Berg^Anna", "patient_name before": "Adler^Anna", "control_id": "M1"]])
    }

    @Test func imagesThatSayAnotherBirthDateThanThePatientsRecordAreMarked() throws {
        let department = try Department()
        try department.send(.patients([PatientRecord(number: PatientNumber(id: "P1"), birthDate: "19500607", messageTime: "20260105")]))
        try department.image("1.2")
        #expect(try department.study("1.2").conflicts == ["birth date differs: patient record 19500607, images 19700102"])
    }
}
