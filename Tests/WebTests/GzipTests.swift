import NIOCore
import Testing
import Web

@Suite struct GzipTests {
    @Test(arguments: [("gzip", true), ("br, gzip;q=0.5", true), ("*", true), ("", false), ("br", false), ("gzip;q=0", false), ("gzip; q=0.0, br", false), ("GZIP", true)])
    func gzipIsSentToThoseAloneWhoTakeIt(header: String, isAccepted: Bool) {
        #expect(Gzip.isAccepted(header) == isAccepted)
    }

    @Test func nothingIsTakenForGranted() { #expect(!Gzip.isAccepted(nil)) }

    /// RFC 1952 section 2.3.1: ID1, ID2, CM 8; the last four bytes are the length of what was compressed.
    @Test func theResultIsAGzipFileOfTheSameLength() throws {
        let plain = ByteBuffer(string: String(repeating: "{\"rank\":1},", count: 5000))
        let zipped = Array(try #require(Gzip.compressed(plain)).readableBytesView)
        #expect(zipped.starts(with: [0x1f, 0x8b, 8]) && zipped.count < plain.readableBytes / 10)
        let length = zipped.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        #expect(length == plain.readableBytes)
    }
}
