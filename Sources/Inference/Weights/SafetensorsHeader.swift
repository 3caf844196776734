internal import FoundationEssentials

/// How the elements of a tensor are stored, by the names that safetensors gives them.
package enum ElementType: String, Sendable, Hashable, CaseIterable {
    case f64 = "F64"
    case f32 = "F32"
    case f16 = "F16"
    case bf16 = "BF16"
    case i64 = "I64"
    case u64 = "U64"
    case i32 = "I32"
    case u32 = "U32"
    case i16 = "I16"
    case u16 = "U16"
    case i8 = "I8"
    case u8 = "U8"
    case bool = "BOOL"

    package var size: Int {
        switch self {
        case .f64, .i64, .u64: 8
        case .f32, .i32, .u32: 4
        case .f16, .bf16, .i16, .u16: 2
        case .i8, .u8, .bool: 1
        }
    }
}

/// One entry of a safetensors header whose figures have been checked against each other and against the file.
package struct TensorEntry: Sendable, Hashable {
    package var type: ElementType
    package var shape: [Int]
    /// Where its bytes lie, counted from the start of the file.
    package var bytes: Range<Int>

    package var count: Int { bytes.count / type.size }
}

/// What a safetensors file may claim before it is refused.
package struct SafetensorsLimits: Sendable, Hashable {
    /// Bytes of the JSON header. DenseNet-121's is 70 KB long.
    package var headerBytes = 16 << 20
    package var tensors = 65_536
    package var dimensions = 8
    /// Bytes of the whole file.
    package var fileBytes = 2 << 30

    package init() {}
}

/// The header of a safetensors file: 8 bytes of length (little-endian), then JSON.
///
///     {"_fc.bias": {"dtype": "F32", "shape": [6], "data_offsets": [0, 24]}, "__metadata__": {…}}
///
/// Nothing in it is believed: lengths, offsets and shapes are checked before anything is read by them.
package struct SafetensorsHeader: Sendable, Hashable {
    package var tensors: [String: TensorEntry]

    private struct RawEntry: Decodable {
        var dtype: String
        var shape: [Int]
        var dataOffsets: [Int]

        enum CodingKeys: String, CodingKey {
            case dtype
            case shape
            case dataOffsets = "data_offsets"
        }
    }

    /// `__metadata__` is a table of strings; everything else is a tensor.
    private enum RawValue: Decodable {
        case tensor(RawEntry)
        case metadata

        init(from decoder: any Decoder) throws {
            if decoder.codingPath.last?.stringValue == "__metadata__" {
                self = .metadata
            } else {
                self = .tensor(try RawEntry(from: decoder))
            }
        }
    }

    package init(file: UnsafeRawBufferPointer, path: String, limits: SafetensorsLimits = SafetensorsLimits()) throws {
        func refuse(_ what: String, tensor: String? = nil) -> InferenceError {
            InferenceError(
                .malformedWeights, what, at: tensor.map { "\(path), tensor \($0)" } ?? path,
                remedy: "the file is damaged or no safetensors file: copy it again")
        }
        guard file.count >= 8 else { throw refuse("is \(file.count) bytes long: too short for a header") }
        let stated = UInt64(littleEndian: file.loadUnaligned(as: UInt64.self))
        guard stated <= UInt64(limits.headerBytes) else {
            throw refuse("its header claims \(stated) bytes, more than the limit of \(limits.headerBytes)")
        }
        let length = Int(stated)
        guard length >= 2, length <= file.count - 8 else {
            throw refuse("its header claims \(length) bytes; the file has \(file.count - 8) after the length")
        }
        let json = Data(file[8..<(8 + length)])
        let raw: [String: RawValue]
        do {
            raw = try JSONDecoder().decode([String: RawValue].self, from: json)
        } catch {
            throw refuse("its header is not the JSON that safetensors prescribes")
        }
        guard raw.count <= limits.tensors else {
            throw refuse("its header lists \(raw.count) tensors, more than the limit of \(limits.tensors)")
        }
        let start = 8 + length
        var tensors: [String: TensorEntry] = [:]
        for (name, value) in raw {
            guard case .tensor(let entry) = value else { continue }
            guard let type = ElementType(rawValue: entry.dtype) else {
                throw refuse("has the unknown element type \(entry.dtype)", tensor: name)
            }
            guard entry.shape.count <= limits.dimensions else {
                throw refuse("has \(entry.shape.count) dimensions, more than the limit of \(limits.dimensions)", tensor: name)
            }
            guard entry.dataOffsets.count == 2, entry.dataOffsets[0] >= 0, entry.dataOffsets[0] <= entry.dataOffsets[1],
                entry.dataOffsets[1] <= file.count - start
            else {
                throw refuse(
                    "its bytes \(entry.dataOffsets) do not lie inside the \(file.count - start) bytes of data", tensor: name)
            }
            let held = entry.dataOffsets[1] - entry.dataOffsets[0]
            guard let needed = byteCount(shape: entry.shape, size: type.size), needed == held else {
                throw refuse("its shape \(entry.shape) of \(type.rawValue) does not fill its \(held) bytes", tensor: name)
            }
            tensors[name] = TensorEntry(
                type: type, shape: entry.shape, bytes: (start + entry.dataOffsets[0])..<(start + entry.dataOffsets[1]))
        }
        let ordered = tensors.filter { !$0.value.bytes.isEmpty }.sorted { $0.value.bytes.lowerBound < $1.value.bytes.lowerBound }
        for (one, next) in zip(ordered, ordered.dropFirst()) where one.value.bytes.upperBound > next.value.bytes.lowerBound {
            throw refuse("shares bytes with tensor \(one.key)", tensor: next.key)
        }
        self.tensors = tensors
    }
}

/// Nil where a dimension is negative or the product overflows.
private func byteCount(shape: [Int], size: Int) -> Int? {
    var total = size
    for dimension in shape {
        guard dimension >= 0 else { return nil }
        let (product, overflow) = total.multipliedReportingOverflow(by: dimension)
        guard !overflow else { return nil }
        total = product
    }
    return total
}
