internal import COpenJPEG

/// JPEG 2000 codestreams (PS3.5 section A.4.4), by OpenJPEG.
enum JPEG2000 {
    struct Decoded {
        /// Interleaved samples in cells of the header's Bits Allocated, little endian, sign-extended.
        var bytes: [UInt8]
        /// Bits of a sample, as the codestream says.
        var precision: Int
    }

    /// Whether samples are signed, the header decides (PS3.5 section 8.2.4 makes both say the same); either way the bits are the same.
    static func decode(_ encoded: [UInt8], _ description: ImagePixelDescription) throws(PixelError) -> Decoded {
        guard let decoder = Decoder() else { throw .undecodable("there is no memory for the decoder") }
        // The closure can't throw a typed error.
        let result = encoded.withUnsafeBytes { bytes in
            Result { () throws(PixelError) in try decoder.decode(UnsafeRawBufferPointer(rebasing: bytes[codestream(in: encoded)]), description) }
        }
        return try result.get()
    }

    /// DICOM has the bare codestream; some senders leave it in its JP2 file, whose boxes lead to it (ISO/IEC 15444-1 annex I).
    ///
    /// What is in the boxes, colour among it, the data set says too.
    static func codestream(in encoded: [UInt8]) -> Range<Int> {
        guard encoded.dropFirst(4).starts(with: Array("jP  ".utf8)) else { return encoded.indices }
        func number(_ index: Int, _ width: Int) -> Int { encoded[index..<index + width].reduce(0) { $0 << 8 | Int($1) } }
        var box = 0
        while box + 16 <= encoded.count {
            // 0: to the end of the file; 1: the length is in the next eight bytes.
            let short = number(box, 4)
            let header = short == 1 ? 16 : 8
            let length = short == 1 ? Int(clamping: UInt64(number(box + 8, 4)) << 32 | UInt64(number(box + 12, 4))) : short
            if encoded[(box + 4)..<(box + 8)].elementsEqual("jp2c".utf8) {
                return box + header..<(length >= header && length <= encoded.count - box ? box + length : encoded.count)
            }
            guard length >= header, length <= encoded.count - box else { break }
            box += length
        }
        return encoded.indices
    }
}

/// OpenJPEG's handles, freed with this object.
private final class Decoder {
    private let codec: UnsafeMutablePointer<opj_codec_t?>
    private var image: UnsafeMutablePointer<opj_image_t>?
    /// What OpenJPEG said first.
    private var complaint: String?

    init?() {
        guard let codec = opj_create_decompress(OPJ_CODEC_J2K) else { return nil }
        self.codec = codec
    }

    deinit {
        opj_image_destroy(image)
        opj_destroy_codec(codec)
    }

    func decode(_ codestream: UnsafeRawBufferPointer, _ description: ImagePixelDescription) throws(PixelError) -> JPEG2000.Decoded {
        let context = Unmanaged.passUnretained(self).toOpaque()
        let note: opj_msg_callback = { message, context in
            guard let message, let context else { return }
            Unmanaged<Decoder>.fromOpaque(context).takeUnretainedValue().note(String(cString: message))
        }
        opj_set_warning_handler(codec, note, context)
        opj_set_error_handler(codec, note, context)

        var parameters = opj_dparameters_t()
        opj_set_default_decoder_parameters(&parameters)
        guard opj_setup_decoder(codec, &parameters) != 0, opj_decoder_set_strict_mode(codec, 1) != 0 else { throw failure() }
        var source = MemorySource(bytes: codestream)
        return try withUnsafeMutablePointer(to: &source) { source throws(PixelError) in
            guard let stream = MemorySource.stream(source) else { throw failure() }
            defer { opj_stream_destroy(stream) }
            guard opj_read_header(stream, codec, &image) != 0, let image else { throw failure() }
            try check(image.pointee, description)
            guard opj_decode(codec, stream, image) != 0, complaint == nil else { throw failure() }
            return try samples(image.pointee, description)
        }
    }

    /// A warning is as bad as an error, for OpenJPEG fills what is missing with grey; but for one, about a count that it corrects.
    private func note(_ message: String) {
        if complaint == nil && !message.hasPrefix("Non conformant codestream TPsot==TNsot") { complaint = message }
    }

    private func failure() -> PixelError {
        .undecodable("JPEG 2000: " + DCMTK.printable(complaint?.split(separator: "\n").first.map(String.init) ?? "no codestream"))
    }

    private func check(_ image: opj_image_t, _ description: ImagePixelDescription) throws(PixelError) {
        let (rows, columns) = (Int(image.y1) - Int(image.y0), Int(image.x1) - Int(image.x0))
        guard rows == description.rows, columns == description.columns else {
            throw PixelError("the codestream is of \(rows) × \(columns) pixels, the header says \(description.rows) × \(description.columns)")
        }
        guard Int(image.numcomps) == description.samplesPerPixel, let components = image.comps else {
            throw PixelError("the codestream has \(image.numcomps) components, the header says \(description.samplesPerPixel)")
        }
        for component in UnsafeBufferPointer(start: components, count: Int(image.numcomps)) {
            guard component.dx == 1, component.dy == 1 else { throw .undecodable("its components are of different resolutions") }
            guard Int(component.prec) <= description.bitsAllocated else {
                throw PixelError("the codestream has \(component.prec) bits, the header allocates \(description.bitsAllocated)")
            }
        }
    }

    private func samples(_ image: opj_image_t, _ description: ImagePixelDescription) throws(PixelError) -> JPEG2000.Decoded {
        let components = UnsafeBufferPointer(start: image.comps, count: Int(image.numcomps))
        let width = description.bitsAllocated / 8
        var bytes = [UInt8](repeating: 0, count: description.pixels * components.count * width)
        for (number, component) in components.enumerated() {
            guard let data = component.data, Int(component.w) == description.columns, Int(component.h) == description.rows else { throw failure() }
            bytes.withUnsafeMutableBytes { bytes in
                for pixel in 0..<description.pixels {
                    let value = data[pixel]
                    let place = (pixel * components.count + number) * width
                    switch width {
                    case 1: bytes[place] = UInt8(truncatingIfNeeded: value)
                    case 2: bytes.storeBytes(of: Int16(truncatingIfNeeded: value).littleEndian, toByteOffset: place, as: Int16.self)
                    default: bytes.storeBytes(of: value.littleEndian, toByteOffset: place, as: Int32.self)
                    }
                }
            }
        }
        return JPEG2000.Decoded(bytes: bytes, precision: components.map { Int($0.prec) }.max() ?? 0)
    }
}

/// A codestream in memory, as OpenJPEG reads it.
private struct MemorySource {
    let bytes: UnsafeRawBufferPointer
    var position = 0

    init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    static func stream(_ source: UnsafeMutablePointer<MemorySource>) -> UnsafeMutablePointer<opj_stream_t?>? {
        guard let stream = opj_stream_create(64 << 10, 1) else { return nil }
        let bytes = source.pointee.bytes
        opj_stream_set_user_data(stream, source, nil)
        opj_stream_set_user_data_length(stream, OPJ_UINT64(bytes.count))
        opj_stream_set_read_function(stream) { buffer, count, context in
            // size_t is Int here; OpenJPEG means its highest value by −1, the end.
            guard let buffer, let source = context?.assumingMemoryBound(to: MemorySource.self) else { return -1 }
            let taken = min(count, source.pointee.bytes.count - source.pointee.position)
            guard taken > 0, let start = source.pointee.bytes.baseAddress else { return -1 }
            buffer.copyMemory(from: start + source.pointee.position, byteCount: taken)
            source.pointee.position += taken
            return taken
        }
        opj_stream_set_skip_function(stream) { count, context in
            guard let source = context?.assumingMemoryBound(to: MemorySource.self), count >= 0 else { return -1 }
            let skipped = min(Int(clamping: count), source.pointee.bytes.count - source.pointee.position)
            source.pointee.position += skipped
            return skipped > 0 || count == 0 ? OPJ_OFF_T(skipped) : -1
        }
        opj_stream_set_seek_function(stream) { position, context in
            guard let source = context?.assumingMemoryBound(to: MemorySource.self), (0...OPJ_OFF_T(source.pointee.bytes.count)).contains(position) else {
                return 0
            }
            source.pointee.position = Int(position)
            return 1
        }
        return stream
    }
}
