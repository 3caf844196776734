/// The samples of one frame, decompressed, little endian.
struct Frame: Hashable, Sendable {
    var bytes: [UInt8]
    /// 1, 2 or 4.
    var bytesPerSample: Int
    var layout: Layout

    enum Layout: Hashable, Sendable {
        /// The samples of a pixel together.
        case interleaved
        case planar
        /// YBR_FULL_422: for two pixels Y, Y, CB, CR.
        case halvedChrominance
    }
}

extension Frame {
    /// Reads the first frame of the pixel data, whatever its transfer syntax; the other frames are not touched.
    init(_ dataSet: DataSet, _ description: ImagePixelDescription, _ limits: PixelImage.Limits) throws(PixelError) {
        guard let syntax = TransferSyntax(rawValue: dataSet.transferSyntaxUID) else {
            throw PixelError("transfer syntax \(DCMTK.printable(dataSet.transferSyntaxUID)) is not one that is decoded")
        }
        let isEncapsulated = dataSet.pixelElement?.length == nil
        guard isEncapsulated == syntax.isEncapsulated else {
            throw PixelError("pixel data are \(isEncapsulated ? "" : "not ")encapsulated, against the transfer syntax \(syntax.rawValue)")
        }
        if syntax.isEncapsulated {
            let encoded: [UInt8]
            do { encoded = try dataSet.readEncodedFrame(of: description.frames, maximumBytes: limits.encodedFrameBytes) } catch {
                throw PixelError(error.message)
            }
            self = try Frame(encoded, syntax, dataSet, description)
        } else {
            self = try Frame(uncompressed: dataSet, description)
        }
    }

    private init(_ encoded: [UInt8], _ syntax: TransferSyntax, _ dataSet: DataSet, _ description: ImagePixelDescription) throws(PixelError) {
        var precision = description.bitsStored
        var bytesPerSample = description.bitsAllocated / 8
        switch syntax {
        case .jpeg2000, .jpeg2000Lossless:
            let decoded = try JPEG2000.decode(encoded, description)
            self = Frame(bytes: decoded.bytes, bytesPerSample: bytesPerSample, layout: .interleaved)
            try checkStrayBits(description, precision: decoded.precision)
            return
        case .rle:
            try RLEHeader.check(encoded, segments: description.samplesPerPixel * bytesPerSample)
        case .jpegBaseline, .jpegExtended, .jpegLossless, .jpegLosslessSV1, .jpegLS, .jpegLSNearLossless:
            let header = try JPEGFrameHeader(encoded)
            try header.check(description, syntax)
            precision = header.precision
            if !syntax.isJPEGLS { bytesPerSample = precision > 8 ? 2 : 1 }
        case .explicitLittleEndian, .implicitLittleEndian, .explicitBigEndian, .deflated:
            preconditionFailure("not encapsulated")
        }
        let count = description.pixels * description.samplesPerPixel * bytesPerSample
        do { bytes = try dataSet.decodeFrame(byteCount: count) } catch { throw .undecodable(error.message) }
        self.bytesPerSample = bytesPerSample
        layout = .interleaved
        try checkStrayBits(description, precision: precision)
    }

    private init(uncompressed dataSet: DataSet, _ description: ImagePixelDescription) throws(PixelError) {
        guard let element = dataSet.pixelElement, let length = element.length else { throw PixelError("the object has no pixel data") }
        let photometric = description.photometricInterpretation
        guard photometric != .ybrICT, photometric != .ybrRCT else { throw PixelError("\(photometric.rawValue) is only in JPEG 2000") }
        bytesPerSample = description.bitsAllocated / 8
        layout = description.isPlanar ? .planar : .interleaved
        var frameBytes = description.pixels * description.samplesPerPixel * bytesPerSample
        if photometric == .ybrFull422 {
            guard bytesPerSample == 1, description.columns.isMultiple(of: 2), layout == .interleaved else {
                throw PixelError("YBR_FULL_422 needs 8 bits, an even number of columns and samples that are not by plane")
            }
            layout = .halvedChrominance
            frameBytes = description.pixels * 2
        }

        let (imageBytes, overflow) = frameBytes.multipliedReportingOverflow(by: description.frames)
        guard !overflow, length >= imageBytes else {
            throw PixelError("pixel data are shorter than the image: \(length) of \(overflow ? "far more" : "\(imageBytes)") bytes")
        }
        // Padding is seen; a good part of an image is not padding but a header that is wrong about its pixels.
        guard length - imageBytes < max(2, imageBytes / 16) else {
            throw PixelError("pixel data are longer than the image: \(length) instead of \(imageBytes) bytes")
        }
        if let available = element.available, available < length {
            throw PixelError("pixel data are cut off: the file has \(available) of \(length) bytes")
        }

        // PS3.5 section 8.1.1: in big endian, OW is swapped by words, two cells of 8 bits at a time.
        let isSwapped = element.isBigEndian && (bytesPerSample == 2 || bytesPerSample == 1 && element.vr == "OW")
        guard !element.isBigEndian || bytesPerSample < 4 else { throw PixelError("pixels of 32 bits in big endian are not read") }
        do { bytes = try dataSet.readPixels(byteCount: isSwapped ? frameBytes + frameBytes % 2 : frameBytes) } catch { throw PixelError(error.message) }
        if isSwapped {
            for index in stride(from: 0, to: bytes.count - 1, by: 2) { bytes.swapAt(index, index + 1) }
            bytes.removeLast(bytes.count - frameBytes)
        }
    }

    /// A codestream may have more bits than the header says are stored, as long as nothing is in them.
    private func checkStrayBits(_ description: ImagePixelDescription, precision: Int) throws(PixelError) {
        guard precision > description.bitsStored, description.highBit == description.bitsStored - 1 else { return }
        let isWhole = (0..<bytes.count / bytesPerSample).allSatisfy { index in
            let cell = cell(index)
            let bits = 8 * UInt32(bytesPerSample)
            let value = description.isSigned ? Int(Int32(bitPattern: cell << (32 - bits)) >> (32 - Int32(bits))) : Int(cell)
            return description.storedValue(cell) == value
        }
        guard isWhole else { throw PixelError("the codestream has values of \(precision) bits, and Bits Stored is \(description.bitsStored)") }
    }

    /// The bits of one sample.
    func cell(_ index: Int) -> UInt32 {
        (0..<bytesPerSample).reduce(0) { $0 | UInt32(bytes[index * bytesPerSample + $1]) << UInt32(8 * $1) }
    }
}

extension Frame {
    /// Y of BT.601, which YBR carries as its first sample: Y = 0.2990 R + 0.5870 G + 0.1140 B (PS3.3 section C.7.6.3.1.2).
    func luminance(_ description: ImagePixelDescription) -> [Float] {
        let pixels = description.pixels
        // Colour is never signed.
        let mask = (1 << description.bitsStored) - 1
        let white = Float(mask)
        func sample(_ pixel: Int, _ colour: Int) -> Float {
            let index =
                switch layout {
                case .interleaved: 3 * pixel + colour
                case .planar: colour * pixels + pixel
                // Only the luminance is asked for.
                case .halvedChrominance: pixel / 2 * 4 + pixel % 2
                }
            return Float(description.storedValue(cell(index)) & mask) / white
        }
        switch description.photometricInterpretation {
        case .ybrFull, .ybrFull422: return (0..<pixels).map { sample($0, 0) }
        default: return (0..<pixels).map { 0.299 * sample($0, 0) + 0.587 * sample($0, 1) + 0.114 * sample($0, 2) }
        }
    }
}

/// The transfer syntaxes whose pixels are decoded (PS3.6 table A-1).
enum TransferSyntax: String, Hashable, Sendable {
    case implicitLittleEndian = "1.2.840.10008.1.2"
    case explicitLittleEndian = "1.2.840.10008.1.2.1"
    case deflated = "1.2.840.10008.1.2.1.99"
    case explicitBigEndian = "1.2.840.10008.1.2.2"
    case jpegBaseline = "1.2.840.10008.1.2.4.50"
    case jpegExtended = "1.2.840.10008.1.2.4.51"
    case jpegLossless = "1.2.840.10008.1.2.4.57"
    case jpegLosslessSV1 = "1.2.840.10008.1.2.4.70"
    case jpegLS = "1.2.840.10008.1.2.4.80"
    case jpegLSNearLossless = "1.2.840.10008.1.2.4.81"
    case jpeg2000Lossless = "1.2.840.10008.1.2.4.90"
    case jpeg2000 = "1.2.840.10008.1.2.4.91"
    case rle = "1.2.840.10008.1.2.5"

    var isEncapsulated: Bool {
        switch self {
        case .implicitLittleEndian, .explicitLittleEndian, .deflated, .explicitBigEndian: false
        default: true
        }
    }

    var isJPEGLS: Bool { self == .jpegLS || self == .jpegLSNearLossless }
}
