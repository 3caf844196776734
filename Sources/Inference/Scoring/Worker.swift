/// Scores one image at a time with one model, in memory of its own.
///
/// It belongs to one thread or task at a time (it is not `Sendable`); several workers of one model share its weights.
package final class Worker {
    package let model: Model
    private let pass: ForwardPass

    init(_ model: Model) {
        self.model = model
        pass = ForwardPass(model.plan)
    }

    /// The network alone: `input` as the model's preprocessing gives it.
    package func logits(_ input: [Float], isAlone: Bool = true) throws -> [Float] { try pass.logits(input, isAlone: isAlone) }

    /// The map of a label for the image scored last, from the features it left behind: no second pass. Nil where the model has no
    /// such label.
    package func heatMap(_ label: String) -> HeatMap? {
        guard !label.isEmpty, let output = model.description.labels.firstIndex(of: label) else { return nil }
        let classifier = model.plan.classifier
        let shape = model.network.features
        return HeatMap(
            label: label, rows: shape.rows, columns: shape.columns, values: classifier.activationMap(of: output, features: pass.features),
            bias: classifier.bias[output])
    }

    /// Preprocesses and scores an image.
    ///
    /// `pixels`: row by row, 0 black to 1 white, after modality and VOI LUT (MONOCHROME2). `isAlone`: see `ForwardPass.logits`.
    package func score(
        pixels: [Float], rows: Int, columns: Int, limits: ImageLimits = ImageLimits(), isAlone: Bool = true, clock: some Clock<Duration> = ContinuousClock()
    ) throws -> ImageScore {
        let start = clock.now
        let input = try model.description.preprocessing.input(pixels: pixels, rows: rows, columns: columns, limits: limits)
        let prepared = clock.now
        let logits = try pass.logits(input, isAlone: isAlone)
        let end = clock.now
        return ImageScore(
            findings: model.description.findings(logits: logits), gate: model.description.gateVerdict(logits: logits), engine: model.engine,
            milliseconds: ImageScore.Milliseconds(
                preprocess: start.duration(to: prepared) / .milliseconds(1),
                network: prepared.duration(to: end) / .milliseconds(1)))
    }
}
