import HL7
import Testing
import Worklist

@Suite struct IntakeTests {
    static func message(_ type: String, _ lines: [String], time: String = "20260105080000") -> [UInt8] {
        Array((["MSH|^~\\&|RIS|HOSPITAL|FIRSTREAD||\(time)||\(type)|M1|P|2.5.1||||||UNICODE UTF-8"] + lines).joined(separator: "\r").utf8)
    }

    private func intake(_ type: String, _ lines: [String]) throws -> Intake { try Message(parsing: Self.message(type, lines)).intake() }

    private func refusal(_ type: String, _ lines: [String]) -> MessageError? {
        do {
            _ = try intake(type, lines)
            return nil
        } catch { return error as? MessageError }
    }

    @Test func aMergeNamesThePriorAndTheSurvivingNumber() throws {
        guard case .merges(let merges) = try intake("ADT^A40^ADT_A39", ["EVN||20260105", "PID|1||NEW^^^HOSPITAL||Adler^Anna||19700102|F", "MRG|OLD^^^HOSPITAL"]) else {
            Issue.record("no merge")
            return
        }
        #expect(merges.count == 1 && merges[0].prior == PatientNumber(id: "OLD", issuer: "HOSPITAL"))
        #expect(merges[0].surviving.number == PatientNumber(id: "NEW", issuer: "HOSPITAL") && merges[0].surviving.name == "Adler^Anna")
    }

    @Test func aMessageMayMergeSeveralNumbersOfSeveralPatients() throws {
        guard case .merges(let merges) = try intake("ADT^A40", ["PID|1||B", "MRG|A1~A2", "PID|2||D", "MRG|C"]) else {
            Issue.record("no merge")
            return
        }
        #expect(merges.map(\.prior.id) == ["A1", "A2", "C"] && merges.map(\.surviving.number.id) == ["B", "B", "D"])
    }

    @Test(arguments: [
        (["PID|1||B"], "PID", 0), (["MRG|A"], "MRG", 0), (["PID|1||B", "MRG|"], "MRG", 1), (["PID|1||B", "MRG|B"], "MRG", 1), (["PID|1||", "MRG|A"], "PID", 3),
    ])
    func aMergeThatSaysTooLittleIsRefusedByPlace(lines: [String], segment: String, field: Int) {
        let found = refusal("ADT^A40", lines)
        #expect(found?.segment == segment && found?.field == field)
    }

    @Test func whatAPatientMessageLeavesOutIsNotSaidAndANullDeletes() throws {
        guard case .patients(let records) = try intake("ADT^A08", ["PID|1||P1||||\"\"|F"]) else {
            Issue.record("no patient")
            return
        }
        #expect(records[0].name == nil && records[0].birthDate == "" && records[0].sex == "F")
    }

    @Test(arguments: [
        ("P1", "P1"), ("999^^^SSA^SS~P1^^^HOSPITAL^MR", "P1"), ("~P2", "P2"), ("E1^^^X^EPI~P3^^^X^PI", "P3"), ("P&4", "P"), ("P\\T\\5", "P&5"),
    ])
    func theMedicalRecordNumberIsTakenFromAListOfIdentifiers(list: String, id: String) throws {
        guard case .patients(let records) = try intake("ADT^A08", ["PID|1||\(list)"]) else { return }
        #expect(records[0].number.id == id)
    }

    @Test func aReportIsKeptWordForWord() throws {
        let blanks = String(repeating: "|", count: 22 - 3)
        guard
            case .reports(let reports) = try intake(
                "ORU^R01",
                [
                    "PID|1||P1", "OBR|1||A1\(blanks)20260105093000|||F|||||||77&Berg&Jonas&&&Dr", "OBX|1|TX|R^Report||Effusion on the left.~No pneumothorax \\T\\ no mass.||||||F",
                    "OBX|2|FT|R||a^b||||||F", "OBX|3|NM|CTR^Ratio||0.52|cm||||F", "OBX|4|CWE|I||RID1^Effusion^RADLEX||||||F", "NTE|1||dictated",
                ])
        else { return }
        #expect(reports.map(\.status) == [.final])
        #expect(reports[0].text == "Effusion on the left.\nNo pneumothorax & no mass.\na^b\nRatio: 0.52 cm\nEffusion\ndictated")
        #expect(reports[0].author == "Berg^Jonas^^Dr" && reports[0].reportedAt == "20260105093000")
    }

    @Test func partsOfOneReportAreFinalOnlyTogether() throws {
        func parts(_ first: String, _ second: String) throws -> [FinalReport] {
            let blanks = String(repeating: "|", count: 25 - 3)
            guard case .reports(let reports) = try intake(
                "ORU^R01", ["PID|1||P1", "OBR|1||A1\(blanks)\(first)", "OBX|1|TX|||one", "OBR|2||A1\(blanks)\(second)", "OBX|1|TX|||two"])
            else { return [] }
            return reports
        }
        #expect(try parts("F", "F").map(\.status) == [.final] && parts("F", "P").map(\.isFinal) == [false] && parts("F", "C").map(\.status) == [.corrected])
        #expect(try parts("F", "F")[0].text == "one\ntwo")
    }

    @Test func aChangeThatLeavesSomethingOutKeepsIt() throws {
        let patient = "PID|1||P1||Adler^Anna"
        guard case .orders(let first) = try intake("OMI^O23", [patient, "PV1|1|E", "ORC|NW||A1", "TQ1|1||||||||S", "OBR|1||A1" + String(repeating: "|", count: 28) + "^cough"]),
            case .orders(let second) = try intake("OMI^O23", [patient, "ORC|XO||A1", "OBR|1||A1" + String(repeating: "|", count: 28) + "\"\""]),
            case .orders(let third) = try intake("OMI^O23", ["PID|1||P1", "ORC|SC||A1||CA", "OBR|1||A1"])
        else { return }
        let changed = second[0].completed(from: first[0])
        #expect(changed.priority == .stat && changed.patientClass == .emergency && changed.reason == "" && changed.leftOut.isEmpty)
        let cancelled = third[0].completed(from: changed)
        #expect(cancelled.isCancelled && cancelled.priority == .stat && cancelled.patientName == "Adler^Anna")
    }

    @Test func severalRequestsUnderOneControlAreOrdersOfTheirOwn() throws {
        guard case .orders(let orders) = try intake("ORM^O01", ["PID|1||P1", "ORC|NW", "OBR|1||A1", "OBR|2||A2"]) else { return }
        #expect(orders.map(\.accessionNumber) == ["A1", "A2"])
    }

    @Test func anOrderWithoutNumberIsKnownByItsStudy() throws {
        guard case .orders(let orders) = try intake("OMI^O23", ["PID|1||P1", "ORC|NW", "OBR|1", "IPC|||1.2.3"]) else { return }
        #expect(orders.map(\.number) == ["1.2.3"])
    }

    @Test func theErrorNamesTheSecondOfASegmentAndTheComponent() throws {
        let message = try Message(parsing: Self.message("ORM^O01", ["PID|1||P1", "ORC|NW||A1", "ORC|NW||A2||||^^^^^SOON"]))
        do throws(MessageError) {
            _ = try message.intake()
            Issue.record("taken")
        } catch {
            let answer = message.refused(error, at: Timestamp(microseconds: 0), answerID: "R1")
            #expect(answer["ERR"]?.raw(2) == "ORC^2^7^1^6" && answer["ERR"]?.text(3) == "103" && answer["ERR"]?.text(8).contains("SOON") == true)
            #expect(!error.description.contains("SOON"), "what stood there may name a patient: never in a log")
        }
    }

    @Test(arguments: ["MSH|^~\\&|RIS||||20260105||ORM^O01|M7|P|2.5.1||||||KLINGON\r", "MSH|^~\\&|RIS||||20260105||ORM^O01|M7\rlower|1\r"])
    func whatCannotBeReadIsAnsweredByItsControlIDWhereThatCan(text: String) {
        let bytes = Array(text.utf8)
        do throws(MessageError) {
            _ = try Message(parsing: bytes)
            Issue.record("taken")
        } catch {
            let answer = Message.refused(unreadable: bytes, error, at: Timestamp(microseconds: 0), answerID: "R1")
            #expect(answer["MSA"]?.text(1) == "AE" && answer["MSA"]?.text(2) == "M7")
        }
    }

    @Test func aCombiningMarkBehindADelimiterHidesNeither() throws {
        let message = try Message(parsing: Self.message("ADT^A08", ["PID|1||P1|\u{301}x|\u{308}Adler^\u{301}Anna"]))
        #expect(message["PID"]?.text(3) == "P1" && message["PID"]?.text(5, component: 2) == "\u{301}Anna")
        var segment = Segment("OBX")
        segment.set(5, "a|\u{301}b")
        #expect(segment.raw(5) == "a\\F\\\u{301}b")
    }

    @Test func aMessageOfAMegabyteIsReadWhole() throws {
        let text = String(repeating: "no change ~", count: 95_000)
        guard case .reports(let reports) = try intake("ORU^R01", ["PID|1||P1", "OBR|1||A1" + String(repeating: "|", count: 22) + "F", "OBX|1|TX|||\(text)"]) else { return }
        #expect(reports[0].text.utf8.count == text.utf8.count)
    }
}
