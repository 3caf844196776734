/// A network made ready for OpenBLAS: layers in order, with their weights folded and laid out, and a place in the arena for
/// every tensor.
///
/// It is immutable and shared by all workers; each worker has an arena of `arenaCount` floats.
package struct OpenBLASPlan: Sendable {
    package let network: Network
    package let layers: [any Layer]
    /// Floats of memory that each worker needs.
    package let arenaCount: Int
    package let input: TensorView
    /// The last stage's result, which nothing overwrites: heat maps come from it without a second pass.
    package let features: TensorView
    package let logits: TensorView
    package let classifier: Linear

    package init(_ network: Network, weights: SafetensorsFile) throws {
        OpenBLAS.setUp()
        var builder = OpenBLASPlanBuilder(weights: weights)
        input = builder.reserve(network.input, for: network.stages.first).view
        var current = OpenBLASPlanBuilder.Buffer(start: nil, whole: input, view: input)
        for (index, stage) in network.stages.enumerated() {
            let next = index + 1 < network.stages.count ? network.stages[index + 1] : nil
            current = try builder.add(stage, to: current, next: next)
        }
        features = current.view
        let average = builder.reserve(Shape(rows: 1, columns: 1, channels: network.classifier.inputs)).view
        let result = builder.reserve(Shape(rows: 1, columns: 1, channels: network.classifier.outputs)).view
        builder.layers.append(GlobalAverage(input: features, output: average))
        classifier = Linear(
            input: average, output: result,
            weights: try weights.floats(
                network.classifier.weights, shape: [network.classifier.outputs, network.classifier.inputs]),
            bias: try weights.floats(network.classifier.bias, shape: [network.classifier.outputs]))
        builder.layers.append(classifier)
        logits = result
        layers = builder.layers
        arenaCount = builder.layout.count
        self.network = network
    }

    /// Runs every layer; the input view must have been written.
    @inline(__always)
    func run(on arena: Arena) {
        for layer in layers { layer.run(on: arena.base) }
    }
}
