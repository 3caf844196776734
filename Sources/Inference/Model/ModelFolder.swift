/// A folder with `model.json` and the weights it names.
///
///     let model = try ModelFolder.load("Models/cxr-lite0")
///     model.referenceDifference   // 2e-6
package enum ModelFolder {
    package struct Limits: Sendable, Hashable {
        /// Bytes of `model.json`.
        package var descriptionBytes = 4 << 20
        package var weights = SafetensorsLimits()
        /// How far a reference logit may be from the one that `model.json` states.
        package var referenceTolerance: Float = 1e-3
        /// The same with bf16, which keeps 8 bits of each factor.
        package var bf16Tolerance: Float = 0.1

        package init() {}
    }

    /// Loads and checks a model, or says what is wrong with the folder.
    ///
    /// Everything that can be wrong is found here, at start: the checksum, a missing tensor, a wrong shape, NaN among the
    /// weights, and a network that no longer gives its reference logits.
    ///
    package static func load(_ folder: String, limits: Limits = Limits(), settings: EngineSettings = EngineSettings()) throws -> Model {
        let path = "\(folder)/model.json"
        let file = try MappedFile(path: path, limit: limits.descriptionBytes)
        let description = try ModelDescription(json: file.bytes, path: path)
        let weights = try SafetensorsFile(
            path: "\(folder)/\(description.weights)", sha256: description.sha256, limits: limits.weights)
        let shapes = description.input.sizes.map { Shape(rows: $0, columns: $0, channels: description.input.channels) }
        let networks = shapes.map { Network(description.architecture, input: $0, trained: shapes[0], outputs: description.labels.count) }
        let trial = try EngineTrial.plans(networks, weights: weights, settings: settings, input: description.reference.input)
        return Model(
            folder: folder, description: description, network: networks[0],
            referenceDifference: try checkReference(description, plans: trial.plans, path: path, limits: limits, precision: settings.precision),
            warnings: warnings(networks[0], weights) + [trial.warning].compactMap { $0 }, plans: trial.plans)
    }

    private static func checkReference(
        _ description: ModelDescription, plans: [Plan], path: String, limits: Limits, precision: Precision
    ) throws -> Float {
        let tolerance = precision == .bf16 ? limits.bf16Tolerance : limits.referenceTolerance
        let found = try ForwardPass(plans).logits(plans.map { description.reference.input.values(count: $0.network.input.count) })
        var largest: Float = 0
        for (index, (expected, found)) in zip(description.reference.logits, found).enumerated() {
            let difference = (expected - found).magnitude
            guard difference <= tolerance else {
                throw InferenceError(
                    .referenceMismatch,
                    "for the reference input, label \"\(description.labels[index])\" has the logit \(found); \(expected) is expected",
                    at: path,
                    remedy: precision == .bf16
                        ? "this model loses too much with bf16: take --precision f32"
                        : "the weights are not those that the reference was made with, or this processor computes wrongly: "
                            + "copy the folder again; if that does not help, set OPENBLAS_CORETYPE=Haswell and report it")
            }
            largest = max(largest, difference)
        }
        return largest
    }

    private static func warnings(_ network: Network, _ weights: SafetensorsFile) -> [String] {
        let known = Set(network.tensors.map(\.name))
        // PyTorch counts batches while it trains; the count has no use afterwards.
        let extra = weights.header.tensors.keys.filter { !known.contains($0) && !$0.hasSuffix(".num_batches_tracked") }.sorted()
        guard let first = extra.first else { return [] }
        return ["\(weights.path) holds \(extra.count) tensors that the network does not use, the first of them \(first)"]
    }
}
