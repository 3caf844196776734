import HL7
import Testing
import Worklist

@Suite struct OrderMessageTests {
    private func orders(_ lines: [String], time: String = "20260105080000") throws -> [ImagingOrder] {
        let text = (["MSH|^~\\&|RIS|||HOSPITAL|\(time)||OMI^O23^OMI_O23|M1|P|2.5.1"] + lines).joined(separator: "\r") + "\r"
        return try OrderMessage.orders(in: Message(parsing: Array(text.utf8)))
    }

    private func refusal(_ lines: [String], time: String = "20260105080000") -> MessageError? {
        do {
            _ = try orders(lines, time: time)
            return nil
        } catch { return error as? MessageError }
    }

    private let patient = "PID|1||P1^^^HOSPITAL||Müller^Eva^^Dr^Prof||19700102|F"

    @Test func anImagingOrderIsReadWhole() throws {
        let order = try #require(
            orders([
                patient, "PV1|1|E|WARD^1^1", "ORC|NW|PL1|A1", "TQ1|1||||||||S", "OBR|1|PL1|A1|XR^Chest" + String(repeating: "|", count: 31 - 4) + "^short of breath",
                "OBX|1|NM|EXPECTED_IMAGES^^99FIRSTREAD||2||||||F", "IPC|A1|RP1|1.2.3|SPS1",
            ]).first)
        #expect(order.accessionNumber == "A1" && order.patientID == "P1" && order.issuerOfPatientID == "HOSPITAL")
        #expect(order.patientName == "Müller^Eva^^Prof^Dr" && order.patientBirthDate == "19700102" && order.patientSex == "F")
        #expect(order.priority == .stat && order.patientClass == .emergency && order.expectedImages == 2)
        #expect(order.reason == "short of breath" && order.location == "WARD")
        #expect(order.requestedProcedureID == "RP1" && order.studyInstanceUID == "1.2.3" && order.scheduledProcedureStepID == "SPS1")
        #expect(!order.isCancelled)
    }

    @Test func eachGroupIsAnOrderOfItsOwn() throws {
        let found = try orders([patient, "ORC|NW||A1||||^^^^^S", "OBR|1||A1", "ORC|CA||A2", "OBR|1||A2"])
        #expect(found.map(\.accessionNumber) == ["A1", "A2"])
        #expect(found.map(\.priority) == [.stat, .routine] && found.map(\.isCancelled) == [false, true])
    }

    @Test(arguments: [("PID|1||P1", "ORC|NW", "OBR", 3), ("PID|1", "ORC|NW||A1", "PID", 3), ("PID|1||P1", "ORC|QQ||A1", "ORC", 1), ("PID|1||P1", "ORC|||A1", "ORC", 1)])
    func whatIsMissingOrUnknownIsNamedBySegmentAndField(patient: String, control: String, segment: String, field: Int) {
        let found = refusal([patient, control])
        #expect(found?.segment == segment && found?.field == field)
    }

    @Test func aPriorityThatIsNotKnownIsRefusedNotGuessed() {
        #expect(refusal([patient, "ORC|NW||A1", "TQ1|1||||||||SOON"])?.segment == "TQ1")
    }

    @Test func timesInDifferentZonesAreComparedAsMoments() throws {
        let early = try orders([patient, "ORC|NW||A1"], time: "20260105100000+0200")[0].messageTime
        let late = try orders([patient, "ORC|NW||A1"], time: "20260105080000.5")[0].messageTime
        #expect(early < late)
        #expect(refusal([patient, "ORC|NW||A1"], time: "yesterday")?.field == 7)
    }

    @Test func whatAnOrderingSystemWritesIsReadBack() throws {
        var order = ImagingOrder(accessionNumber: "A&9", patientID: "P^1")
        order.patientName = "Иванов^Иван"
        order.priority = .asap
        order.patientClass = .inpatient
        order.reason = "cough | fever"
        order.expectedImages = 3
        let message = OrderMessage.imagingOrder(order, procedure: "Chest", from: "RIS", controlID: "M9", at: Timestamp(microseconds: 1_767_600_000_000_000))
        let read = try #require(OrderMessage.orders(in: Message(parsing: Array(message.encoded.utf8))).first)
        #expect(read.accessionNumber == "A&9" && read.patientID == "P^1" && read.patientName == "Иванов^Иван" && read.priority == .asap)
        #expect(read.patientClass == .inpatient && read.reason == "cough | fever" && read.expectedImages == 3)
    }

    @Test func aReportIsFinalOnlyWhereItSaysSo() throws {
        for (status, isFinal) in [("F", true), ("C", true), ("P", false), ("", false)] {
            let text = "MSH|^~\\&|RIS||||20260105||ORU^R01|M1|P|2.5.1\rPID|1||P1\rOBR|1||A1" + String(repeating: "|", count: 22) + status + "\r"
            let reports = try FinalReportMessage.reports(in: Message(parsing: Array(text.utf8)))
            #expect(reports.map(\.isFinal) == [isFinal] && reports[0].accessionNumber == "A1")
        }
    }
}
