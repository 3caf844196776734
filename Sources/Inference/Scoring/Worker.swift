/// Scores one image at a time with one model, in memory of its own.
///
/// It belongs to one thread or task at a time (it is not `Sendable`); several workers of one model share its weights.
package final class Worker {
    package let model: Model
    private let pass: ForwardPass

    init(_ model: Model) {
        self.model = model
        pass = ForwardPass(model.plans)
    }

    /// The network alone: `inputs`, one for each of the model's sizes, as its preprocessing gives them. The mean over the sizes.
    package func logits(_ inputs: [[Float]], isAlone: Bool = true) throws -> [Float] { try pass.logits(inputs, isAlone: isAlone) }

    /// The map of a label for the image scored last, from the features it left behind: no second pass. Nil where the model has no
    /// such label.
    ///
    /// Of several sizes it is the mean of their maps, on the grid of the first.
    package func heatMap(_ label: String) -> HeatMap? {
        guard !label.isEmpty, let output = model.description.labels.firstIndex(of: label) else { return nil }
        let shape = model.network.features
        var values = [Float](repeating: 0, count: shape.pixels)
        for (plan, features) in zip(model.plans, pass.features) {
            let grid = plan.network.features
            let cells = plan.classifier.activationMap(of: output, features: features)
            let map = HeatMap.resized(cells, rows: grid.rows, columns: grid.columns, toRows: shape.rows, columns: shape.columns)
            for (index, value) in map.enumerated() { values[index] += value / Float(model.plans.count) }
        }
        return HeatMap(label: label, rows: shape.rows, columns: shape.columns, values: values, bias: model.plans[0].classifier.bias[output])
    }

    /// Preprocesses and scores an image.
    ///
    /// `isAlone`: see `ForwardPass.logits`.
    package func score(
        _ image: some GreyRows, limits: ImageLimits = ImageLimits(), isAlone: Bool = true, clock: some Clock<Duration> = ContinuousClock()
    ) throws -> ImageScore {
        let start = clock.now
        let description = model.description
        let inputs = try description.preprocessing.inputs(of: image, sizes: description.input.sizes, limits: limits)
        let prepared = clock.now
        let logits = try logits(inputs, isAlone: isAlone)
        let end = clock.now
        return ImageScore(
            findings: description.findings(logits: logits), gate: description.gateVerdict(logits: logits), engine: model.engine,
            milliseconds: ImageScore.Milliseconds(
                preprocess: start.duration(to: prepared) / .milliseconds(1),
                network: prepared.duration(to: end) / .milliseconds(1)))
    }
}
