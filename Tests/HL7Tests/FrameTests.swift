import HL7
import Testing

@Suite struct FrameTests {
    private static let frame = MLLPFrame.bytes(of: "MSH|hello")

    @Test func aFrameCutAnywhereIsOneMessage() throws {
        for cut in 0...Self.frame.count {
            var reader = MLLPFrameReader(maximumMessageBytes: 100)
            var messages = try reader.read(Self.frame[..<cut])
            messages += try reader.read(Self.frame[cut...])
            #expect(messages == [Array("MSH|hello".utf8)], "cut at \(cut)")
        }
    }

    @Test func severalFramesAtOnceAreSeveralMessagesInOrder() throws {
        var reader = MLLPFrameReader(maximumMessageBytes: 100)
        let stream: [UInt8] = ["a", "b", "c"].flatMap { (text: String) -> [UInt8] in MLLPFrame.bytes(of: text) + [0x0A] }
        #expect(try reader.read(stream) == [[0x61], [0x62], [0x63]])
    }

    @Test func anEndMarkWithoutCarriageReturnBelongsToTheMessage() throws {
        var reader = MLLPFrameReader(maximumMessageBytes: 100)
        #expect(try reader.read([0x0B, 0x61, 0x1C, 0x62, 0x1C, 0x1C, 0x0D]) == [[0x61, 0x1C, 0x62, 0x1C]])
    }

    @Test func aStartMarkInsideAFrameBeginsAnew() throws {
        var reader = MLLPFrameReader(maximumMessageBytes: 100)
        #expect(try reader.read([0x0B, 0x61, 0x0B, 0x62, 0x1C, 0x0D]) == [[0x62]])
    }

    @Test func bytesOutsideAFrameAreTrouble() {
        var reader = MLLPFrameReader(maximumMessageBytes: 100)
        #expect(throws: MLLPFrameReader.Trouble.bytesOutsideFrame) { try reader.read(Array("GET /".utf8)) }
    }

    @Test func aMessageWithoutEndIsStoppedAtTheLimit() {
        var reader = MLLPFrameReader(maximumMessageBytes: 10)
        #expect(throws: MLLPFrameReader.Trouble.tooLong(limit: 10)) { try reader.read([0x0B] + [UInt8](repeating: 0x61, count: 11)) }
    }
}
