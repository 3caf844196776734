/// What is done to each value after a layer; NaN stays NaN, as in PyTorch.
package enum Activation: Sendable, Hashable, CaseIterable {
    case identity
    /// max(x, 0)
    case relu
    /// min(max(x, 0), 6)
    case relu6

    package var bounds: (lower: Float, upper: Float) {
        switch self {
        case .identity: (-.infinity, .infinity)
        case .relu: (0, .infinity)
        case .relu6: (0, 6)
        }
    }
}
