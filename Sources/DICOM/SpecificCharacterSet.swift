internal import Glibc

/// How the text of a data set is encoded: Specific Character Set (0008,0005), PS3.3 section C.12.1.1.2.
///
///     SpecificCharacterSet(["", "ISO 2022 IR 87"]).decode(bytes, .personName).text
///
/// Bytes that stand for nothing in the character set are shown as `\xE9`, never dropped and never guessed.
///
/// DCMTK 3.6.7 as Debian builds it converts through glibc, which has no ISO-IR 87, 159 and 13; and it gives up a whole value for one
/// byte. So the escape sequences of ISO 2022 are read here (PS3.5 section 6.1.2.5), and glibc is asked for the code tables.
struct SpecificCharacterSet: Hashable, Sendable {
    /// Characters that return to the first character set, besides TAB, LF, FF and CR (PS3.5 section 6.1.2.5.3).
    enum Delimiters: Hashable, Sendable {
        /// LO, SH and the like: `\`.
        case values
        /// PN: `^` and `=` too.
        case personName
    }

    struct Decoded: Hashable, Sendable {
        var text: String
        /// False where bytes had to be shown as `\xE9`.
        var isWhole: Bool
    }

    /// The default repertoire, ISO-IR 6.
    static let ascii = SpecificCharacterSet([])

    private enum Method: Hashable {
        /// A code that knows no escape sequences, by glibc's name.
        case whole(String)
        /// ISO 2022; what G0 and G1 hold where a value begins.
        case designated(g0: CodedSet, g1: CodedSet?)
    }

    private let method: Method

    /// `terms` are the values of (0008,0005), PS3.3 tables C.12-2 to C.12-5. Only the first decides where a value begins; the
    /// others announce escape sequences, which are understood with or without it.
    init(_ terms: [String]) {
        let first = terms.first.map(Self.folded) ?? ""
        switch first {
        case "ISO IR 192": method = .whole("UTF-8")
        case "GB18030": method = .whole("GB18030")
        case "GBK": method = .whole("GBK")
        case "ISO IR 13", "ISO 2022 IR 13": method = .designated(g0: .jisRoman, g1: .katakana)
        default: method = .designated(g0: .ascii, g1: first.split(separator: " ").last.flatMap { CodedSet.rightHalves[String($0)] })
        }
    }

    /// `ISO-IR 100` and `ISO IR 100` are written for `ISO_IR 100`.
    private static func folded(_ term: String) -> String {
        String(term.uppercased().map { $0 == "_" || $0 == "-" ? " " : $0 })
    }

    func decode(_ bytes: [UInt8], _ delimiters: Delimiters) -> Decoded {
        switch method {
        case .whole(let encoding): return WholeText.decode(bytes, encoding)
        case .designated(let g0, let g1):
            var reader = ISO2022Reader(bytes: bytes, delimiters: delimiters, initialG0: g0, initialG1: g1)
            return reader.read()
        }
    }
}

/// A set of characters that can be designated into G0 or G1 of ISO 2022.
enum CodedSet: Hashable, Sendable {
    case ascii
    /// JIS X 0201 romaji (ISO-IR 14): ASCII but for two places.
    case jisRoman
    /// JIS X 0201 katakana (ISO-IR 13).
    case katakana
    /// The upper half of a part of ISO 8859, or TIS 620, by glibc's name.
    case rightHalf(String)
    case jisX0208, jisX0212, ksX1001, gb2312

    /// By the number in the defined term.
    static let rightHalves: [String: CodedSet] = [
        "100": .rightHalf("ISO-8859-1"), "101": .rightHalf("ISO-8859-2"), "109": .rightHalf("ISO-8859-3"), "110": .rightHalf("ISO-8859-4"),
        "144": .rightHalf("ISO-8859-5"), "127": .rightHalf("ISO-8859-6"), "126": .rightHalf("ISO-8859-7"), "138": .rightHalf("ISO-8859-8"),
        "148": .rightHalf("ISO-8859-9"), "203": .rightHalf("ISO-8859-15"), "166": .rightHalf("TIS-620"),
    ]

    var bytesPerCharacter: Int {
        switch self {
        case .jisX0208, .jisX0212, .ksX1001, .gb2312: 2
        default: 1
        }
    }

    /// The character of a code whose bytes have their high bits cleared; nil where the set has none there.
    func character(_ first: UInt8, _ second: UInt8 = 0) -> Unicode.Scalar? {
        switch self {
        case .ascii: return Unicode.Scalar(first)
        case .jisRoman: return first == 0x5C ? "\u{A5}" : first == 0x7E ? "\u{203E}" : Unicode.Scalar(first)
        case .katakana: return (0x21...0x5F).contains(first) ? Unicode.Scalar(0xFF61 + UInt32(first) - 0x21) : nil
        case .rightHalf(let encoding): return CodeTable.rightHalves[encoding]?[Int(first)]
        case .jisX0208: return CodeTable.jisX0208[Self.index(first, second)]
        case .jisX0212: return CodeTable.jisX0212[Self.index(first, second)]
        case .ksX1001: return CodeTable.ksX1001[Self.index(first, second)]
        case .gb2312: return CodeTable.gb2312[Self.index(first, second)]
        }
    }

    private static func index(_ first: UInt8, _ second: UInt8) -> Int { Int(first - 0x21) * 94 + Int(second - 0x21) }
}

/// What an escape sequence designates (PS3.3 tables C.12-3 and C.12-4).
private struct Designation {
    var sequence: [UInt8]
    var isG0: Bool
    var set: CodedSet

    static let all: [Designation] =
        [
            Designation(sequence: [0x28, 0x42], isG0: true, set: .ascii),
            Designation(sequence: [0x28, 0x4A], isG0: true, set: .jisRoman),
            Designation(sequence: [0x29, 0x49], isG0: false, set: .katakana),
            Designation(sequence: [0x24, 0x42], isG0: true, set: .jisX0208),
            Designation(sequence: [0x24, 0x28, 0x44], isG0: true, set: .jisX0212),
            Designation(sequence: [0x24, 0x29, 0x43], isG0: false, set: .ksX1001),
            Designation(sequence: [0x24, 0x29, 0x41], isG0: false, set: .gb2312),
        ]
        + [
            (0x41, "ISO-8859-1"), (0x42, "ISO-8859-2"), (0x43, "ISO-8859-3"), (0x44, "ISO-8859-4"), (0x4C, "ISO-8859-5"),
            (0x47, "ISO-8859-6"), (0x46, "ISO-8859-7"), (0x48, "ISO-8859-8"), (0x4D, "ISO-8859-9"), (0x62, "ISO-8859-15"),
            (0x54, "TIS-620"),
        ].map { final, name in Designation(sequence: [0x2D, final], isG0: false, set: .rightHalf(name)) }
}

/// Reads one value whose character sets are switched by escape sequences.
private struct ISO2022Reader {
    let bytes: [UInt8]
    let delimiters: SpecificCharacterSet.Delimiters
    let initialG0: CodedSet
    let initialG1: CodedSet?

    private var g0: CodedSet
    private var g1: CodedSet?
    private var position = 0
    private var text = String.UnicodeScalarView()
    private var isWhole = true

    init(bytes: [UInt8], delimiters: SpecificCharacterSet.Delimiters, initialG0: CodedSet, initialG1: CodedSet?) {
        self.bytes = bytes
        self.delimiters = delimiters
        self.initialG0 = initialG0
        self.initialG1 = initialG1
        g0 = initialG0
        g1 = initialG1
    }

    mutating func read() -> SpecificCharacterSet.Decoded {
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case 0x1B: readEscape()
            case 0x09, 0x0A, 0x0C, 0x0D: readDelimiter(byte)
            case 0x00..<0x20, 0x7F: show(byte)
            case 0x20:
                text.append(" ")
                position += 1
            case 0x21..<0x7F where g0.bytesPerCharacter == 1 && isDelimiter(byte): readDelimiter(byte)
            case 0x21..<0x7F: readCharacter(of: g0, codes: 0x21...0x7E)
            default: readCharacter(of: g1, codes: 0xA0...0xFF)
            }
        }
        return SpecificCharacterSet.Decoded(text: String(text), isWhole: isWhole)
    }

    private func isDelimiter(_ byte: UInt8) -> Bool {
        switch delimiters {
        case .values: byte == UInt8(ascii: "\\")
        case .personName: byte == UInt8(ascii: "\\") || byte == UInt8(ascii: "^") || byte == UInt8(ascii: "=")
        }
    }

    private mutating func readDelimiter(_ byte: UInt8) {
        (g0, g1) = (initialG0, initialG1)
        text.append(Unicode.Scalar(byte))
        position += 1
    }

    private mutating func readEscape() {
        let following = bytes[(position + 1)...]
        guard let found = Designation.all.first(where: { following.starts(with: $0.sequence) }) else { return show(0x1B) }
        if found.isG0 { g0 = found.set } else { g1 = found.set }
        position += 1 + found.sequence.count
    }

    private mutating func readCharacter(of set: CodedSet?, codes: ClosedRange<UInt8>) {
        let byte = bytes[position]
        guard let set, codes.contains(byte) else { return show(byte) }
        let first = byte & 0x7F
        if set.bytesPerCharacter == 1 {
            guard let character = set.character(first) else { return show(byte) }
            text.append(character)
            position += 1
        } else {
            guard position + 1 < bytes.count, codes.contains(bytes[position + 1]) else { return show(byte) }
            let second = bytes[position + 1] & 0x7F
            guard (0x21...0x7E).contains(first), (0x21...0x7E).contains(second), let character = set.character(first, second) else {
                return show(byte)
            }
            text.append(character)
            position += 2
        }
    }

    private mutating func show(_ byte: UInt8) {
        text.append(contentsOf: shown(byte).unicodeScalars)
        isWhole = false
        position += 1
    }
}

/// A byte that stands for nothing, for example `\xE9`.
private func shown(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16, uppercase: true)
    return "\\x" + (digits.count < 2 ? "0" : "") + digits
}

/// Text in a code without escape sequences.
private enum WholeText {
    static func decode(_ bytes: [UInt8], _ encoding: String) -> SpecificCharacterSet.Decoded {
        let runs = CodeConverter(from: encoding)?.runs(of: bytes) ?? bytes.map { ("", $0) }
        var text = ""
        var isWhole = true
        for (run, stray) in runs {
            // Control characters are no text, whatever the code.
            for scalar in run.unicodeScalars {
                if scalar.value < 0x20 && ![0x09, 0x0A, 0x0C, 0x0D].contains(scalar.value) || scalar.value == 0x7F {
                    text += shown(UInt8(scalar.value))
                    isWhole = false
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
            if let stray {
                text += shown(stray)
                isWhole = false
            }
        }
        return SpecificCharacterSet.Decoded(text: text, isWhole: isWhole)
    }
}

/// The characters of a set by their place, as glibc has them; each table is made when it is first needed.
private enum CodeTable {
    /// By the byte without its high bit.
    static let rightHalves: [String: [Unicode.Scalar?]] = {
        var tables: [String: [Unicode.Scalar?]] = [:]
        for case .rightHalf(let encoding) in CodedSet.rightHalves.values {
            let converter = CodeConverter(from: encoding)
            tables[encoding] = (0..<128).map { $0 < 0x20 ? nil : converter?.scalar([0x80 | $0]) }
        }
        return tables
    }()

    /// 94 rows of 94 places.
    static let jisX0208 = square("EUC-JP", prefix: [])
    static let jisX0212 = square("EUC-JP", prefix: [0x8F])
    static let ksX1001 = square("EUC-KR", prefix: [])
    static let gb2312 = square("EUC-CN", prefix: [])

    private static func square(_ encoding: String, prefix: [UInt8]) -> [Unicode.Scalar?] {
        let converter = CodeConverter(from: encoding)
        return (UInt8(0xA1)...0xFE).flatMap { first in
            (UInt8(0xA1)...0xFE).map { second in converter?.scalar(prefix + [first, second]) }
        }
    }
}

/// An open conversion of glibc, iconv(3), to UTF-8.
private final class CodeConverter {
    private let handle: iconv_t

    init?(from encoding: String) {
        guard let handle = iconv_open("UTF-8", encoding), handle != iconv_t(bitPattern: -1) else { return nil }
        self.handle = handle
    }

    deinit { iconv_close(handle) }

    /// The bytes as runs of well-formed text, each followed by a byte that stands for nothing, but for the last.
    func runs(of bytes: [UInt8]) -> [(text: String, stray: UInt8?)] {
        // No character takes more bytes in UTF-8 than three times those it takes in any of these codes.
        var output = [CChar](repeating: 0, count: 4 * bytes.count + 16)
        var input = bytes.map { CChar(bitPattern: $0) }
        var runs: [(text: String, stray: UInt8?)] = []
        input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                var from = input.baseAddress, to = output.baseAddress
                var inputLeft = input.count, outputLeft = output.count
                while inputLeft > 0 {
                    let begin = output.count - outputLeft
                    iconv(handle, nil, nil, nil, nil)
                    _ = iconv(handle, &from, &inputLeft, &to, &outputLeft)
                    let text = String(decoding: output[begin..<(output.count - outputLeft)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
                    guard inputLeft > 0, let stray = from?.pointee else {
                        runs.append((text, nil))
                        break
                    }
                    runs.append((text, UInt8(bitPattern: stray)))
                    from = from?.successor()
                    inputLeft -= 1
                }
            }
        }
        return runs
    }

    /// The one character that the bytes stand for.
    func scalar(_ bytes: [UInt8]) -> Unicode.Scalar? {
        let runs = runs(of: bytes)
        guard runs.count == 1, runs[0].stray == nil, runs[0].text.unicodeScalars.count == 1 else { return nil }
        return runs[0].text.unicodeScalars.first
    }
}
