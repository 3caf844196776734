import Testing
import Worklist

@Suite struct UIDTests {
    @Test(arguments: ["1", "1.2.840.10008.1.1", "2.25.329800735698586629295641978511506172918", "0.0", String(repeating: "1", count: 64)])
    func validUIDsAreTaken(text: String) { #expect(UID(text)?.text == text) }

    @Test(arguments: ["", ".", "1.", ".1", "1..2", "1.2.abc", "../../etc/passwd", "1.2/3", "1.2 ", "1.2\0", String(repeating: "1", count: 65)])
    func malformedUIDsAreRefused(text: String) { #expect(UID(text) == nil) }
}
