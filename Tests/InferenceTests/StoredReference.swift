import Foundation
import Inference

/// What `scripts/reference/generate.py` stored: the answers of PyTorch and Pillow.
struct StoredReference: Decodable {
    struct SeededNetwork: Decodable, CustomStringConvertible {
        var architecture: Architecture
        var outputs: Int
        var seed: UInt32
        var low: Double
        var high: Double
        var logits: [Float]

        var description: String { "\(architecture.rawValue), seed \(seed)" }
    }

    struct ShippedCase: Decodable, CustomStringConvertible {
        var rows: Int
        var columns: Int
        var logits: [Float]

        var description: String { "\(rows)×\(columns)" }
    }

    struct ResampledCase: Decodable, CustomStringConvertible {
        var name: String
        var rows: Int
        var columns: Int
        var size: Int

        var description: String { name }
    }

    var seededNetworks: [SeededNetwork]
    var shippedModel: [ShippedCase]
    var resampled: [ResampledCase]

    enum CodingKeys: String, CodingKey {
        case seededNetworks = "seeded_networks"
        case shippedModel = "shipped_model"
        case resampled
    }

    static func fixture(_ name: String) throws -> Data {
        try Data(contentsOf: Bundle.module.bundleURL.appending(path: "Fixtures/\(name)"))
    }

    static func load() throws -> StoredReference {
        try JSONDecoder().decode(StoredReference.self, from: fixture("reference.json"))
    }
}
