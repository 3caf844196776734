import Crypto
import Foundation
import Inference

/// A tensor to be written.
struct StoredTensor {
    var type = "F32"
    var shape: [Int]
    var bytes: Data

    init(_ values: [Float], shape: [Int]) {
        self.shape = shape
        bytes = Data()
        for value in values { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
    }

    init(type: String, shape: [Int], bytes: Data) {
        self.type = type
        self.shape = shape
        self.bytes = bytes
    }

    /// The same, stored as 16-bit floats.
    init(half values: [Float], shape: [Int]) {
        type = "F16"
        self.shape = shape
        bytes = Data()
        for value in values { withUnsafeBytes(of: Float16(value).bitPattern.littleEndian) { bytes.append(contentsOf: $0) } }
    }
}

/// A safetensors file: 8 bytes of length, the JSON header, the tensors one after the other.
func safetensors(_ tensors: [String: StoredTensor]) throws -> Data {
    var header: [String: Any] = ["__metadata__": ["format": "pt"]]
    var data = Data()
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
        header[name] = [
            "dtype": tensor.type, "shape": tensor.shape, "data_offsets": [data.count, data.count + tensor.bytes.count],
        ]
        data.append(tensor.bytes)
    }
    return safetensors(header: try JSONSerialization.data(withJSONObject: header), data: data)
}

func safetensors(header: Data, data: Data) -> Data {
    var file = Data()
    withUnsafeBytes(of: UInt64(header.count).littleEndian) { file.append(contentsOf: $0) }
    return file + header + data
}

/// A model folder in a temporary place, removed with the object.
final class ModelFolderOnDisk {
    let path: String

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "model-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ data: Data) throws {
        try data.write(to: URL(filePath: path).appending(path: name))
    }

    /// Writes weights and a `model.json` that fits them; `change` may spoil the latter.
    func write(
        _ architecture: Architecture, tensors: [String: StoredTensor], outputs: Int, size: Int = 224, reference: ReferenceInput,
        logits: [Float], change: (inout [String: Any]) -> Void = { _ in }
    ) throws {
        let weights = try safetensors(tensors)
        try write("weights.safetensors", weights)
        var description: [String: Any] = [
            "name": "seeded", "version": "1", "architecture": architecture.rawValue, "weights": "weights.safetensors",
            "sha256": SHA256.hash(data: weights).map { String(format: "%02x", $0) }.joined(),
            "labels": (0..<outputs).map { "finding-\($0)" },
            "input": [
                "channels": 1, "height": size, "width": size,
                "made_for": ["modality": ["DX"], "body_part": "CHEST", "view": ["PA"]],
            ],
            "preprocessing": [
                "crop": "centre-square", "resize": [["to": size, "filter": "bilinear-antialias"]],
                "normalise": ["kind": "range", "low": -1024, "high": 1024],
            ],
            "reference": [
                "input": [
                    "generator": "lcg-1664525-1013904223", "seed": Int(reference.seed), "low": reference.low,
                    "high": reference.high,
                ],
                "logits": logits.map { Double($0) },
            ],
            "a_key_of_the_future": ["kept": true],
        ]
        change(&description)
        try write("model.json", try JSONSerialization.data(withJSONObject: description))
    }
}

/// The network's tensors with seeded values, as they would be stored.
func seededTensors(_ network: Network) -> [String: StoredTensor] {
    Dictionary(
        uniqueKeysWithValues: network.tensors.map { ($0.name, StoredTensor(Seeded.tensor($0.name, shape: $0.shape), shape: $0.shape)) })
}

/// The repository's own model.
let shippedFolder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Models/cxr-lite0").path

func largestDifference(_ one: [Float], _ other: [Float]) -> Float {
    guard one.count == other.count else { return .infinity }
    return zip(one, other).reduce(0) { largest, pair in
        let difference = (pair.0 - pair.1).magnitude
        return difference.isNaN ? .infinity : max(largest, difference)
    }
}
