import Foundation

/// An image to be written as a file: a header that can be wrong on purpose, and pixel data.
struct TestImage: Sendable {
    var rows = 1
    var columns = 1
    var photometricInterpretation = "MONOCHROME2"
    var samplesPerPixel = 1
    var bitsAllocated = 16
    var bitsStored = 12
    var highBit: Int?
    var isSigned = false
    var planarConfiguration: Int?
    var frames: String?
    /// Elements of group 0028 behind Pixel Representation, and what comes between it and the pixels, encoded.
    var more = Data()
    var transferSyntax = Part10.explicitLittleEndian
    /// The value of Pixel Data, as it is in the file.
    var pixels = Data()
    /// OB or OW with a length; nil: of undefined length, the pixels being fragments.
    var pixelVR: String? = "OW"

    /// A row of 16-bit cells.
    init(cells: [Int], bitsStored: Int = 12, isSigned: Bool = false, more: Data = Data()) {
        columns = cells.count
        self.bitsStored = bitsStored
        self.isSigned = isSigned
        self.more = more
        pixels = cells.reduce(into: Data()) { $0 += Part10.little(UInt16(truncatingIfNeeded: $1)) }
    }

    /// Slow waves and a little noise: compresses as a film does, and no two neighbours are alike.
    init(filmOf rows: Int, _ columns: Int, bitsAllocated: Int = 16, bitsStored: Int = 12, isSigned: Bool = false, frames: Int = 1, seed: UInt64 = 1) {
        self.rows = rows
        self.columns = columns
        self.bitsAllocated = bitsAllocated
        self.bitsStored = bitsStored
        self.isSigned = isSigned
        if frames > 1 { self.frames = "\(frames)" }
        var random = SeededGenerator(seed: seed)
        let top = 1 << bitsStored
        for frame in 0..<frames {
            for row in 0..<rows {
                for column in 0..<columns {
                    let wave = sin(Double(column + 7 * frame) / 9) * cos(Double(row) / 7)
                    let value = min(top - 1, max(0, Int(Double(top) * (0.5 + 0.4 * wave)) + Int.random(in: -3...3, using: &random)))
                    let stored = isSigned ? value - top / 2 : value
                    pixels += bitsAllocated == 8 ? Data([UInt8(truncatingIfNeeded: stored)]) : Part10.little(UInt16(truncatingIfNeeded: stored))
                }
            }
        }
    }

    var dataSet: Data {
        func us(_ element: UInt16, _ value: Int) -> Data { Part10.element(0x0028, element, "US", Part10.little(UInt16(truncatingIfNeeded: value))) }
        var bytes = Part10.element(0x0008, 0x0016, "UI", Part10.computedRadiography) + Part10.element(0x0008, 0x0018, "UI", "2.25.20")
        bytes += Part10.element(0x0008, 0x0060, "CS", "CR")
        bytes += Part10.element(0x0020, 0x000D, "UI", "2.25.1") + Part10.element(0x0020, 0x000E, "UI", "2.25.2")
        bytes += us(0x0002, samplesPerPixel) + Part10.element(0x0028, 0x0004, "CS", photometricInterpretation)
        if let planarConfiguration { bytes += us(0x0006, planarConfiguration) }
        if let frames { bytes += Part10.element(0x0028, 0x0008, "IS", frames) }
        bytes += us(0x0010, rows) + us(0x0011, columns) + us(0x0100, bitsAllocated) + us(0x0101, bitsStored)
        bytes += us(0x0102, highBit ?? bitsStored - 1) + us(0x0103, isSigned ? 1 : 0) + more
        if let pixelVR { return bytes + Part10.element(0x7FE0, 0x0010, pixelVR, pixels) }
        return bytes + Part10.little(UInt16(0x7FE0)) + Part10.little(UInt16(0x0010)) + Data("OB\0\0".utf8) + Part10.little(UInt32.max) + pixels
            + Part10.little(UInt16(0xFFFE)) + Part10.little(UInt16(0xE0DD)) + Part10.little(UInt32(0))
    }

    var file: Data { Part10.file(dataSet, instance: "2.25.20", transferSyntax: transferSyntax) }

    /// The same image, its pixels in fragments behind an offset table (PS3.5 section A.4).
    func encapsulated(_ fragments: [Data], _ transferSyntax: String, offsets: [Int] = []) -> TestImage {
        var image = self
        image.transferSyntax = transferSyntax
        image.pixelVR = nil
        image.pixels = Part10.item(offsets.reduce(into: Data()) { $0 += Part10.little(UInt32($1)) })
        for fragment in fragments { image.pixels += Part10.item(fragment.count.isMultiple(of: 2) ? fragment : fragment + Data([0])) }
        return image
    }

    static func decimal(_ element: UInt16, _ value: String) -> Data { Part10.element(0x0028, element, "DS", value) }

    static func window(_ centre: String, _ width: String, _ function: String? = nil) -> Data {
        decimal(0x1050, centre) + decimal(0x1051, width) + (function.map { Part10.element(0x0028, 0x1056, "CS", $0) } ?? Data())
    }

    static func rescale(slope: String, intercept: String) -> Data { decimal(0x1052, intercept) + decimal(0x1053, slope) }

    /// (0028,3000) or (0028,3010) with one item; the descriptor's first input has VR US or SS.
    static func table(_ sequence: UInt16, count: Int, first: Int, bits: Int, _ entries: [Int], vr: String = "US") -> Data {
        let descriptor = [count, first, bits].reduce(into: Data()) { $0 += Part10.little(UInt16(truncatingIfNeeded: $1)) }
        let data = entries.reduce(into: Data()) { $0 += Part10.little(UInt16($1)) }
        let item = Part10.element(0x0028, 0x3002, vr, descriptor) + Part10.element(0x0028, 0x3006, "OW", data)
        return Part10.element(0x0028, sequence, "SQ", Part10.item(item))
    }
}
