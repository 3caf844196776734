/// What a model makes of one image.
package struct ImageScore: Sendable, Hashable {
    package struct Finding: Sendable, Hashable {
        package var label: String
        package var logit: Float
        /// Calibrated where the model has a calibration for the label; otherwise the sigmoid of the logit.
        package var probability: Double
    }

    package struct Milliseconds: Sendable, Hashable {
        package var preprocess: Double
        package var network: Double
    }

    /// The labels that are shown, in the model's order.
    package var findings: [Finding]
    /// Where it was not passed, the findings mean nothing and are shown to nobody.
    package var gate: GateVerdict?
    package var engine: EngineIdentity
    package var milliseconds: Milliseconds

    /// By label.
    package var probabilities: [String: Double] {
        Dictionary(uniqueKeysWithValues: findings.map { ($0.label, $0.probability) })
    }
}

extension ModelDescription {
    /// Turns the network's outputs into findings. `logits` are finite: `ForwardPass` lets no others out.
    package func findings(logits: [Float]) -> [ImageScore.Finding] {
        zip(labels, logits).compactMap { label, logit in
            guard !label.isEmpty else { return nil }
            let probability = calibration?[label]?.probability(logit: Double(logit)) ?? sigmoid(Double(logit))
            return ImageScore.Finding(label: label, logit: logit, probability: probability)
        }
    }
}
