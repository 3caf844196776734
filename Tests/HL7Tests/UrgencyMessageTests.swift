import HL7
import Testing
import Worklist

@Suite struct UrgencyMessageTests {
    private func study(_ change: (inout Study) -> Void = { _ in }) throws -> Study {
        var study = Study(studyInstanceUID: try #require(UID("1.2.840.99.1")), receivedAt: Timestamp(microseconds: 1_767_600_000_000_000))
        study.accessionNumber = "A-17"
        study.patientID = "P|1"
        study.patientName = "Yamada^Tarou^^Dr^MD=山田^太郎"
        study.patientSex = "F"
        study.modality = "DX"
        study.studyDescription = "Chest & lat"
        study.category = .urgent
        study.findings = ["pneumonia": 0.81234, "effusion": 0.2]
        change(&study)
        return study
    }

    private func message(_ study: Study, _ make: (UrgencyAnnouncement) -> Message = UrgencyMessage.imagingOrder) throws -> Message {
        let announcement = UrgencyAnnouncement(
            study, urgency: 2.5, reasons: ["pneumonia 0.81", "waited 3 of 60 minutes"], controlID: "FR1", at: Timestamp(microseconds: 1_767_600_060_500_000))
        return try Message(parsing: Array(make(announcement).encoded.utf8))
    }

    private func observations(_ message: Message, _ identifier: String) -> [String] {
        message.segments.filter { $0.name == "OBX" && $0.text(3) == identifier }.map { $0.text(5) }
    }

    @Test func theImagingOrderSaysWhatTheContractNames() throws {
        let sent = try message(study())
        #expect(sent.segments.map(\.name) == ["MSH", "PID", "PV1", "ORC", "TQ1", "OBR"] + Array(repeating: "OBX", count: 6) + ["IPC"])
        #expect(sent["MSH"]?.raw(9) == "OMI^O23^OMI_O23" && sent.controlID == "FR1" && sent["MSH"]?.text(18) == "UNICODE UTF-8")
        #expect(sent["MSH"]?.text(7) == "20260105080100.500+0000" && sent["MSH"]?.raw(15) == "" && sent["MSH"]?.raw(16) == "")
        #expect(sent["ORC"]?.text(1) == "XO" && sent["ORC"]?.text(3) == "A-17" && sent["OBR"]?.text(3) == "A-17")
        #expect(sent["IPC"]?.text(1) == "A-17" && sent["IPC"]?.text(3) == "1.2.840.99.1")
        #expect(sent["PID"]?.text(3) == "P|1" && sent["OBR"]?.text(4, component: 2) == "Chest & lat")
        #expect(observations(sent, "URGENCY") == ["2.5000"] && observations(sent, "CATEGORY") == ["urgent"])
        #expect(observations(sent, "REASON") == ["pneumonia 0.81", "waited 3 of 60 minutes"])
        #expect(observations(sent, "pneumonia") == ["0.8123"])
        #expect(sent.segments.filter { $0.name == "OBX" }.allSatisfy { $0.text(11) == "P" && $0.text(3, component: 3) == "99FIRSTREAD" })
    }

    @Test func groupsOfANameBecomeRepetitionsAndPrefixAndSuffixChangePlaces() throws {
        let patient = try #require(message(study())["PID"])
        #expect(patient.raw(5) == "Yamada^Tarou^^MD^Dr^^L^A~山田^太郎^^^^^L^I")
    }

    @Test(arguments: [
        (OrderPriority.routine, Category.critical, "S"), (.routine, .urgent, "A"), (.routine, .likelyNormal, "R"), (.stat, .likelyNormal, "S"),
        (.asap, .critical, "S"), (.asap, .routine, "A"), (.stat, .unscored, "S"), (.routine, .unscored, "R"), (.asap, .unscored, "A"),
    ])
    func thePriorityIsTheMoreUrgentOfOrderAndCategory(order: OrderPriority, category: Category, expected: String) throws {
        let study = try study {
            $0.orderPriority = order
            $0.category = category
        }
        #expect(try message(study)["TQ1"]?.text(9) == expected)
        let general = try message(study, UrgencyMessage.generalOrder)
        #expect(general["ORC"]?.text(7, component: 6) == expected && general["OBR"]?.text(27, component: 6) == expected)
    }

    @Test func withoutAccessionNumberTheStudyInstanceUIDIdentifies() throws {
        let sent = try message(study { $0.accessionNumber = "" })
        #expect(sent["ORC"]?.text(3) == "" && sent["IPC"]?.text(3) == "1.2.840.99.1" && sent["IPC"]?.text(1) == "1.2.840.99.1")
        #expect(try message(study { $0.accessionNumber = "" }, UrgencyMessage.generalOrder)["ZDS"]?.text(1) == "1.2.840.99.1")
    }

    @Test func identifiersOfTheOrderGoBeforeOthers() throws {
        let sent = try message(
            study {
                $0.requestedProcedureID = "RP1"
                $0.scheduledProcedureStepID = "SPS1"
            })
        #expect(sent["IPC"]?.text(2) == "RP1" && sent["IPC"]?.text(4) == "SPS1")
        #expect(try message(study())["IPC"]?.text(2) == "A-17")
    }

    @Test func uncalibratedFiguresAreNotCalledProbabilities() throws {
        let sent = try message(study { $0.model = ModelReference(name: "m", version: "1", sha256: "0", isCalibrated: false) })
        #expect(sent.segments.first { $0.text(3) == "pneumonia" }?.text(3, component: 2).contains("not calibrated") == true)
    }
}
