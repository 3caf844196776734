import DICOM
import Foundation
import Testing
import Worklist

/// Text of each Specific Character Set (PS3.3 tables C.12-2 to C.12-5). Where PS3.5 annexes H to K print an example, it is that one.
@Suite struct CharacterSetTests {
    struct Name: Sendable, CustomTestStringConvertible {
        var terms: String
        /// Bytes beyond ASCII are written as scalars of the same number; `ESC` stands for 1B.
        var encoded: String
        var expected: String
        var testDescription: String { "\(terms): \(expected)" }

        init(_ terms: String, _ encoded: String, _ expected: String) {
            self.terms = terms
            self.encoded = encoded
            self.expected = expected
        }
    }

    static let names = [
        Name("", "Doe^Jane", "Doe^Jane"),
        Name("ISO_IR 100", "Buc^J\u{E9}r\u{F4}me", "Buc^Jérôme"),
        Name("ISO_IR 101", "\u{A3}ukasz", "Łukasz"),
        Name("ISO_IR 109", "\u{E6}", "ĉ"),
        Name("ISO_IR 110", "\u{EF}", "ī"),
        Name("ISO_IR 144", "\u{BB}\u{EE}\u{DA}ce\u{DC}\u{D1}yp\u{D3}", "Люкceмбypг"),
        Name("ISO_IR 127", "\u{E2}\u{C8}\u{C7}\u{E6}\u{EA}^\u{E4}\u{E6}\u{D2}\u{C7}\u{D1}", "قباني^لنزار"),
        Name("ISO_IR 126", "\u{C4}\u{E9}\u{EF}\u{ED}\u{F5}\u{F3}\u{E9}\u{EF}\u{F2}", "Διονυσιος"),
        Name("ISO_IR 138", "\u{F9}\u{F8}\u{E5}\u{EF}^\u{E3}\u{E1}\u{E5}\u{F8}\u{E4}", "שרון^דבורה"),
        Name("ISO_IR 148", "\u{C7}avu\u{FE}o\u{F0}lu", "Çavuşoğlu"),
        Name("ISO_IR 203", "\u{BD}uvre^\u{A4}", "œuvre^€"),
        Name("ISO_IR 166", "\u{B9}\u{D2}\u{C1}\u{CA}\u{A1}\u{D8}\u{C5}", "นามสกุล"),
        Name("ISO_IR 13", "\u{D4}\u{CF}\u{C0}\u{DE}^\u{C0}\u{DB}\u{B3}", "ﾔﾏﾀﾞ^ﾀﾛｳ"),
        // Annex H: Japanese.
        Name(
            "\\ISO 2022 IR 87", "Yamada^Tarou=ESC$B;3EDESC(B^ESC$BB@O:ESC(B=ESC$B$d$^$@ESC(B^ESC$B$?$m$&ESC(B",
            "Yamada^Tarou=山田^太郎=やまだ^たろう"),
        Name(
            "ISO 2022 IR 13\\ISO 2022 IR 87",
            "\u{D4}\u{CF}\u{C0}\u{DE}^\u{C0}\u{DB}\u{B3}=ESC$B;3EDESC(J^ESC$BB@O:ESC(J=ESC$B$d$^$@ESC(J^ESC$B$?$m$&ESC(J",
            "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう"),
        Name("\\ISO 2022 IR 159", "ESC$(D0!ESC(B", "丂"),
        // Annex I: Korean. Each component designates anew, for the delimiters reset.
        Name(
            "\\ISO 2022 IR 149", "Hong^Gildong=ESC$)C\u{FB}\u{F3}^ESC$)C\u{D1}\u{CE}\u{D4}\u{D7}=ESC$)C\u{C8}\u{AB}^ESC$)C\u{B1}\u{E6}\u{B5}\u{BF}",
            "Hong^Gildong=洪^吉洞=홍^길동"),
        // Annex J: Chinese, codes without escape sequences.
        Name("ISO_IR 192", "Wang^XiaoDong=\u{E7}\u{8E}\u{8B}^\u{E5}\u{B0}\u{8F}\u{E4}\u{B8}\u{9C}=", "Wang^XiaoDong=王^小东="),
        Name("GB18030", "Wang^XiaoDong=\u{CD}\u{F5}^\u{D0}\u{A1}\u{B6}\u{AB}=", "Wang^XiaoDong=王^小东="),
        Name("GBK", "Wang^XiaoDong=\u{CD}\u{F5}^\u{D0}\u{A1}\u{B6}\u{AB}=", "Wang^XiaoDong=王^小东="),
        // Four bytes, by hand: U+20087 lies 65671 after U+10000 (90 30 81 30), and 65671 = ((5·10 + 2)·126 + 15)·10 + 1.
        Name("GB18030", "\u{95}2\u{90}1", "\u{20087}"),
        // Annex K: Chinese with code extensions.
        Name(
            "\\ISO 2022 IR 58", "Zhang^XiaoDong=ESC$)A\u{D5}\u{C5}^ESC$)A\u{D0}\u{A1}\u{B6}\u{AB}=", "Zhang^XiaoDong=张^小东="),
        // Two alphabets in one value.
        Name("ISO 2022 IR 100\\ISO 2022 IR 144", "J\u{E9}r\u{F4}me^ESC-L\u{BB}\u{EE}", "Jérôme^Лю"),
        // As some senders spell it.
        Name("ISO-IR 100", "\u{C4}neas^R\u{FC}diger", "Äneas^Rüdiger"),
    ]

    @Test(arguments: names)
    func aNameIsUTF8(_ name: Name) throws {
        let header = try Self.header(terms: name.terms, patientName: Self.bytes(name.encoded))
        #expect(header.patientName == name.expected)
        #expect(header.undecodableText == [])
    }

    @Test(arguments: [
        // No character set is named, another one, or one that nobody knows.
        Name("", "J\u{E9}r\u{F4}me", "J\\xE9r\\xF4me"),
        Name("ISO_IR 192", "J\u{E9}r\u{F4}me", "J\\xE9r\\xF4me"),
        Name("ISO_IR 999", "J\u{E9}", "J\\xE9"),
        // A place that ISO 8859-6 leaves empty, half a character, an escape sequence that is none.
        Name("ISO_IR 127", "\u{FF}", "\\xFF"),
        Name("\\ISO 2022 IR 87", "ESC$B;ESC(B", "\\x3B"),
        Name("GB18030", "A\u{CD}", "A\\xCD"),
        Name("\\ISO 2022 IR 87", "ESC%5A", "\\x1B%5A"),
        // A delimiter returns to the first character set, here without an upper half.
        Name("\\ISO 2022 IR 149", "ESC$)C\u{C8}\u{AB}^\u{B1}\u{E6}", "홍^\\xB1\\xE6"),
        Name("ISO_IR 192", "a\u{7}b", "a\\x07b"),
    ])
    func bytesThatMeanNothingAreShown(_ name: Name) throws {
        let header = try Self.header(terms: name.terms, patientName: Self.bytes(name.encoded))
        #expect(header.patientName == name.expected)
        #expect(header.undecodableText == ["PatientName"])
    }

    /// As long as a value with a length of 16 bits can be. A decoder that begins anew after each stray byte takes minutes.
    @Test(arguments: ["ISO_IR 192", "GB18030"])
    func aValueFullOfStrayBytesIsReadInOneGo(terms: String) throws {
        let header = try Self.header(terms: terms, patientName: Data(repeating: 0xFF, count: 65_534))
        #expect(header.patientName == String(repeating: "\\xFF", count: 65_534))
        let mixed = try Self.header(terms: terms, patientName: Data((0..<32_767).flatMap { _ in [0x41, 0xFF] as [UInt8] }))
        #expect(mixed.patientName == String(repeating: "A\\xFF", count: 32_767))
    }

    /// `^` and `=` return to the first character set in a person's name only (PS3.5 section 6.1.2.5.3).
    @Test func aDescriptionKeepsItsCharacterSetAcrossACaret() throws {
        let description = Part10.element(0x0008, 0x1030, "LO", Self.bytes("ESC$)C\u{C8}\u{AB}^\u{B1}\u{E6}"))
        let header = try Self.header(terms: "\\ISO 2022 IR 149", before: description)
        #expect(header.studyDescription == "홍^길")
    }

    @Test func anItemMayHaveItsOwnCharacterSet() throws {
        let code = Part10.element(0x0008, 0x0005, "CS", "ISO_IR 144") + Part10.element(0x0008, 0x0100, "SH", "1")
            + Part10.element(0x0008, 0x0104, "LO", Self.bytes("\u{BB}\u{EE}"))
        let sequence = Part10.element(0x0008, 0x1032, "SQ", Part10.item(code))
        let header = try Self.header(terms: "ISO_IR 100", before: sequence, patientName: Self.bytes("J\u{E9}"))
        #expect(header.procedureCodes == [Code(value: "1", scheme: "", meaning: "Лю")])
        #expect(header.patientName == "Jé")
    }

    @Test func codesAreNeverDecodedInTheCharacterSet() throws {
        let header = try Self.header(terms: "ISO_IR 100", after: Part10.element(0x0018, 0x0015, "CS", Self.bytes("CH\u{C9}ST")))
        #expect(header.bodyPartExamined == "CH\\xC9ST")
        #expect(header.undecodableText == ["BodyPartExamined"])
    }

    private static func bytes(_ text: String) -> Data {
        Data(text.replacingOccurrences(of: "ESC", with: "\u{1B}").unicodeScalars.map { UInt8($0.value) })
    }

    private static func header(
        terms: String, before: Data = Data(), patientName: Data = Data(), after: Data = Data()
    ) throws -> ObjectHeader {
        var dataSet = Part10.element(0x0008, 0x0005, "CS", terms) + Part10.element(0x0008, 0x0016, "UI", Part10.computedRadiography)
        dataSet += before + Part10.element(0x0010, 0x0010, "PN", patientName) + after
        try DCMTK.start(log: quiet)
        let folder = try TemporaryFolder()
        return try ObjectHeader.read(file: folder.write(Part10.file(dataSet, instance: "2.25.1"), to: "named"))
    }
}
