/// What the native engine's 1×1 convolutions multiply: `--precision`.
package enum Precision: String, Sendable, Hashable, Codable, CaseIterable {
    case f32
    /// Input and weights rounded to 8 bits of precision, sums in 32 bits; all other layers as with `f32`.
    case bf16
}
