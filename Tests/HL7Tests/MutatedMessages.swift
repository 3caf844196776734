/// Messages as faulty senders, broken lines and ill will make them: seeded, so that a failure comes again.
struct MutatedMessages {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    private mutating func next(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(max(1, bound)))
    }

    static let originals: [[UInt8]] = [
        IntakeTests.message("ORM^O01^ORM_O01", [
            "PID|1||P1^^^HOSPITAL^MR~9^^^X^SS||Müller^Eva^^Dr^Prof||19700102|F", "PV1|1|E|WARD^1^1", "ORC|NW|PL1|A1||||^^^^^S", "OBR|1|PL1|A1|XR^Chest||||||||||||||A1|||||||||^^^^^S||||^cough \\T\\ fever",
            "OBX|1|NM|EXPECTED_IMAGES^^99FIRSTREAD||2||||||F", "ZDS|1.2.3^X^Application^DICOM",
        ]),
        IntakeTests.message("OMI^O23^OMI_O23", [
            "PID|1||P1||山田^太郎^^^^^L^I", "PV1|1|I", "ORC|XO||A1", "TQ1|1||||||||A", "OBR|1||A1|XR^Chest", "IPC|A1|RP1|1.2.3|SPS1|DX", "ORC|CA||A2", "OBR|2||A2",
        ]),
        IntakeTests.message("ADT^A08^ADT_A01", ["EVN||20260105", "PID|1||P1^^^HOSPITAL||Adler^Anna||19700102|F", "PV1|1|I"]),
        IntakeTests.message("ADT^A40^ADT_A39", ["EVN||20260105", "PID|1||P2^^^HOSPITAL||Adler^Anna", "MRG|P1^^^HOSPITAL~P3"]),
        IntakeTests.message("ORU^R01^ORU_R01", [
            "PID|1||P1", "ORC|RE||A1", "OBR|1||A1|XR^Chest||||||||||||||||||20260105093000|||F|||||||77&Berg&Jonas", "OBX|1|TX|R^Report||No pneumothorax.~\\.br\\Effusion \\X41\\||||||F", "NTE|1||dictated",
        ]),
    ]

    private static let delimiters = Array("|^~\\&\r\n\u{0B}\u{1C}".utf8)

    mutating func message() -> [UInt8] {
        var bytes = Self.originals[next(Self.originals.count)]
        for _ in 0...next(4) { mutate(&bytes) }
        return bytes
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let place = next(bytes.count)
        switch next(9) {
        case 0: bytes[place] ^= 1 << UInt8(next(8))
        case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + next(40)))
        case 2: bytes.removeLast(bytes.count - place)
        case 3: bytes.insert(Self.delimiters[next(Self.delimiters.count)], at: place)
        case 4: bytes[place] = UInt8(next(256))
        case 5:
            // A segment twice, or where it does not belong.
            var lines = bytes.split(separator: 0x0D, omittingEmptySubsequences: false)
            lines.insert(lines[next(lines.count)], at: next(lines.count))
            bytes = Array(lines.joined(separator: [0x0D]))
        case 6:
            let (one, other) = (Self.delimiters[next(5)], Self.delimiters[next(5)])
            for index in bytes.indices where bytes[index] == one || bytes[index] == other { bytes[index] = bytes[index] == one ? other : one }
        case 7:
            // The character set lies.
            let sets = ["ASCII", "8859/1", "KLINGON", "", "UNICODE UTF-8~ISO IR87"]
            bytes = Array(String(decoding: bytes, as: UTF8.self).replacing("UNICODE UTF-8", with: sets[next(sets.count)]).utf8) + [UInt8(next(128) + 128)]
        default:
            let piece = Array(bytes[place..<min(bytes.count, place + 1 + next(6))])
            bytes.insert(contentsOf: [[UInt8]](repeating: piece, count: 1 + next(next(50) == 0 ? 2000 : 20)).joined(), at: place)
        }
    }
}
