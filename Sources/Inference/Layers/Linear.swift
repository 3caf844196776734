/// The classifier: 1×1×C in, 1×1×outputs out, y = W·x + b.
package struct Linear: Layer {
    package let input: TensorView
    package let output: TensorView
    /// [outputs][inputs], as PyTorch stores it. Heat maps weigh the features with its rows.
    package let weights: [Float]
    let bias: [Float]

    package init(input: TensorView, output: TensorView, weights: [Float], bias: [Float]) {
        precondition(input.shape.pixels == 1 && output.shape.pixels == 1)
        precondition(weights.count == input.shape.channels * output.shape.channels && bias.count == output.shape.channels)
        self.input = input
        self.output = output
        self.weights = weights
        self.bias = bias
    }

    package var kind: String { "classifier" }

    package var operations: Int { 2 * output.shape.count * input.shape.count }

    package func run(on arena: UnsafeMutablePointer<Float>, share: Share) {
        // Too little for more than one.
        guard share.isFirst else { return }
        let to = arena + output.offset
        weights.withUnsafeBufferPointer { weights in
            guard let weights = weights.baseAddress else { return }
            multiply(
                weights, rows: output.shape.channels, columns: input.shape.channels, by: arena + input.offset, into: to)
        }
        for index in bias.indices { to[index] += bias[index] }
    }
}
