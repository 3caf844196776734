internal import Glibc

/// From a logit to a probability that has been checked on validation data.
///
///     Calibration.platt(a: 0.8, b: -1.2).probability(logit: 2)   // 1 / (1 + e^−(0.8 · 2 − 1.2)) = 0.599
package enum Calibration: Sendable, Hashable {
    /// sigmoid(a · logit + b)
    case platt(a: Double, b: Double)
    /// sigmoid(logit / t)
    case temperature(Double)
    /// A table of logits, ascending, and their probabilities, never falling; straight lines between, level outside.
    case isotonic(logits: [Double], probabilities: [Double])
    /// torchxrayvision's `op_threshs`: the sigmoid, bent so that `threshold` falls on 0.5.
    case operatingPoint(threshold: Double)

    package func probability(logit: Double) -> Double {
        switch self {
        case .platt(let a, let b): return sigmoid(a * logit + b)
        case .temperature(let temperature): return sigmoid(logit / temperature)
        case .isotonic(let logits, let probabilities):
            guard let upper = logits.firstIndex(where: { $0 >= logit }) else { return probabilities.last ?? .nan }
            guard upper > 0 else { return probabilities[0] }
            let share = (logit - logits[upper - 1]) / (logits[upper] - logits[upper - 1])
            return probabilities[upper - 1] + share * (probabilities[upper] - probabilities[upper - 1])
        case .operatingPoint(let threshold):
            let raw = sigmoid(logit)
            return raw < threshold ? raw / (2 * threshold) : 1 - (1 - raw) / (2 * (1 - threshold))
        }
    }

    /// Whether somebody fitted it to how often films have the finding. An operating point was only put on 0.5.
    package var isProbability: Bool {
        if case .operatingPoint = self { false } else { true }
    }

    /// Nil where the figures make sense, otherwise what is wrong with them.
    package var fault: String? {
        switch self {
        case .platt(let a, let b):
            return a.isFinite && a > 0 && b.isFinite ? nil : "platt needs a finite a above 0 and a finite b"
        case .temperature(let temperature):
            return temperature.isFinite && temperature > 0 ? nil : "temperature needs a finite t above 0"
        case .isotonic(let logits, let probabilities):
            guard logits.count >= 2, logits.count == probabilities.count else {
                return "isotonic needs as many logits as probabilities, two or more"
            }
            let ascends = logits.allSatisfy(\.isFinite) && zip(logits, logits.dropFirst()).allSatisfy { $0 < $1 }
            let rises =
                probabilities.allSatisfy { (0...1).contains($0) }
                && zip(probabilities, probabilities.dropFirst()).allSatisfy { $0 <= $1 }
            return ascends && rises ? nil : "isotonic needs ascending logits and probabilities in 0…1 that never fall"
        case .operatingPoint(let threshold):
            return threshold > 0 && threshold < 1 ? nil : "operating-point needs a threshold between 0 and 1"
        }
    }
}

package func sigmoid(_ logit: Double) -> Double {
    1 / (1 + exp(-logit))
}

extension Calibration: Codable {
    private enum Kind: String, Codable {
        case platt
        case temperature
        case isotonic
        case operatingPoint = "operating-point"
    }

    private enum CodingKeys: String, CodingKey {
        case kind
        case a
        case b
        case t
        case logits
        case probabilities
        case threshold
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func number(_ key: CodingKeys) throws -> Double { try container.decode(Double.self, forKey: key) }
        switch try container.decode(Kind.self, forKey: .kind) {
        case .platt: self = .platt(a: try number(.a), b: try number(.b))
        case .temperature: self = .temperature(try number(.t))
        case .isotonic:
            self = .isotonic(
                logits: try container.decode([Double].self, forKey: .logits),
                probabilities: try container.decode([Double].self, forKey: .probabilities))
        case .operatingPoint: self = .operatingPoint(threshold: try number(.threshold))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .platt(let a, let b):
            try container.encode(Kind.platt, forKey: .kind)
            try container.encode(a, forKey: .a)
            try container.encode(b, forKey: .b)
        case .temperature(let temperature):
            try container.encode(Kind.temperature, forKey: .kind)
            try container.encode(temperature, forKey: .t)
        case .isotonic(let logits, let probabilities):
            try container.encode(Kind.isotonic, forKey: .kind)
            try container.encode(logits, forKey: .logits)
            try container.encode(probabilities, forKey: .probabilities)
        case .operatingPoint(let threshold):
            try container.encode(Kind.operatingPoint, forKey: .kind)
            try container.encode(threshold, forKey: .threshold)
        }
    }
}
