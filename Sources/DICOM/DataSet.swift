internal import CDCMTK

/// The data set of a file, without its pixel data.
///
///     let dataSet = try DataSet(file: "film.dcm")
///     dataSet.root.integer(0x0028_0010)      // Rows
///
/// Not `Sendable`: DCMTK reads long values from the file when they are first asked for.
final class DataSet {
    /// What reading a header may cost.
    struct Limits: Hashable, Sendable {
        /// Stack that nested sequences may take: a level is some 1 to 2 kB, and no real object has more than some twenty.
        var nestingStackBytes = 256 << 10
        /// Bytes of the header, without long values, that may be held in memory.
        var headerBytes = 64 << 20
        /// Values that are longer stay in the file.
        var valueBytes = 64 << 10
        /// Items of a sequence that are read; a sequence of codes has one or two, and what lies behind these is passed over.
        var sequenceItems = 100
    }

    /// The data set itself, or an item of a sequence in it.
    struct Item {
        fileprivate let pointer: OpaquePointer
        fileprivate let owner: DataSet
    }

    /// The element that holds the pixels.
    struct PixelElement: Hashable, Sendable {
        enum Kind: UInt16, Hashable, Sendable {
            case float = 0x0008
            case doubleFloat = 0x0009
            case integer = 0x0010
        }

        var kind: Kind
        /// Empty in implicit VR.
        var vr: String
        /// Nil: undefined, the pixels are encapsulated.
        var length: Int?
        var isBigEndian: Bool
        /// Bytes of the value that are in the file; nil where they are deflated, and can't be told.
        var available: Int?
    }

    private let pointer: OpaquePointer
    let transferSyntaxUID: String
    let pixelElement: PixelElement?
    fileprivate let limits: Limits

    init(file: String, limits: Limits = Limits()) throws(DICOMError) {
        let raw = cdcmtk_reading_limits(
            nesting_stack_bytes: limits.nestingStackBytes, header_bytes: UInt64(limits.headerBytes), value_bytes: UInt32(limits.valueBytes))
        let read = withUnsafePointer(to: raw) { raw in
            calling { message, capacity in cdcmtk_data_set_read(file, raw, message, capacity) }
        }
        switch read {
        case .success(let dataSet): pointer = dataSet
        case .failure(let failure): throw DICOMError(code: .cannotRead, message: failure.text)
        }
        self.limits = limits
        transferSyntaxUID = String(cString: cdcmtk_data_set_transfer_syntax_uid(pointer))
        pixelElement = cdcmtk_data_set_pixel_element(pointer).flatMap { PixelElement($0.pointee) }
    }

    deinit { cdcmtk_data_set_free(pointer) }

    var root: Item { Item(pointer: cdcmtk_data_set_root(pointer), owner: self) }

    /// The first bytes of pixel data of defined length; call it once.
    func readPixels(byteCount: Int) throws(DICOMError) -> [UInt8] {
        try filled(byteCount) { buffer, message, capacity in cdcmtk_data_set_read_pixels(pointer, buffer, byteCount, message, capacity) }
    }

    /// The first of `frames` encapsulated frames, its fragments joined; call it once.
    func readEncodedFrame(of frames: Int, maximumBytes: Int) throws(DICOMError) -> [UInt8] {
        var bytes: UnsafePointer<UInt8>?
        var count = 0
        let read = calling { message, capacity in
            cdcmtk_data_set_read_encoded_frame(pointer, frames, maximumBytes, &bytes, &count, message, capacity) ? () : nil
        }
        if case .failure(let failure) = read { throw DICOMError(code: .cannotRead, message: failure.text) }
        return Array(UnsafeBufferPointer(start: bytes, count: count))
    }

    /// What DCMTK's codec makes of the encoded frame that was read; `byteCount` is what it is expected to give.
    func decodeFrame(byteCount: Int) throws(DICOMError) -> [UInt8] {
        try filled(byteCount) { buffer, message, capacity in cdcmtk_data_set_decode_frame(pointer, buffer, byteCount, message, capacity) }
    }

    private func filled(
        _ byteCount: Int, _ fill: (UnsafeMutablePointer<UInt8>, UnsafeMutablePointer<CChar>, Int) -> Bool
    ) throws(DICOMError) -> [UInt8] {
        var failure: CallFailure?
        let bytes = [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            let filled = calling { message, capacity in fill(start, message, capacity) ? () : nil }
            switch filled {
            case .success: count = byteCount
            case .failure(let reason): failure = reason
            }
        }
        if let failure { throw DICOMError(code: .cannotRead, message: failure.text) }
        return bytes
    }
}

extension DataSet.PixelElement {
    fileprivate init?(_ raw: cdcmtk_pixel_element) {
        guard let kind = Kind(rawValue: raw.element) else { return nil }
        self.kind = kind
        vr = withUnsafeBytes(of: raw.vr) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        length = raw.length == .max ? nil : Int(raw.length)
        isBigEndian = raw.is_big_endian
        available = raw.is_deflated ? nil : Int(clamping: raw.available)
    }
}

extension DataSet.Item {
    /// The items of a sequence, at most as many as `Limits.sequenceItems`; none where it is absent.
    func items(_ tag: UInt32) -> [DataSet.Item] { items(tag, atMost: owner.limits.sequenceItems) }

    func firstItem(_ tag: UInt32) -> DataSet.Item? { items(tag, atMost: 1).first }

    private func items(_ tag: UInt32, atMost capacity: Int) -> [DataSet.Item] {
        var pointers = [OpaquePointer?](repeating: nil, count: capacity)
        let count = cdcmtk_items_of_sequence(pointer, tag, &pointers, capacity)
        return pointers.prefix(count).compactMap { $0.map { DataSet.Item(pointer: $0, owner: owner) } }
    }

    /// The bytes of an attribute that is text, undecoded, all values; nil where it is absent or empty.
    func bytes(_ tag: UInt32) throws(DICOMError) -> [UInt8]? {
        var start: UnsafePointer<UInt8>?
        var count = 0
        switch cdcmtk_item_text(pointer, tag, UInt32(owner.limits.valueBytes), &start, &count) {
        case cdcmtk_value_present:
            return withExtendedLifetime(owner) { start.map { Array(UnsafeBufferPointer(start: $0, count: count)) } }
        case cdcmtk_value_too_long:
            let name = String(tag, radix: 16)
            throw DICOMError(
                code: .cannotRead, message: "attribute \(String(repeating: "0", count: 8 - name.count))\(name) is longer than \(owner.limits.valueBytes) bytes")
        default: return nil
        }
    }

    /// The first value of an attribute in the default repertoire (CS, DS, IS), without padding; nil where it is absent or empty.
    func text(_ tag: UInt32) -> String? {
        guard let bytes = try? bytes(tag) else { return nil }
        let value = trimmed(bytes.prefix { $0 != UInt8(ascii: "\\") })
        return value.isEmpty ? nil : String(decoding: value, as: UTF8.self)
    }

    /// The first value of an attribute of VR DS, where it is a number.
    func decimal(_ tag: UInt32) -> Double? {
        text(tag).flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil }
    }

    /// The values of an attribute of VR US, SS or OW; of SS, their bits.
    func words(_ tag: UInt32) -> [UInt16]? {
        var start: UnsafePointer<UInt16>?
        var count = 0
        guard cdcmtk_item_words(pointer, tag, &start, &count) else { return nil }
        return withExtendedLifetime(owner) { start.map { Array(UnsafeBufferPointer(start: $0, count: count)) } }
    }

    /// One value of an attribute of VR US, SS, UL or SL.
    func integer(_ tag: UInt32, at index: Int = 0) -> Int? {
        var value: Int64 = 0
        return cdcmtk_item_integer(pointer, tag, index, &value) ? Int(value) : nil
    }
}

/// Text without padding: blanks around it, and zeros behind it (PS3.5 section 6.2).
func trimmed(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var kept = bytes.drop { $0 == 0x20 }
    while let last = kept.last, last == 0x20 || last == 0 { kept.removeLast() }
    return Array(kept)
}
