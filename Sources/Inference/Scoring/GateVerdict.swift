/// Whether an image's pixels are of the kind the model was made for: the network's own word on it.
package struct GateVerdict: Sendable, Hashable {
    /// The gate's output; the higher, the more the image looks like the films the model was trained on.
    package var logit: Float
    package var refuseBelow: Double

    package var isPassed: Bool { Double(logit) >= refuseBelow }
}

extension ModelDescription {
    /// Nil where the model has no gate.
    package func gateVerdict(logits: [Float]) -> GateVerdict? {
        gate.map { GateVerdict(logit: logits[$0.output], refuseBelow: $0.refuseBelow) }
    }
}
