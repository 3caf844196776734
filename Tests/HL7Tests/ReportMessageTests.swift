import HL7
import Testing
import Worklist

@Suite struct ReportMessageTests {
    private func message(
        _ status: ReportAnnouncement.Status, signer: String = "", text: String = "DRAFT, not signed.\n\nFindings\nA | B & C ^ D", _ change: (inout Study) -> Void = { _ in }
    ) throws -> Message {
        var study = Study(studyInstanceUID: try #require(UID("1.2.840.99.1")), receivedAt: Timestamp(microseconds: 1_767_600_000_000_000))
        study.accessionNumber = "A-17"
        study.patientID = "P|1"
        study.patientName = "Adler^Anna"
        study.modality = "DX"
        study.studyDescription = "Chest PA"
        study.studyDate = "20260105"
        study.studyTime = "081500.123"
        change(&study)
        let announcement = ReportAnnouncement(
            study, reportID: "R12", text: text, status: status, signer: signer, controlID: "FR1", at: Timestamp(microseconds: 1_767_600_060_500_000))
        return try Message(parsing: Array(ReportMessage.report(announcement).encoded.utf8))
    }

    private func rows(_ message: Message) -> [Segment] { message.segments.filter { $0.name == "OBX" } }

    @Test func aDraftIsPreliminaryInEveryRow() throws {
        let sent = try message(.draft)
        #expect(sent.segments.map(\.name) == ["MSH", "PID", "PV1", "ORC", "OBR", "OBX", "OBX", "OBX"])
        #expect(sent["MSH"]?.raw(9) == "ORU^R01^ORU_R01" && sent.controlID == "FR1" && sent["MSH"]?.text(18) == "UNICODE UTF-8")
        #expect(sent["MSH"]?.raw(15) == "" && sent["MSH"]?.raw(16) == "")
        #expect(sent["OBR"]?.text(3) == "A-17" && sent["OBR"]?.text(25) == "P" && sent["OBR"]?.text(7) == "20260105081500")
        #expect(sent["OBR"]?.raw(32) == "" && sent["ORC"]?.text(1) == "RE" && sent["PID"]?.text(3) == "P|1")
        #expect(rows(sent).allSatisfy { $0.text(11) == "P" && $0.raw(16) == "" })
        #expect(rows(sent).map { $0.text(3) } == ["113014", "REPORT_ID", "REPORT"])
        #expect(rows(sent).map { $0.text(5) } == ["1.2.840.99.1", "R12", "DRAFT, not signed.\n\nFindings\nA | B & C ^ D"])
    }

    @Test func linesOfTheTextAreBreaksOfTheField() throws {
        #expect(try rows(message(.draft))[2].raw(5) == #"DRAFT, not signed.\.br\\.br\Findings\.br\A \F\ B \T\ C \S\ D"#)
    }

    @Test(arguments: [(ReportAnnouncement.Status.signed, "F"), (.corrected, "C")]) func aSignedReportNamesWhoSigned(_ status: ReportAnnouncement.Status, _ code: String) throws {
        let sent = try message(status, signer: "Dr. A & B")
        #expect(sent["OBR"]?.text(25) == code && sent["OBR"]?.raw(32) == #"&Dr. A \T\ B"#)
        #expect(rows(sent).allSatisfy { $0.text(11) == code && $0.text(16, component: 2) == "Dr. A & B" })
    }

    @Test func aWithdrawalTakesBackEveryRowAndLeavesTheRequestPreliminary() throws {
        let sent = try message(.withdrawn, text: "WITHDRAWN")
        #expect(sent["OBR"]?.text(25) == "P" && rows(sent).allSatisfy { $0.text(11) == "W" })
        // Told apart by OBX-3 and OBX-4, the rows are those of the draft.
        let draft = try message(.draft)
        #expect(rows(sent).map { [$0.raw(3), $0.raw(4)] } == rows(draft).map { [$0.raw(3), $0.raw(4)] })
    }

    @Test(arguments: [("", "", ""), ("2026", "", ""), ("20260105", "", "20260105"), ("20260105", "08", "20260105"), ("20260105", "0815", "202601050815"), ("20260105", "xx1500", "20260105"), ("2026-1-5", "081500", "")])
    func aDateThatIsNoneIsNotSent(_ date: String, _ time: String, _ sent: String) throws {
        let request = try #require(try message(.draft) { $0.studyDate = date; $0.studyTime = time }["OBR"])
        #expect(request.raw(7) == sent)
    }
}
