internal import Crypto

/// Weights on disk: a mapped safetensors file whose header has been checked.
///
///     let file = try SafetensorsFile(path: "Models/cxr-lite0/weights.safetensors")
///     let bias = try file.floats("_fc.bias", shape: [6])
package final class SafetensorsFile {
    private let file: MappedFile
    package let header: SafetensorsHeader

    package var path: String { file.path }

    /// `sha256`, where given, is checked before a byte of the file is interpreted.
    package init(path: String, sha256: String? = nil, limits: SafetensorsLimits = SafetensorsLimits()) throws {
        file = try MappedFile(path: path, limit: limits.fileBytes)
        if let sha256 {
            let found = SafetensorsFile.sha256(of: file.bytes)
            guard found == sha256.lowercased() else {
                throw InferenceError(
                    .wrongChecksum, "its SHA-256 is \(found), and model.json says \(sha256)", at: path,
                    remedy: "copy the model folder again: weights and model.json do not belong together")
            }
        }
        header = try SafetensorsHeader(file: file.bytes, path: path, limits: limits)
    }

    /// The tensor's elements in row-major order, as 32-bit floats, all of them finite; 16-bit floats are expanded.
    package func floats(_ name: String, shape: [Int]) throws -> [Float] {
        let location = "\(path), tensor \(name)"
        guard let entry = header.tensors[name] else {
            throw InferenceError(
                .missingTensor, "is missing; a tensor of shape \(shape) is expected", at: location,
                remedy: "check that the weights fit the architecture in model.json")
        }
        guard entry.shape == shape else {
            throw InferenceError(
                .wrongShape, "has shape \(entry.shape); \(shape) is expected", at: location,
                remedy: "check that labels, input and architecture in model.json are those of the weights")
        }
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[entry.bytes])
        let values: [Float]
        switch entry.type {
        case .f32:
            values = (0..<entry.count).map {
                Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
            }
        case .f16:
            values = (0..<entry.count).map {
                Float(Float16(bitPattern: UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 2, as: UInt16.self))))
            }
        default:
            throw InferenceError(
                .unsupportedElementType, "its elements are \(entry.type.rawValue)", at: location,
                remedy: "store the weights as F32 or F16")
        }
        if let index = values.firstIndex(where: { !$0.isFinite }) {
            throw InferenceError(
                .invalidWeights, "element \(index) is \(values[index])", at: location,
                remedy: "the training went wrong or the file was changed: take another model")
        }
        return values
    }

    /// A list of figures of which some may be missing, stored as NaN.
    func floatsOrNil(_ name: String, count: Int) throws -> [Double?] {
        guard let entry = header.tensors[name], entry.type == .f32, entry.count == count else {
            throw InferenceError(
                .wrongShape, "is not \(count) elements of F32", at: "\(path), tensor \(name)", remedy: "take another file")
        }
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[entry.bytes])
        return (0..<count).map {
            let value = Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self)))
            return value.isNaN ? nil : Double(value)
        }
    }

    static func sha256(of bytes: UnsafeRawBufferPointer) -> String {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        return hash.finalize().hexadecimal
    }
}

extension SHA256.Digest {
    var hexadecimal: String {
        let digits = Array("0123456789abcdef")
        return String(flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }
}
