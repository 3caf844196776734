import DICOM
import Foundation
import Testing

/// Pixel data that are cut off, contradict the header, or are nonsense: always a reason, never a crash.
@Suite struct BadPixelDataTests {
    let folder: TemporaryFolder

    init() throws {
        try DCMTK.start(log: quiet)
        folder = try TemporaryFolder()
    }

    struct Contradiction: Sendable, CustomTestStringConvertible {
        var reason: String
        var change: @Sendable (inout TestImage) -> Void
        var testDescription: String { reason }
    }

    @Test(arguments: [
        Contradiction(reason: "the image has no pixels: 0 rows, 30 columns") { $0.rows = 0 },
        Contradiction(reason: "the image is larger than the limit: 65535 × 65535, of at most 100000000 pixels") { ($0.rows, $0.columns) = (65535, 65535) },
        Contradiction(reason: "pixel data are shorter than the image: 1200 of 1260 bytes") { $0.rows = 21 },
        Contradiction(reason: "pixel data are longer than the image: 1200 instead of 600 bytes") { $0.rows = 10 },
        Contradiction(reason: "pixel data are shorter than the image: 0 of 1200 bytes") { $0.pixels = Data() },
        Contradiction(reason: "pixel data are shorter than the image: 1200 of 3600 bytes") { $0.frames = "3" },
        Contradiction(reason: "pixel data are shorter than the image: 1200 of far more bytes") { $0.frames = "9223372036854775807" },
        Contradiction(reason: "MONOCHROME2 pixels of 12 bits are not read") { $0.bitsAllocated = 12 },
        Contradiction(reason: "MONOCHROME2 pixels of 1 bits are not read") { ($0.bitsAllocated, $0.bitsStored) = (1, 1) },
        Contradiction(reason: "Bits Allocated 16, Bits Stored 40 and High Bit 39 contradict each other") { $0.bitsStored = 40 },
        Contradiction(reason: "Bits Allocated 16, Bits Stored 12 and High Bit 5 contradict each other") { $0.highBit = 5 },
        Contradiction(reason: "Samples per Pixel is 7, and MONOCHROME2 has 1") { $0.samplesPerPixel = 7 },
        Contradiction(reason: "Photometric Interpretation is missing, or not one that is read") { $0.photometricInterpretation = "NONSENSE" },
        Contradiction(reason: "transfer syntax 1.2.840.10008.1.2.4.100 is not one that is decoded") {
            $0 = $0.encapsulated([Data(count: 10)], "1.2.840.10008.1.2.4.100")
        },
        Contradiction(reason: "pixel data are not encapsulated, against the transfer syntax 1.2.840.10008.1.2.4.50") {
            $0.transferSyntax = "1.2.840.10008.1.2.4.50"
        },
        Contradiction(reason: "pixel data are encapsulated, against the transfer syntax 1.2.840.10008.1.2.1") {
            $0 = $0.encapsulated([Data(count: 10)], Part10.explicitLittleEndian)
        },
        Contradiction(reason: "pixel data have no fragments") { $0 = $0.encapsulated([], "1.2.840.10008.1.2.4.50") },
        Contradiction(reason: "pixel data cannot be decoded: there is no JPEG codestream in it") {
            $0 = $0.encapsulated([Data(count: 10)], "1.2.840.10008.1.2.4.50")
        },
        Contradiction(reason: "pixel data cannot be decoded: the RLE header is cut off") { $0 = $0.encapsulated([Data(count: 10)], "1.2.840.10008.1.2.5") },
        Contradiction(reason: "pixel data cannot be decoded: it has 0 RLE segments instead of 2") {
            $0 = $0.encapsulated([Data(count: 100)], "1.2.840.10008.1.2.5")
        },
        Contradiction(reason: "floating-point pixels are not read") { $0.more += Part10.element(0x7FE0, 0x0008, "OF", Data(count: 8)) },
    ])
    func aContradictionIsGivenAsTheReason(_ contradiction: Contradiction) throws {
        var image = TestImage(filmOf: 20, 30)
        contradiction.change(&image)
        #expect(try reason(image.file) == contradiction.reason)
    }

    @Test func aFileWithoutPixelsIsNoImage() throws {
        #expect(try reason(Part10.file(ObjectHeaderTests.withoutPixels, instance: "2.25.10")) == "the object has no pixel data")
    }

    @Test func aLimitIsKept() throws {
        let file = try folder.write(TestImage(filmOf: 20, 30).file, to: "limited")
        var limits = PixelImage.Limits()
        limits.pixels = 599
        #expect(throws: PixelError("the image is larger than the limit: 20 × 30, of at most 599 pixels")) { try PixelImage.decode(file: file, limits: limits) }
        limits.pixels = 600
        #expect(throws: Never.self) { try PixelImage.decode(file: file, limits: limits) }
    }

    @Test func aFileThatEndsWithinItsPixelsIsCutOff() throws {
        let file = TestImage(filmOf: 20, 30).file
        #expect(try reason(Data(file.dropLast(100))) == "pixel data are cut off: the file has 1100 of 1200 bytes")
    }

    /// Three bytes at the end are padding and the marker that says so.
    @Test(arguments: [4, 8, 20, 80, 400])
    func aCodestreamCutOffAnywhereIsAnError(_ missing: Int) async throws {
        for source in try await encoded(TestImage(filmOf: 61, 50)) {
            let fragment = try #require(Self.fragment(of: source.file))
            let image = TestImage(filmOf: 61, 50).encapsulated([Data(fragment.dropLast(missing))], source.transferSyntax)
            #expect(try reason(image.file) != nil, "\(source.encoder), \(missing) bytes missing")
        }
    }

    @Test func aCodestreamOfAnotherSizeThanTheHeaderIsRefused() async throws {
        for source in try await encoded(TestImage(filmOf: 61, 50)) {
            let fragment = try #require(Self.fragment(of: source.file))
            for (rows, columns) in [(60, 50), (62, 50), (61, 49), (61, 51), (50, 61)] {
                var image = TestImage(filmOf: 61, 50).encapsulated([fragment], source.transferSyntax)
                (image.rows, image.columns) = (rows, columns)
                // RLE knows no size, only how many pixels there are.
                if source.encoder == "dcmcrle" && rows * columns <= 61 * 50 { continue }
                #expect(try reason(image.file) != nil, "\(source.encoder), \(rows) × \(columns)")
            }
        }
    }

    @Test func fragmentsThatLieAboutTheirLengthAreCutOff() throws {
        for length in [UInt32(11), 0x7FFF_FFFF, 0xFFFF_FFFE, 0xFFFF_FFFF] {
            var image = TestImage(filmOf: 20, 30).encapsulated([], "1.2.840.10008.1.2.4.70")
            image.pixels += Part10.little(UInt16(0xFFFE)) + Part10.little(UInt16(0xE000)) + Part10.little(length) + Data([1, 2])
            #expect(try reason(image.file) == "pixel data are cut off")
        }
    }

    @Test(arguments: 0..<8)
    func damagedPixelDataNeverCrash(_ codec: Int) async throws {
        let sources = try await encoded(TestImage(filmOf: 40, 41))
        let names = ["+te", "+tb", "+td", "dcmcrle", "+e1", "+el", "dcmcjpls", "opj_compress"]
        let name = names[codec]
        var source: Data
        if let found = sources.first(where: { $0.encoder == name || $0.options.contains(name) }) {
            source = found.file
        } else {
            let plain = try folder.write(TestImage(filmOf: 40, 41).file, to: "plain-\(codec)")
            _ = try await peer("dcmconv", [name, plain, plain + ".converted"])
            source = try bytes(ofFile: plain + ".converted")
        }
        var random = SeededGenerator(seed: UInt64(1000 + codec))
        let start = max(132, source.count - (Self.fragment(of: source)?.count ?? 3280))
        var decoded = 0
        for round in 0..<600 {
            // Mostly within the pixels; the header has its turn too.
            let kept = round % 4 == 0 ? 132 : min(start + Int.random(in: 0..<400, using: &random), source.count - 20)
            let damaged = Data(source.prefix(kept)) + random.mutated(Data(source.dropFirst(kept)))
            let file = try folder.write(damaged, to: "damaged-\(codec)")
            do {
                let image = try PixelImage.decode(file: file)
                #expect(image.values.count == image.rows * image.columns && image.values.allSatisfy { (0...1).contains($0) })
                decoded += 1
            } catch { #expect(!error.reason.isEmpty) }
        }
        #expect(decoded > 0)
    }

    // MARK: tools

    struct Encoded: Sendable {
        var encoder: String
        var options: [String]
        var transferSyntax: String
        var file: Data
    }

    /// The image as each encoder writes it.
    private func encoded(_ image: TestImage) async throws -> [Encoded] {
        let plain = try folder.write(image.file, to: "plain-" + UUID().uuidString)
        var files: [Encoded] = []
        for (encoder, options, syntax) in [
            ("dcmcrle", [], "1.2.840.10008.1.2.5"), ("dcmcjpeg", ["+e1"], "1.2.840.10008.1.2.4.70"), ("dcmcjpeg", ["+el"], "1.2.840.10008.1.2.4.57"),
            ("dcmcjpeg", ["+ee"], "1.2.840.10008.1.2.4.51"), ("dcmcjpls", [], "1.2.840.10008.1.2.4.80"),
        ] {
            let target = plain + "." + UUID().uuidString
            let result = try await peer(encoder, options + [plain, target])
            #expect(result.status == 0, "\(result.output)")
            files.append(Encoded(encoder: encoder, options: options, transferSyntax: syntax, file: try bytes(ofFile: target)))
        }
        var swapped = [UInt8](image.pixels)
        for index in stride(from: 0, to: swapped.count, by: 2) { swapped.swapAt(index, index + 1) }
        let raw = try folder.write(Data(swapped), to: UUID().uuidString + ".raw")
        let result = try await peer("opj_compress", ["-i", raw, "-o", raw + ".j2k", "-F", "\(image.columns),\(image.rows),1,12,u"])
        #expect(result.status == 0, "\(result.output)")
        let file = try image.encapsulated([bytes(ofFile: raw + ".j2k")], "1.2.840.10008.1.2.4.90").file
        files.append(Encoded(encoder: "opj_compress", options: [], transferSyntax: "1.2.840.10008.1.2.4.90", file: file))
        return files
    }

    /// The one fragment of an encapsulated file: the item behind the offset table.
    private static func fragment(of file: Data) -> Data? {
        let bytes = [UInt8](file)
        let tag: [UInt8] = [0xE0, 0x7F, 0x10, 0x00, 0x4F, 0x42, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF]
        guard let start = bytes.indices.dropLast(tag.count).last(where: { bytes[$0...].starts(with: tag) }) else { return nil }
        func length(_ index: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[index + 4 + $1]) << (8 * $1) } }
        let table = start + tag.count
        let item = table + 8 + length(table)
        return Data(bytes[(item + 8)..<(item + 8 + length(item))])
    }

    private func reason(_ content: Data) throws -> String? {
        let file = try folder.write(content, to: "file-" + UUID().uuidString)
        do {
            _ = try PixelImage.decode(file: file)
            return nil
        } catch { return error.reason }
    }
}
