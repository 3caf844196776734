import DICOM
import Foundation
import Testing

/// From stored values to grey. What is expected is worked out by hand from the formulas of PS3.3.
@Suite struct GreyscaleTests {
    let folder: TemporaryFolder

    init() throws {
        try DCMTK.start(log: quiet)
        folder = try TemporaryFolder()
    }

    // MARK: windows

    /// C.11.2.1.2.1, with its notes' examples of width 1 and of centre 0, width 100.
    @Test func theLinearWindowIsThatOfTheStandard() throws {
        let full = try values(TestImage(cells: [0, 1, 1000, 4095], more: TestImage.window("2048", "4096")))
        expect(full, [0, 1 / 4095, 1000 / 4095, 1])
        let step = try values(TestImage(cells: [2047, 2048], more: TestImage.window("2048", "1")))
        expect(step, [0, 1])
        let narrow = TestImage(cells: [-51, -50, -49, 0, 49, 50], isSigned: true, more: TestImage.window("0", "100", "LINEAR"))
        expect(try values(narrow), [0, 0, -48.5 / 99 + 0.5, 0.5 / 99 + 0.5, 49.5 / 99 + 0.5, 1])
    }

    /// C.11.2.1.3.2.
    @Test func theExactWindowIsThatOfTheStandard() throws {
        let image = TestImage(cells: [0, 1024, 2048, 4095], more: TestImage.window("2048", "4096", "LINEAR_EXACT"))
        expect(try values(image), [0, 0.25, 0.5, 4095 / 4096])
        let half = TestImage(cells: [9, 10, 11], more: TestImage.window("10", "0.5", "LINEAR_EXACT"))
        expect(try values(half), [0, 0.5, 1])
    }

    /// C.11.2.1.3.1: one width of 50 is four units of the exponent.
    @Test func theSigmoidIsThatOfTheStandard() throws {
        let image = TestImage(cells: [100, 0, 112, 88], more: TestImage.window("100", "48", "SIGMOID"))
        expect(try values(image), [0.5, 0.000_240_2, 0.731_058_6, 0.268_941_4], within: 1e-6)
    }

    @Test func ofSeveralWindowsTheFirstIsTaken() throws {
        expect(try values(TestImage(cells: [0, 4095, 2000], more: TestImage.window("2048\\100", "4096\\50"))), [0, 1, 2000 / 4095])
    }

    @Test(arguments: [("0", "0"), ("100", "0.5"), ("", ""), ("abc", "100")])
    func aWindowThatCannotBeIsNone(_ centre: String, _ width: String) throws {
        expect(try values(TestImage(cells: [10, 20, 30], more: TestImage.window(centre, width))), [0, 0.5, 1])
    }

    @Test func anUnknownWindowFunctionIsRefused() throws {
        #expect(try reason(TestImage(cells: [1], more: TestImage.window("0", "10", "CUBIC"))) == "VOI LUT Function is none of LINEAR, LINEAR_EXACT and SIGMOID")
    }

    @Test func withoutWindowTheRangeOfTheFrameIsShown() throws {
        expect(try values(TestImage(cells: [100, 300, 200])), [0, 1, 0.5])
        expect(try values(TestImage(cells: [7, 7])), [0, 0])
    }

    // MARK: tables

    @Test func theModalityIsAppliedBeforeTheWindow() throws {
        let more = TestImage.window("50", "101") + TestImage.rescale(slope: "0.5", intercept: "-100")
        // 0.5 · 300 − 100 = 50: (50 − 49.5) / 100 + 0.5; 0.5 · 199 − 100 = −0.5, the lower end.
        expect(try values(TestImage(cells: [199, 300, 401], more: more)), [0, 0.505, 1])
    }

    @Test func aNegativeSlopeTurnsTheFrameRound() throws {
        expect(try values(TestImage(cells: [0, 10, 5], more: TestImage.rescale(slope: "-1", intercept: "10"))), [1, 0, 0.5])
    }

    @Test func aModalityTableReplacesTheSlope() throws {
        let table = TestImage.table(0x3000, count: 3, first: 10, bits: 16, [1000, 3000, 2000])
        // Below its first input the first entry, beyond its last the last.
        expect(try values(TestImage(cells: [0, 10, 11, 12, 99], more: table)), [0, 0, 1, 0.5, 0.5])
    }

    @Test func aTableOfInterestMapsToItsFullRange() throws {
        let table = TestImage.table(0x3010, count: 4, first: 100, bits: 10, [0, 1023, 511, 256])
        expect(try values(TestImage(cells: [50, 101, 102, 103, 4000], more: table)), [0, 1, 511 / 1023, 256 / 1023, 256 / 1023])
    }

    @Test func aTableOfInterestMayBeginBelowZero() throws {
        let table = TestImage.table(0x3010, count: 3, first: -1, bits: 8, [0, 51, 255], vr: "SS")
        expect(try values(TestImage(cells: [-5, 0, 1], isSigned: true, more: table)), [0, 0.2, 1])
    }

    @Test func entriesOfEightBitsMayBeTwoToAWord() throws {
        let table = TestImage.table(0x3010, count: 4, first: 0, bits: 8, [0x3300, 0xFF66])
        expect(try values(TestImage(cells: [0, 1, 2, 3], more: table)), [0, 0.2, 0.4, 1])
    }

    @Test func theWindowComesBeforeTheTableOfInterest() throws {
        let table = TestImage.table(0x3010, count: 2, first: 0, bits: 8, [255, 0])
        expect(try values(TestImage(cells: [0, 4095], more: TestImage.window("2048", "4096") + table)), [0, 1])
    }

    @Test(arguments: [
        TestImage.table(0x3010, count: 5, first: 0, bits: 12, [1, 2]), TestImage.table(0x3000, count: 2, first: 0, bits: 77, [1, 2]),
        TestImage.rescale(slope: "0", intercept: "1"), TestImage.rescale(slope: "1.x", intercept: "1"), TestImage.decimal(0x1053, "1"),
    ])
    func aTransformationThatContradictsItselfIsRefused(_ more: Data) throws {
        #expect(try reason(TestImage(cells: [1, 2], more: more)) != nil)
    }

    @Test func enhancedObjectsHaveItInAFunctionalGroup() throws {
        let window = Part10.element(0x0028, 0x9132, "SQ", Part10.item(TestImage.window("50", "101")))
        let rescale = Part10.element(0x0028, 0x9145, "SQ", Part10.item(TestImage.rescale(slope: "0.5", intercept: "-100")))
        let groups = Part10.element(0x5200, 0x9229, "SQ", Part10.item(rescale)) + Part10.element(0x5200, 0x9230, "SQ", Part10.item(window))
        expect(try values(TestImage(cells: [199, 300, 401], more: groups)), [0, 0.505, 1])
    }

    // MARK: polarity

    /// PS3.3 section C.7.6.1 allows MONOCHROME2 with IDENTITY and MONOCHROME1 with INVERSE, which say the same thing twice.
    @Test(arguments: [
        ("MONOCHROME2", nil, [0, 1] as [Float]?), ("MONOCHROME2", "IDENTITY", [0, 1]), ("MONOCHROME2", "INVERSE", nil),
        ("MONOCHROME1", nil, [1, 0]), ("MONOCHROME1", "INVERSE", [1, 0]), ("MONOCHROME1", "IDENTITY", nil),
    ])
    func polarityIsTurnedOnceOrTheImageIsRefused(_ photometric: String, _ shape: String?, _ expected: [Float]?) throws {
        var image = TestImage(cells: [0, 4095], more: TestImage.window("2048", "4096"))
        image.photometricInterpretation = photometric
        if let shape { image.more += Part10.element(0x2050, 0x0020, "CS", shape) }
        if let expected {
            expect(try values(image), expected)
        } else {
            #expect(try reason(image) == "black and white can't be told apart: Presentation LUT Shape contradicts \(photometric)")
        }
    }

    // MARK: padding and stray bits

    @Test func paddingIsBlackAndOutsideTheRange() throws {
        let padding = Part10.element(0x0028, 0x0120, "US", Part10.little(UInt16(4000)))
        expect(try values(TestImage(cells: [100, 4000, 300], more: padding)), [0, 0, 1])
        var inverted = TestImage(cells: [100, 4000, 300], more: padding)
        inverted.photometricInterpretation = "MONOCHROME1"
        expect(try values(inverted), [1, 0, 0])
        let limit = padding + Part10.element(0x0028, 0x0121, "US", Part10.little(UInt16(3000)))
        expect(try values(TestImage(cells: [100, 3500, 3000, 2999], more: limit)), [0, 0, 0, 1])
    }

    @Test func paddingOfTheOtherVRMeansTheSame() throws {
        let padding = Part10.element(0x0028, 0x0120, "US", Part10.little(Int16(-2000)))
        expect(try values(TestImage(cells: [-1024, -2000, 1024], bitsStored: 16, isSigned: true, more: padding)), [0, 0, 1])
    }

    @Test func bitsBesideTheStoredOnesAreNoPartOfTheValue() throws {
        expect(try values(TestImage(cells: [0xF000, 0x1FFF, 0x2800], more: TestImage.window("2048", "4096"))), [0, 1, 2048 / 4095])
        var high = TestImage(cells: [0x000F, 0xFFF0, 0x8003], more: TestImage.window("2048", "4096"))
        high.highBit = 15
        expect(try values(high), [0, 1, 2048 / 4095])
    }

    @Test func theHighestStoredBitIsTheSign() throws {
        // Twelve bits: 0xFFF is −1, and 0x800 is −2048; what lies above them does not count.
        let image = TestImage(cells: [0x0FFF, 0x0800, 0x07FF, 0xF000], isSigned: true, more: TestImage.window("0", "4096"))
        expect(try values(image), [2047 / 4095, 0, 1, 2048 / 4095])
    }

    @Test(arguments: [8, 32])
    func cellsOfOtherSizesAreRead(_ bits: Int) throws {
        var image = TestImage(cells: [])
        image.columns = 3
        (image.bitsAllocated, image.bitsStored) = (bits, bits)
        image.pixels = bits == 8 ? Data([0, 51, 255]) : [0, 200_000, 1_000_000].reduce(into: Data()) { $0 += Part10.little(UInt32($1)) }
        expect(try values(image), [0, 0.2, 1])
    }

    // MARK: colour

    /// Y = 0.299 R + 0.587 G + 0.114 B (PS3.3 section C.7.6.3.1.2).
    @Test func colourBecomesItsLuminance() throws {
        let expected: [Float] = [0.299, 0.587, 0.114, 1]
        var image = Self.colour([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255])
        expect(try values(image), expected)
        image.pixels = Data([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255])
        image.planarConfiguration = 1
        expect(try values(image), expected)
    }

    @Test func theYOfYBRIsTheLuminance() throws {
        var image = Self.colour([0, 128, 128, 51, 90, 240, 255, 128, 128, 102, 0, 255])
        image.photometricInterpretation = "YBR_FULL"
        expect(try values(image), [0, 0.2, 1, 0.4])
        image.photometricInterpretation = "YBR_FULL_422"
        image.pixels = Data([0, 51, 128, 128, 255, 102, 0, 255])
        expect(try values(image), [0, 0.2, 1, 0.4])
    }

    @Test func aPaletteGivesColoursAndTheyTheirLuminance() throws {
        var image = TestImage(cells: [])
        image.columns = 4
        (image.bitsAllocated, image.bitsStored) = (8, 8)
        image.photometricInterpretation = "PALETTE COLOR"
        image.pixels = Data([9, 10, 11, 12])
        for (number, palette) in [[65535, 0, 0], [0, 65535, 0], [0, 0, 32768]].enumerated() {
            image.more += Part10.element(0x0028, UInt16(0x1101 + number), "US", [3, 10, 16].reduce(into: Data()) { $0 += Part10.little(UInt16($1)) })
            image.more += Part10.element(0x0028, UInt16(0x1201 + number), "OW", palette.reduce(into: Data()) { $0 += Part10.little(UInt16($1)) })
        }
        // In tag order.
        image.more = try Self.sorted(image.more)
        expect(try values(image), [0.299, 0.299, 0.587, 0.114 * 32768 / 65535])
    }

    private static func colour(_ bytes: [UInt8]) -> TestImage {
        var image = TestImage(cells: [])
        image.columns = 4
        (image.bitsAllocated, image.bitsStored, image.samplesPerPixel) = (8, 8, 3)
        image.photometricInterpretation = "RGB"
        image.planarConfiguration = 0
        image.pixels = Data(bytes)
        image.pixelVR = "OB"
        return image
    }

    /// Elements of US and OW in the order of their tags.
    private static func sorted(_ elements: Data) throws -> Data {
        var parts: [(UInt16, Data)] = []
        var rest = Data(elements)
        while rest.count >= 8 {
            let isLong = rest[4..<6] == Data("OW".utf8)
            let length = isLong ? 12 + Int(rest[8]) + Int(rest[9]) << 8 : 8 + Int(rest[6]) + Int(rest[7]) << 8
            parts.append((UInt16(rest[2]) | UInt16(rest[3]) << 8, Data(rest.prefix(length))))
            rest = Data(rest.dropFirst(length))
        }
        return parts.sorted { $0.0 < $1.0 }.reduce(into: Data()) { $0 += $1.1 }
    }

    private func values(_ image: TestImage) throws -> [Float] {
        let decoded = try PixelImage.decode(file: folder.write(image.file, to: "image-" + UUID().uuidString))
        #expect(decoded.rows == image.rows && decoded.columns == image.columns && decoded.values.count == image.rows * image.columns)
        return decoded.values
    }

    private func reason(_ image: TestImage) throws -> String? {
        let file = try folder.write(image.file, to: "refused-" + UUID().uuidString)
        do {
            _ = try PixelImage.decode(file: file)
            return nil
        } catch { return error.reason }
    }

    private func expect(
        _ values: [Float], _ expected: [Float], within tolerance: Float = 1e-6, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            values.count == expected.count && zip(values, expected).allSatisfy { abs($0 - $1) <= tolerance }, "\(values) and not \(expected)",
            sourceLocation: sourceLocation)
    }
}
