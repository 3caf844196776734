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
    }

    /// The data set itself, or an item of a sequence in it.
    struct Item {
        fileprivate let pointer: OpaquePointer
        fileprivate let owner: DataSet
    }

    private let pointer: OpaquePointer
    let transferSyntaxUID: String
    let hasPixelData: Bool
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
        hasPixelData = cdcmtk_data_set_has_pixel_data(pointer)
    }

    deinit { cdcmtk_data_set_free(pointer) }

    var root: Item { Item(pointer: cdcmtk_data_set_root(pointer), owner: self) }
}

extension DataSet.Item {
    /// The items of a sequence; none where it is absent.
    func items(_ tag: UInt32) -> [DataSet.Item] {
        var items: [DataSet.Item] = []
        while let item = cdcmtk_item_of_sequence(pointer, tag, items.count) {
            items.append(DataSet.Item(pointer: item, owner: owner))
        }
        return items
    }

    func firstItem(_ tag: UInt32) -> DataSet.Item? {
        cdcmtk_item_of_sequence(pointer, tag, 0).map { DataSet.Item(pointer: $0, owner: owner) }
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

    /// One value of an attribute of VR US, SS, UL or SL.
    func integer(_ tag: UInt32, at index: Int = 0) -> Int? {
        var value: Int64 = 0
        return cdcmtk_item_integer(pointer, tag, index, &value) ? Int(value) : nil
    }
}
