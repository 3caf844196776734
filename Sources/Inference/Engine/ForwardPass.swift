/// One network's memory for one image at a time: input in, logits out, last features kept.
package final class ForwardPass {
    package let plan: Plan
    private let arena: Arena
    private let team: Team

    package init(_ plan: Plan) {
        self.plan = plan
        let arena = Arena(count: plan.arenaCount)
        self.arena = arena
        let memory = ArenaMemory(base: arena.base)
        team = Team(count: plan.threads, steps: plan.layers.count) { [layers = plan.layers] step, share in
            layers[step].run(on: memory.base, share: share)
        }
    }

    /// What the last layer gives, before any sigmoid.
    ///
    /// `input`: rows × columns × channels of the network's input, row by row. `isAlone`: no other image is in hand, so all of the
    /// plan's threads share the work on this one.
    package func logits(_ input: [Float], isAlone: Bool = true) throws -> [Float] {
        let shape = plan.input.shape
        guard input.count == shape.count else {
            throw InferenceError(
                .invalidImage, "the network's input has \(shape.count) values (\(shape)), and \(input.count) are given",
                at: "network input", remedy: "preprocess the image by the model's own recipe")
        }
        input.withUnsafeBufferPointer { plan.input.write($0, on: arena.base) }
        team.run(together: isAlone)
        let logits = plan.logits.read(from: arena.base)
        guard logits.allSatisfy(\.isFinite) else {
            throw InferenceError(
                .invalidResult, "a logit is not a finite number", at: "network output",
                remedy: "the image is listed unscored; if it happens with other images, take another model")
        }
        return logits
    }

    /// The layers one after the other, each with its milliseconds; the input must have been written.
    func timedLayers(_ clock: some Clock<Duration>) -> [Double] {
        plan.layers.map { layer in clock.measure { layer.run(on: arena.base, share: .whole) } / .milliseconds(1) }
    }

    /// The last stage's result for the image that `logits` was last called with: rows × columns × channels, dense.
    package var features: [Float] { plan.features.read(from: arena.base) }
}

extension [ForwardPass] {
    /// Each pass's logits of its own input, and their mean: a logit is linear in the pooled features, so it is also the logit of the
    /// features' mean.
    package func meanLogits(_ inputs: [[Float]], isAlone: Bool) throws -> [Float] {
        precondition(inputs.count == count, "one input for each pass")
        guard count > 1 else { return try self[0].logits(inputs[0], isAlone: isAlone) }
        var mean = try self[0].logits(inputs[0], isAlone: isAlone)
        for (pass, input) in zip(self, inputs).dropFirst() {
            for (index, logit) in try pass.logits(input, isAlone: isAlone).enumerated() { mean[index] += logit }
        }
        for index in mean.indices { mean[index] /= Float(count) }
        return mean
    }
}

/// The arena's address, for the threads of the pass that owns it: they write to different places.
private struct ArenaMemory: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
}
