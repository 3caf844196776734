/// A network made ready for an engine: layers in order, with their weights folded and laid out, and a place in the arena for
/// every tensor.
///
/// Plans of one network at several sizes share their weights where they are made with one `pool`.
/// It is immutable and shared by all workers; each worker has an arena of `arenaCount` floats.
package struct Plan: Sendable {
    package let network: Network
    package let engine: EngineIdentity
    package let layers: [any Layer]
    /// How many threads may share the work on one image.
    package let threads: Int
    /// Floats of memory that each worker needs.
    package let arenaCount: Int
    package let input: TensorView
    /// The last stage's result, which nothing overwrites: heat maps come from it without a second pass.
    package let features: TensorView
    package let logits: TensorView
    package let classifier: Linear

    package init(
        _ network: Network, weights: SafetensorsFile, engine: Engine = .openBLAS, precision: Precision = .f32, kernels: Kernels = .best, threads: Int = 1,
        pool: ConstantPool = ConstantPool()
    ) throws {
        OpenBLAS.setUp()
        var builder = PlanBuilder(weights: weights, making: LayerMaking(engine, precision: precision, kernels: kernels, pool: pool), threads: threads)
        input = builder.reserve(network.input, for: network.stages.first).view
        var current = PlanBuilder.Buffer(start: nil, whole: input, view: input)
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
        self.threads = threads
        self.network = network
        self.engine = EngineIdentity(engine, precision: precision, kernels: kernels)
    }
}
