extension Message {
    /// Reads a message from the bytes between the MLLP frame's marks.
    ///
    /// The text is decoded as MSH-18 says: empty, `ASCII`, `8859/1`, `UNICODE UTF-8`. Bytes that do not belong to that character
    /// set are shown as `\xE9`, never dropped. Where MSH-18 is empty, valid UTF-8 is taken for that, else for ISO 8859-1.
    package init(parsing bytes: [UInt8]) throws(MessageError) {
        // The header is ASCII up to MSH-18 in each of these character sets, or it can't be told which it is.
        let line = bytes.prefix { $0 != 0x0D && $0 != 0x0A }
        let header = Substring(String(decoding: line, as: UTF8.self))
        guard header.hasPrefix("MSH") else {
            throw MessageError(.segmentSequence, "MSH", "the message does not begin with MSH; is the sender's frame right?")
        }
        guard let delimiters = Delimiters(header: header) else {
            throw MessageError(.requiredFieldMissing, "MSH", 2, "MSH-1 and MSH-2 do not declare five different delimiters; send |^~\\&")
        }
        let characterSet = Segment(parsing: header, delimiters).text(18)
        guard let text = Self.decode(bytes, characterSet) else {
            var error = MessageError(.tableValueNotFound, "MSH", 18, "the character set is not known; send UNICODE UTF-8, 8859/1, ASCII or nothing")
            error.value = characterSet
            throw error
        }
        // Segments end with a carriage return; line feeds, alone or beside it, are a common fault of senders.
        let lines = text.utf8.split(whereSeparator: { $0 == 0x0D || $0 == 0x0A }).map(Substring.init)
        guard lines.count <= Self.maximumSegments else {
            throw MessageError(.segmentSequence, "MSH", "the message has more than \(Self.maximumSegments) segments")
        }
        self.delimiters = delimiters
        segments = []
        segments.reserveCapacity(lines.count)
        var occurrences: [String: Int] = [:]
        for line in lines {
            var segment = Segment(parsing: line, delimiters)
            guard segment.name.utf8.count == 3, segment.name.allSatisfy({ $0.isASCII && ($0.isUppercase || $0.isNumber) }) else {
                throw MessageError(.segmentSequence, "MSH", "segment \(segments.count + 1) has no name of three capitals or digits")
            }
            occurrences[segment.name, default: 0] += 1
            segment.occurrence = occurrences[segment.name] ?? 1
            segments.append(segment)
        }
        guard !controlID.isEmpty else { throw MessageError(.requiredFieldMissing, "MSH", 10, "the message control ID is missing") }
        guard controlID.unicodeScalars.count <= Self.maximumControlIDLength else {
            throw MessageError(.dataType, "MSH", 10, "the message control ID is longer than \(Self.maximumControlIDLength) characters")
        }
    }

    /// A segment takes some hundred bytes of memory however short it is.
    private static let maximumSegments = 50_000
    /// HL7 v2.5.1 allows 20, later versions 199.
    private static let maximumControlIDLength = 199

    /// The MSH segment alone, of bytes that are no message otherwise; nil where it names no control ID that an answer could carry.
    init?(headerOf bytes: [UInt8]) {
        let line = Substring(String(decoding: bytes.prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self))
        guard let delimiters = Delimiters(header: line) else { return nil }
        self.delimiters = delimiters
        segments = [Segment(parsing: line, delimiters)]
        guard !controlID.isEmpty, controlID.unicodeScalars.count <= Self.maximumControlIDLength else { return nil }
    }

    private static func decode(_ bytes: [UInt8], _ characterSet: String) -> String? {
        switch characterSet.uppercased() {
        case "":
            return String(validating: bytes, as: UTF8.self) ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        case "UNICODE UTF-8", "UTF-8", "UNICODE": return utf8(bytes)
        case "8859/1": return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        case "ASCII":
            guard bytes.contains(where: { $0 >= 0x80 }) else { return String(decoding: bytes, as: UTF8.self) }
            return bytes.map { $0 < 0x80 ? String(UnicodeScalar($0)) : shown($0) }.joined()
        default: return nil
        }
    }

    private static func utf8(_ bytes: [UInt8]) -> String {
        if let whole = String(validating: bytes, as: UTF8.self) { return whole }
        var text = ""
        var rest = bytes[...]
        while let first = rest.first {
            let length = first < 0x80 ? 1 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
            if let character = String(validating: Array(rest.prefix(length)), as: UTF8.self) {
                text += character
                rest = rest.dropFirst(length)
            } else {
                text += shown(first)
                rest = rest.dropFirst()
            }
        }
        return text
    }

    private static func shown(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return "\\x" + (digits.count == 1 ? "0" : "") + digits
    }
}
