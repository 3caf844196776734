/// One network's memory for one image at a time: input in, logits out, last features kept.
package final class ForwardPass {
    package let plan: OpenBLASPlan
    private let arena: Arena

    package init(_ plan: OpenBLASPlan) {
        self.plan = plan
        arena = Arena(count: plan.arenaCount)
    }

    /// What the last layer gives, before any sigmoid.
    ///
    /// `input`: rows × columns × channels of the network's input, row by row.
    package func logits(_ input: [Float]) throws -> [Float] {
        let shape = plan.input.shape
        guard input.count == shape.count else {
            throw InferenceError(
                .invalidImage, "the network's input has \(shape.count) values (\(shape)), and \(input.count) are given",
                at: "network input", remedy: "preprocess the image by the model's own recipe")
        }
        input.withUnsafeBufferPointer { plan.input.write($0, on: arena.base) }
        plan.run(on: arena)
        let logits = plan.logits.read(from: arena.base)
        guard logits.allSatisfy(\.isFinite) else {
            throw InferenceError(
                .invalidResult, "a logit is not a finite number", at: "network output",
                remedy: "the image is listed unscored; if it happens with other images, take another model")
        }
        return logits
    }

    /// The last stage's result for the image that `logits` was last called with: rows × columns × channels, dense.
    package var features: [Float] { plan.features.read(from: arena.base) }
}
