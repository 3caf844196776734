/// A network input that a formula gives, so that nothing large is stored.
///
///     {"generator": "lcg-1664525-1013904223", "seed": 1, "low": -2, "high": 2}
///
/// s starts at the seed; for each value, row by row, s = 1664525 · s + 1013904223 mod 2³², and the value is
/// low + (high − low) · ⌊s / 256⌋ / 2²⁴. With low and high whole powers of two, every value is exact in single precision.
package struct ReferenceInput: Sendable, Hashable, Codable {
    package enum Generator: String, Sendable, Hashable, Codable {
        case linearCongruential = "lcg-1664525-1013904223"
    }

    package var generator: Generator
    package var seed: UInt32
    package var low: Double
    package var high: Double

    package init(generator: Generator = .linearCongruential, seed: UInt32, low: Double, high: Double) {
        self.generator = generator
        self.seed = seed
        self.low = low
        self.high = high
    }

    package func values(count: Int) -> [Float] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return Float(low + (high - low) * Double(state >> 8) / 0x1p24)
        }
    }
}
