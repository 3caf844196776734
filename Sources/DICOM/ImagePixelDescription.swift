/// How the pixels of an image are stored: the Image Pixel Module, PS3.3 section C.7.6.3.
struct ImagePixelDescription: Hashable, Sendable {
    /// Photometric Interpretation (0028,0004), PS3.3 section C.7.6.3.1.2; those that are in use for images.
    enum PhotometricInterpretation: String, Hashable, Sendable {
        case monochrome1 = "MONOCHROME1"
        case monochrome2 = "MONOCHROME2"
        case paletteColour = "PALETTE COLOR"
        case rgb = "RGB"
        case ybrFull = "YBR_FULL"
        case ybrFull422 = "YBR_FULL_422"
        /// JPEG 2000's own; its decoder gives RGB.
        case ybrICT = "YBR_ICT"
        case ybrRCT = "YBR_RCT"

        var samplesPerPixel: Int {
            switch self {
            case .monochrome1, .monochrome2, .paletteColour: 1
            case .rgb, .ybrFull, .ybrFull422, .ybrICT, .ybrRCT: 3
            }
        }
    }

    let rows: Int
    let columns: Int
    /// At least 1.
    let frames: Int
    let photometricInterpretation: PhotometricInterpretation
    /// 8, 16 or 32.
    let bitsAllocated: Int
    let bitsStored: Int
    let highBit: Int
    let isSigned: Bool
    /// Planar Configuration (0028,0006): all of one colour, then all of the next.
    let isPlanar: Bool

    var samplesPerPixel: Int { photometricInterpretation.samplesPerPixel }
    var pixels: Int { rows * columns }

    init(_ dataSet: DataSet, _ limits: PixelImage.Limits) throws(PixelError) {
        guard let element = dataSet.pixelElement else { throw PixelError("the object has no pixel data") }
        guard element.kind == .integer else { throw PixelError("floating-point pixels are not read") }
        let root = dataSet.root

        func number(_ tag: UInt32, _ name: String) throws(PixelError) -> Int {
            guard let value = root.integer(tag) else { throw PixelError("\(name) is missing") }
            return value
        }
        rows = try number(0x0028_0010, "Rows")
        columns = try number(0x0028_0011, "Columns")
        guard rows > 0, columns > 0 else { throw PixelError("the image has no pixels: \(rows) rows, \(columns) columns") }
        guard rows * columns <= limits.pixels else {
            throw PixelError("the image is larger than the limit: \(rows) × \(columns), of at most \(limits.pixels) pixels")
        }
        frames = max(1, root.text(0x0028_0008).flatMap { Int($0) } ?? 1)

        guard let photometric = root.text(0x0028_0004).flatMap({ PhotometricInterpretation(rawValue: $0) }) else {
            throw PixelError("Photometric Interpretation is missing, or not one that is read")
        }
        photometricInterpretation = photometric
        let samples = try number(0x0028_0002, "Samples per Pixel")
        guard samples == photometric.samplesPerPixel else {
            throw PixelError("Samples per Pixel is \(samples), and \(photometric.rawValue) has \(photometric.samplesPerPixel)")
        }

        bitsAllocated = try number(0x0028_0100, "Bits Allocated")
        bitsStored = try number(0x0028_0101, "Bits Stored")
        highBit = root.integer(0x0028_0102) ?? bitsStored - 1
        isSigned = try number(0x0028_0103, "Pixel Representation") == 1
        guard bitsAllocated == 8 || bitsAllocated == 16 || bitsAllocated == 32 && photometric.isGrey else {
            throw PixelError("\(photometric.rawValue) pixels of \(bitsAllocated) bits are not read")
        }
        guard (1...bitsAllocated).contains(bitsStored), (bitsStored - 1..<bitsAllocated).contains(highBit) else {
            throw PixelError("Bits Allocated \(bitsAllocated), Bits Stored \(bitsStored) and High Bit \(highBit) contradict each other")
        }
        isPlanar = samples > 1 && root.integer(0x0028_0006) == 1
    }
}

extension ImagePixelDescription.PhotometricInterpretation {
    var isGrey: Bool { self == .monochrome1 || self == .monochrome2 }
}

extension ImagePixelDescription {
    /// The value of a sample from the bits of its cell: overlays and other strangers beside the stored bits are left out
    /// (PS3.5 section 8.1.1).
    func storedValue(_ cell: UInt32) -> Int {
        let bits = Int(cell >> UInt32(highBit + 1 - bitsStored)) & ((1 << bitsStored) - 1)
        return isSigned && bits >> (bitsStored - 1) == 1 ? bits - (1 << bitsStored) : bits
    }
}
