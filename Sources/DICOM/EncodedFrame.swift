// What is checked of an encoded frame before a decoder gets it: the decoders trust the data set's header, or the codestream, not both.

/// The frame header of a JPEG or JPEG-LS codestream (ISO/IEC 10918-1 section B.2.2, ISO/IEC 14495-1 section C.2.2).
struct JPEGFrameHeader: Hashable, Sendable {
    /// The last byte of the SOF marker.
    let process: UInt8
    let precision: Int
    let rows: Int
    let columns: Int
    let components: Int

    /// Reads the markers to the end of the image.
    init(_ codestream: [UInt8]) throws(PixelError) {
        func word(_ index: Int) -> Int { Int(codestream[index]) << 8 | Int(codestream[index + 1]) }
        var frame: (process: UInt8, start: Int)?
        var scans = 0
        var isWhole = false
        var index = 0
        markers: while let marker = codestream[index...].firstIndex(of: 0xFF), marker + 1 < codestream.count {
            let code = codestream[marker + 1]
            index = marker + 2
            switch code {
            case 0xFF: index = marker + 1
            // Stuffing, TEM, restarts and SOI stand alone; JPEG-LS stuffs a bit where JPEG stuffs a byte.
            case 0x00, 0x01, 0xD0...0xD8: break
            case 0x02..<0x80 where frame?.process == 0xF7: break
            case 0xD9:
                isWhole = true
                break markers
            default:
                guard index + 2 <= codestream.count, word(index) >= 2 else { throw .undecodable("the codestream is cut off") }
                let isFrame = (0xC0...0xCF).contains(code) && code != 0xC4 && code != 0xC8 && code != 0xCC || code == 0xF7
                if isFrame {
                    guard frame == nil, index + 8 <= codestream.count else { throw .undecodable("the codestream has no proper frame header") }
                    frame = (code, index + 2)
                }
                if code == 0xDA { scans += 1 }
                index += word(index)
            }
            guard index <= codestream.count else { throw .undecodable("the codestream is cut off") }
        }
        guard let frame, scans > 0 else { throw .undecodable("there is no JPEG codestream in it") }
        guard isWhole else { throw .undecodable("the codestream is cut off") }
        process = frame.process
        precision = Int(codestream[frame.start])
        rows = word(frame.start + 1)
        columns = word(frame.start + 3)
        components = Int(codestream[frame.start + 5])
        // A scan costs its decoder the whole image, however few bytes it has.
        guard scans <= max(1, components) else { throw .undecodable("the codestream has more scans than components") }
    }

    func check(_ description: ImagePixelDescription, _ syntax: TransferSyntax) throws(PixelError) {
        // Baseline, extended sequential, lossless, and JPEG-LS; DICOM has retired the others.
        let processes: [UInt8] = syntax.isJPEGLS ? [0xF7] : [0xC0, 0xC1, 0xC3]
        guard processes.contains(process) else { throw .undecodable("the codestream is of another process than the transfer syntax") }
        guard rows == description.rows, columns == description.columns else {
            throw PixelError("the codestream is of \(rows) × \(columns) pixels, the header says \(description.rows) × \(description.columns)")
        }
        guard components == description.samplesPerPixel else {
            throw PixelError("the codestream has \(components) components, the header says \(description.samplesPerPixel)")
        }
        guard (2...16).contains(precision), precision <= description.bitsAllocated else {
            throw PixelError("the codestream has \(precision) bits, the header allocates \(description.bitsAllocated)")
        }
    }
}

/// The RLE header (PS3.5 annex G.5): sixteen numbers of 32 bits, how many segments and where each begins.
enum RLEHeader {
    static func check(_ encoded: [UInt8], segments: Int) throws(PixelError) {
        guard encoded.count >= 64 else { throw .undecodable("the RLE header is cut off") }
        func number(_ index: Int) -> Int { (0..<4).reduce(0) { $0 | Int(encoded[4 * index + $1]) << (8 * $1) } }
        guard number(0) == segments, segments <= 15 else { throw .undecodable("it has \(number(0)) RLE segments instead of \(segments)") }
        var earliest = 64
        for segment in 1...segments {
            guard (earliest..<encoded.count).contains(number(segment)) else { throw .undecodable("an RLE segment lies outside of it") }
            earliest = number(segment)
        }
    }
}
