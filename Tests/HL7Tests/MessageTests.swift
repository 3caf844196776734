import HL7
import Testing
import Worklist

@Suite struct MessageTests {
    static let order = "MSH|^~\\&|RIS|HOSPITAL|FIRSTREAD|HOSPITAL|20260105080000||ORM^O01^ORM_O01|M1|P|2.5.1\rPID|1||P1^^^HOSPITAL\rOBX|1|TX|R||a\\T\\b\\S\\c\r"

    private func parse(_ text: String) throws -> Message { try Message(parsing: Array(text.utf8)) }

    private func error(of text: String) -> MessageError? {
        do throws(MessageError) {
            _ = try Message(parsing: Array(text.utf8))
            return nil
        } catch { return error }
    }

    @Test func fieldsAreCountedAsTheStandardCountsThem() throws {
        let message = try parse(Self.order)
        #expect(message.type == MessageType(code: "ORM", event: "O01"))
        #expect(message.controlID == "M1")
        #expect(message["MSH"]?.text(1) == "|")
        #expect(message["MSH"]?.text(3) == "RIS")
        #expect(message["PID"]?.text(3, component: 4) == "HOSPITAL")
        #expect(message["PID"]?.text(99) == "")
    }

    @Test func whatIsEncodedIsReadBackAsItWas() throws {
        let texts = ["a|b^c~d\\e&f", "line\nbreak", "Ångström 山田", "\\X41\\ stays text", "ends with \\", "", "~~~"]
        for text in texts {
            var segment = Segment("OBX")
            segment.set(5, text)
            let message = try parse(Self.order + Message(segments: [segment]).encoded)
            #expect(message.segments.last?.text(5) == text)
        }
    }

    @Test func otherDelimitersAreTakenAsDeclared() throws {
        let message = try parse("MSH#*@!%#RIS####20260105##ORM*O01#M2#P#2.3\rPID###A!F!B*X\r")
        #expect(message.type.event == "O01")
        #expect(message["PID"]?.text(3) == "A#B")
        #expect(message["PID"]?.text(3, component: 2) == "X")
    }

    @Test(arguments: [("\\X41\\", "A"), ("\\.br\\", "\n"), ("\\H\\bold\\N\\", "bold"), ("\\Z9\\", "\\Z9\\"), ("\\", "\\"), ("\\X4\\", "\\X4\\")])
    func escapesAreReadAndUnknownOnesKept(escaped: String, text: String) throws {
        #expect(try parse(Self.order.replacing("a\\T\\b\\S\\c", with: escaped))["OBX"]?.text(5) == text)
    }

    @Test func lineFeedsEndSegmentsToo() throws {
        #expect(try parse(Self.order.replacing("\r", with: "\r\n")).segments.count == 3)
        #expect(try parse(Self.order.replacing("\r", with: "\n")).segments.count == 3)
    }

    @Test(arguments: ["", "no HL7 at all", "MSH", "MSH|", "MSH|^", "MSH|||||", "MSH|^^^^|A", "MSH|^~\\&|A\rlower|1", "PID|1"])
    func whatIsNoMessageIsRefusedWithAPlace(text: String) {
        #expect(error(of: text)?.segment == "MSH")
    }

    @Test func aMessageWithoutControlIDIsRefusedByField() {
        #expect(error(of: Self.order.replacing("|M1|", with: "||"))?.field == 10)
    }

    @Test(arguments: [
        ("UNICODE UTF-8", [0xC3, 0x84], "Ä"), ("", [0xC3, 0x84], "Ä"), ("", [0xC4], "Ä"), ("8859/1", [0xC4], "Ä"),
        ("UNICODE UTF-8", [0xC4, 0x41], "\\xC4A"), ("ASCII", [0xC4], "\\xC4"),
    ] as [(String, [UInt8], String)])
    func textIsDecodedAsTheHeaderSaysAndNothingIsDropped(characterSet: String, bytes: [UInt8], text: String) throws {
        let head = "MSH|^~\\&|RIS||||20260105||ORM^O01|M3|P|2.5.1||||||\(characterSet)\rPID|1||"
        let message = try Message(parsing: Array(head.utf8) + bytes + [0x0D])
        #expect(message["PID"]?.text(3) == text.replacing("\\x", with: "\\x"))
    }

    @Test func anUnknownCharacterSetIsRefusedByField() {
        let refusal = error(of: "MSH|^~\\&|RIS||||20260105||ORM^O01|M3|P|2.5.1||||||KLINGON\r")
        #expect(refusal?.field == 18 && refusal?.condition == .tableValueNotFound)
    }

    @Test func anyBytesAtAllAreReadOrRefused() {
        var state: UInt64 = 7
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        let seed = Array(Self.order.utf8)
        for _ in 0..<3000 {
            var bytes = seed
            for _ in 0..<(1 + next() % 6) { bytes[Int(next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: next()) }
            bytes.removeLast(Int(next() % UInt64(bytes.count)))
            guard let message = try? Message(parsing: bytes) else { continue }
            for segment in message.segments { for field in 0...12 { _ = segment.text(field, component: 2, repetition: 2) } }
            _ = try? OrderMessage.orders(in: message)
        }
    }
}
