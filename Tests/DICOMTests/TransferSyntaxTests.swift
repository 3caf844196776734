import DICOM
import Foundation
import Testing

/// Frames in each transfer syntax. Peers encode them: DCMTK's tools, and OpenJPEG's opj_compress.
@Suite struct TransferSyntaxTests {
    let folder: TemporaryFolder

    init() throws {
        try DCMTK.start(log: quiet)
        folder = try TemporaryFolder()
    }

    struct Encoding: Sendable, CustomTestStringConvertible {
        var program: String
        var options: [String]
        var testDescription: String { ([program] + options).joined(separator: " ") }
    }

    static let uncompressed = ["+ti", "+te", "+tb", "+td"].map { Encoding(program: "dcmconv", options: [$0]) }
    static let compressed = [
        Encoding(program: "dcmcrle", options: []), Encoding(program: "dcmcjpeg", options: ["+e1"]), Encoding(program: "dcmcjpeg", options: ["+el"]),
        Encoding(program: "dcmcjpls", options: ["+el"]),
        // Fragments of 1 kB.
        Encoding(program: "dcmcjpeg", options: ["+e1", "+fs", "1"]), Encoding(program: "dcmcjpls", options: ["+fs", "1"]),
    ]

    @Test(arguments: uncompressed + compressed)
    func withoutLossEveryBitIsAsItWas(_ encoding: Encoding) async throws {
        let images = [
            TestImage(filmOf: 61, 50), TestImage(filmOf: 40, 33, bitsAllocated: 8, bitsStored: 8), TestImage(filmOf: 33, 40, bitsStored: 16),
            TestImage(filmOf: 20, 30, bitsStored: 16, isSigned: true),
        ]
        for image in images { try await expectSame(image, encoding) }
    }

    @Test(arguments: uncompressed + compressed)
    func ofSeveralFramesTheFirstIsTaken(_ encoding: Encoding) async throws {
        let image = TestImage(filmOf: 64, 48, frames: 3)
        let (original, encoded) = try await expectSame(image, encoding)
        #expect(original.frameBytes == [UInt8](image.pixels.prefix(64 * 48 * 2)))
        #expect(encoded.values.count == 64 * 48)
    }

    @Test(arguments: [
        Encoding(program: "dcmcrle", options: []), Encoding(program: "dcmcjpeg", options: ["+e1"]), Encoding(program: "dcmcjpls", options: []),
        Encoding(program: "dcmconv", options: ["+tb"]),
    ])
    func colourIsAsItWas(_ encoding: Encoding) async throws {
        try await expectSame(Self.colour, encoding)
    }

    @Test(arguments: [
        (Encoding(program: "dcmcjpeg", options: ["+eb", "+q", "95"]), 8), (Encoding(program: "dcmcjpeg", options: ["+ee", "+q", "95"]), 12),
        (Encoding(program: "dcmcjpls", options: ["+en", "+md", "2"]), 12), (Encoding(program: "dcmcjpeg", options: ["+eb", "+q", "95", "+fs", "1"]), 8),
    ])
    func lossIsSmall(_ encoding: Encoding, _ bits: Int) async throws {
        var image = TestImage(filmOf: 128, 120, bitsAllocated: bits == 8 ? 8 : 16, bitsStored: bits)
        image.more = TestImage.window("\(1 << (bits - 1))", "\(1 << bits)")
        let (original, encoded) = try await both(image, encoding)
        let differences = zip(original.values, encoded.values).map { abs($0 - $1) }
        #expect(differences.reduce(0, +) / Float(differences.count) < 0.01)
        #expect(differences.reduce(0, max) < 0.1)
        #expect(encoded.frameBytes.count == original.frameBytes.count)
    }

    /// Near-lossless JPEG-LS promises its bound for each pixel.
    @Test func nearlyLosslessKeepsItsPromise() async throws {
        let image = TestImage(filmOf: 60, 70)
        let (original, encoded) = try await both(image, Encoding(program: "dcmcjpls", options: ["+en", "+md", "2"]))
        func samples(_ image: PixelImage) -> [Int] {
            stride(from: 0, to: image.frameBytes.count, by: 2).map { Int(image.frameBytes[$0]) | Int(image.frameBytes[$0 + 1]) << 8 }
        }
        let differences = zip(samples(original), samples(encoded)).map { abs($0 - $1) }
        #expect(differences.max() == 2)
    }

    @Test func chrominanceThatIsSubsampledLeavesTheLuminanceWhole() async throws {
        let encoding = Encoding(program: "dcmcjpeg", options: ["+eb", "+cy", "+s2", "+q", "98"])
        let (original, encoded) = try await both(Self.colour, encoding)
        let differences = zip(original.values, encoded.values).map { abs($0 - $1) }
        #expect(differences.reduce(0, +) / Float(differences.count) < 0.02)
    }

    // MARK: JPEG 2000

    static let lossless = "1.2.840.10008.1.2.4.90"
    static let lossy = "1.2.840.10008.1.2.4.91"

    @Test(arguments: [(8, 8, false), (16, 12, false), (16, 16, false), (16, 16, true), (16, 10, true)])
    func losslessJPEG2000IsAsItWas(_ allocated: Int, _ stored: Int, _ isSigned: Bool) async throws {
        let image = TestImage(filmOf: 61, 50, bitsAllocated: allocated, bitsStored: stored, isSigned: isSigned)
        let codestream = try await jpeg2000(image)
        let decoded = try decode(image.encapsulated([codestream], Self.lossless))
        #expect(decoded.frameBytes == [UInt8](image.pixels))
        #expect(try decoded == decode(image))
    }

    @Test func aCodestreamMayBeInAnyNumberOfFragments() async throws {
        let image = TestImage(filmOf: 61, 50)
        let codestream = try await jpeg2000(image)
        var fragments: [Data] = []
        for start in stride(from: 0, to: codestream.count, by: 300) { fragments.append(Data(codestream[start..<min(start + 300, codestream.count)])) }
        let plain = try decode(image)
        #expect(try decode(image.encapsulated(fragments, Self.lossless)) == plain)
        #expect(try decode(image.encapsulated(fragments, Self.lossless, offsets: [0])) == plain)
    }

    /// Two frames in four fragments each, found by the offset table, and without it by where a codestream begins.
    @Test(arguments: [true, false]) func framesInFragmentsAreToldApart(_ hasTable: Bool) async throws {
        var image = TestImage(filmOf: 61, 50)
        let first = try await jpeg2000(image)
        let second = try await jpeg2000(TestImage(filmOf: 61, 50, seed: 2))
        func quarters(_ codestream: Data) -> [Data] {
            let quarter = (codestream.count / 4 + 2) & ~1
            return (0..<4).map { Data(codestream.dropFirst($0 * quarter).prefix(quarter)) }
        }
        let fragments = quarters(first) + quarters(second)
        let start = fragments.prefix(4).reduce(0) { $0 + 8 + ($1.count + 1) & ~1 }
        let plain = try decode(image)
        image.frames = "2"
        let encoded = image.encapsulated(fragments, Self.lossless, offsets: hasTable ? [0, start] : [])
        #expect(try decode(encoded).frameBytes == plain.frameBytes)
    }

    @Test func lossyJPEG2000IsClose() async throws {
        var image = TestImage(filmOf: 128, 120)
        image.more = TestImage.window("2048", "4096")
        let codestream = try await jpeg2000(image, options: ["-I", "-r", "6"])
        let decoded = try decode(image.encapsulated([codestream], Self.lossy))
        let differences = try zip(decode(image).values, decoded.values).map { abs($0 - $1) }
        #expect(differences.reduce(0, max) < 0.02)
        #expect(differences.contains { $0 > 0 })
    }

    @Test func reversibleColourOfJPEG2000IsAsItWas() async throws {
        var image = Self.colour
        let plain = try decode(image)
        let codestream = try await jpeg2000(image, options: ["-mct", "1"])
        image.photometricInterpretation = "YBR_RCT"
        #expect(try decode(image.encapsulated([codestream], Self.lossless)).values == plain.values)
    }

    /// The codestream says unsigned, the header says signed: the bits are the same, and the header knows what they mean.
    @Test func theHeaderDecidesAboutTheSign() async throws {
        let unsigned = TestImage(filmOf: 40, 41)
        let codestream = try await jpeg2000(unsigned)
        var image = unsigned
        image.isSigned = true
        #expect(try decode(image.encapsulated([codestream], Self.lossless)).values == decode(image).values)
    }

    @Test func aJP2FileAroundTheCodestreamIsOpened() async throws {
        let image = TestImage(filmOf: 40, 41)
        let file = try await jpeg2000(image, suffix: "jp2")
        #expect(try decode(image.encapsulated([file], Self.lossless)) == decode(image))
    }

    // MARK: tools

    static let colour: TestImage = {
        var image = TestImage(filmOf: 3 * 40, 50, bitsAllocated: 8, bitsStored: 8)
        image.rows = 40
        image.samplesPerPixel = 3
        image.photometricInterpretation = "RGB"
        image.planarConfiguration = 0
        image.pixelVR = "OB"
        return image
    }()

    @discardableResult
    private func expectSame(_ image: TestImage, _ encoding: Encoding) async throws -> (original: PixelImage, encoded: PixelImage) {
        let (original, encoded) = try await both(image, encoding)
        #expect(original == encoded, "\(encoding.testDescription), \(image.bitsAllocated) bits")
        return (original, encoded)
    }

    private func both(_ image: TestImage, _ encoding: Encoding) async throws -> (PixelImage, PixelImage) {
        let name = UUID().uuidString
        let source = try folder.write(image.file, to: name)
        let result = try await peer(encoding.program, encoding.options + [source, source + ".encoded"])
        #expect(result.status == 0, "\(result.output)")
        return try (PixelImage.decode(file: source), PixelImage.decode(file: source + ".encoded"))
    }

    private func decode(_ image: TestImage) throws -> PixelImage {
        try PixelImage.decode(file: folder.write(image.file, to: "image-" + UUID().uuidString))
    }

    private func jpeg2000(_ image: TestImage, options: [String] = [], suffix: String = "j2k") async throws -> Data {
        let name = "source-" + UUID().uuidString
        // opj_compress takes raw samples of 16 bits in big endian.
        var samples = [UInt8](image.pixels)
        if image.bitsAllocated == 16 { for index in stride(from: 0, to: samples.count, by: 2) { samples.swapAt(index, index + 1) } }
        if image.samplesPerPixel == 3 { samples = (0..<3).flatMap { colour in stride(from: colour, to: samples.count, by: 3).map { samples[$0] } } }
        let source = try folder.write(Data(samples), to: name + ".raw")
        let target = folder.file(name + "." + suffix)
        let form = "\(image.columns),\(image.rows),\(image.samplesPerPixel),\(image.bitsStored),\(image.isSigned ? "s" : "u")"
        let result = try await peer("opj_compress", ["-i", source, "-o", target, "-F", form] + options)
        #expect(result.status == 0, "\(result.output)")
        return try bytes(ofFile: target)
    }
}
