/// What is done to each value after a layer.
package enum Activation: Sendable, Hashable, CaseIterable {
    case identity
    /// max(x, 0)
    case relu
    /// min(max(x, 0), 6)
    case relu6

    @inline(__always)
    var bounds: (lower: Float, upper: Float) {
        switch self {
        case .identity: (-.infinity, .infinity)
        case .relu: (0, .infinity)
        case .relu6: (0, 6)
        }
    }

    package func naive(_ value: Double) -> Double {
        switch self {
        case .identity: value
        case .relu: value.isNaN ? value : max(value, 0)
        case .relu6: value.isNaN ? value : min(max(value, 0), 6)
        }
    }
}

/// Between two bounds; NaN stays NaN, as in PyTorch. Written as comparisons so that it becomes one instruction each way.
@inline(__always)
func clamp(_ value: Float, _ lower: Float, _ upper: Float) -> Float {
    let raised = lower > value ? lower : value
    return upper < raised ? upper : raised
}
