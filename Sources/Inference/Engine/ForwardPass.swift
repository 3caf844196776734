/// One model's memory for one image at a time: inputs in, logits out, last features kept.
///
/// A model that looks at an image at several sizes has a plan for each; all are done one after the other by the same threads.
package final class ForwardPass {
    package let plans: [Plan]
    private let arenas: [Arena]
    private let team: Team

    package init(_ plans: [Plan]) {
        self.plans = plans
        arenas = plans.map { Arena(count: $0.arenaCount) }
        let steps = zip(plans, arenas).flatMap { plan, arena in plan.layers.map { Step(layer: $0, memory: arena.base) } }
        team = Team(count: plans.map(\.threads).max() ?? 1, steps: steps.count) { step, share in
            steps[step].layer.run(on: steps[step].memory, share: share)
        }
    }

    /// What the last layer gives, before any sigmoid: of several sizes the mean. A logit is linear in the pooled features, so the mean
    /// is also the logit of the features' mean.
    ///
    /// `inputs`: for each plan rows × columns × channels of its input, row by row. `isAlone`: no other image is in hand, so all of the
    /// plans' threads share the work on this one.
    package func logits(_ inputs: [[Float]], isAlone: Bool = true) throws -> [Float] {
        guard inputs.map(\.count) == plans.map(\.input.shape.count) else {
            throw InferenceError(
                .invalidImage,
                "the network's inputs have \(plans.map { "\($0.input.shape.count)" }.joined(separator: ", ")) values, and \(inputs.map { "\($0.count)" }.joined(separator: ", ")) are given",
                at: "network input", remedy: "preprocess the image by the model's own recipe")
        }
        for (index, input) in inputs.enumerated() {
            input.withUnsafeBufferPointer { plans[index].input.write($0, on: arenas[index].base) }
        }
        team.run(together: isAlone)
        var logits = plans[0].logits.read(from: arenas[0].base)
        for (plan, arena) in zip(plans, arenas).dropFirst() {
            for (index, logit) in plan.logits.read(from: arena.base).enumerated() { logits[index] += logit }
        }
        for index in logits.indices { logits[index] /= Float(plans.count) }
        guard logits.allSatisfy(\.isFinite) else {
            throw InferenceError(
                .invalidResult, "a logit is not a finite number", at: "network output",
                remedy: "the image is listed unscored; if it happens with other images, take another model")
        }
        return logits
    }

    /// The layers one after the other, each with its milliseconds; the inputs must have been written.
    func timedLayers(_ clock: some Clock<Duration>) -> [(layer: any Layer, milliseconds: Double)] {
        zip(plans, arenas).flatMap { plan, arena in
            plan.layers.map { layer in (layer, clock.measure { layer.run(on: arena.base, share: .whole) } / .milliseconds(1)) }
        }
    }

    /// The last stage's result at each size, for the image that `logits` was last called with: rows × columns × channels, dense.
    package var features: [[Float]] { zip(plans, arenas).map { $0.features.read(from: $1.base) } }

    /// A layer, and the arena it works on: the threads of the pass that owns it write to different places.
    private struct Step: @unchecked Sendable {
        let layer: any Layer
        let memory: UnsafeMutablePointer<Float>
    }
}
