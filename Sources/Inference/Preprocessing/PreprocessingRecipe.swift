/// How an image becomes a network's input, step by step, as `model.json` states it.
///
///     {"crop": "centre-square",
///      "resize": [{"to": 240, "filter": "pillow-bilinear-8bit"}, {"to": 224, "filter": "bilinear-antialias"}],
///      "normalise": {"kind": "per-image-standard", "epsilon": 0.001}}
package struct PreprocessingRecipe: Sendable, Hashable, Codable {
    package enum Crop: String, Sendable, Hashable, Codable {
        case none
        /// The square of the shorter side, ⌊(longer − shorter) / 2⌋ from the start of the longer one.
        case centreSquare = "centre-square"
    }

    package enum Filter: String, Sendable, Hashable, Codable {
        /// Pillow's `Image.resize(…, BILINEAR)` on an 8-bit grey image: the values are rounded to 8 bits before, between
        /// rows and columns, and after.
        case pillowBilinear8Bit = "pillow-bilinear-8bit"
        /// PyTorch's `interpolate(mode="bilinear", antialias=True)` on floats.
        case bilinearAntialias = "bilinear-antialias"
    }

    /// To a square of `to` × `to`.
    package struct Resize: Sendable, Hashable, Codable {
        package var to: Int
        package var filter: Filter

        package init(to: Int, filter: Filter) {
            self.to = to
            self.filter = filter
        }
    }

    package var crop: Crop
    package var resize: [Resize]
    package var normalise: Normalisation

    package init(crop: Crop, resize: [Resize], normalise: Normalisation) {
        self.crop = crop
        self.resize = resize
        self.normalise = normalise
    }
}

/// From values in 0…1 to what the network was trained on.
package enum Normalisation: Sendable, Hashable {
    /// (x − mean) / (sample standard deviation + epsilon), each image by its own figures.
    case perImageStandard(epsilon: Double)
    /// low + x · (high − low). torchxrayvision: −1024 to 1024.
    case range(low: Double, high: Double)
}

extension Normalisation: Codable {
    private enum Kind: String, Codable {
        case perImageStandard = "per-image-standard"
        case range
    }

    private enum CodingKeys: String, CodingKey {
        case kind
        case epsilon
        case low
        case high
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch try container.decode(Kind.self, forKey: .kind) {
        case .perImageStandard: self = .perImageStandard(epsilon: try container.decode(Double.self, forKey: .epsilon))
        case .range:
            self = .range(
                low: try container.decode(Double.self, forKey: .low), high: try container.decode(Double.self, forKey: .high))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .perImageStandard(let epsilon):
            try container.encode(Kind.perImageStandard, forKey: .kind)
            try container.encode(epsilon, forKey: .epsilon)
        case .range(let low, let high):
            try container.encode(Kind.range, forKey: .kind)
            try container.encode(low, forKey: .low)
            try container.encode(high, forKey: .high)
        }
    }
}
