/// Which engine is the faster one for a network on this processor, found out by running both.
///
/// The native engine is taken only where it gives what OpenBLAS gives.
enum EngineTrial {
    /// The largest difference of a logit between the engines.
    static let tolerance: Float = 1e-4
    private static let rounds = 3

    struct Outcome {
        var plans: [Plan]
        /// Worth a line in the log.
        var warning: String?
    }

    /// - Parameter networks: the same weights at each size.
    static func plans(
        _ networks: [Network], weights: SafetensorsFile, settings: EngineSettings, input: ReferenceInput,
        clock: some Clock<Duration> = ContinuousClock()
    ) throws -> Outcome {
        func made(_ engine: Engine) throws -> [Plan] {
            let pool = ConstantPool()
            return try networks.map {
                try Plan($0, weights: weights, engine: engine, precision: settings.precision, threads: settings.threads, pool: pool)
            }
        }
        switch (settings.precision, settings.engine) {
        case (.f32, .openBLAS): return Outcome(plans: try made(.openBLAS))
        case (.f32, .native): return Outcome(plans: try made(.native))
        case (.f32, .auto): break
        case (.bf16, .openBLAS): throw unavailable("OpenBLAS multiplies 32-bit floats here", remedy: "take --engine native, or --precision f32")
        case (.bf16, _):
            guard Kernels.best.hasBF16 else {
                throw unavailable("this processor has no instruction for it (AVX-512 BF16)", remedy: "take --precision f32")
            }
            return Outcome(plans: try made(.native))
        }
        let candidates = [try made(.openBLAS), try made(.native)]
        let values = networks.map { input.values(count: $0.input.count) }
        // Each size by itself: in the mean of several, differences could hide.
        var difference: Float = 0
        for (index, value) in values.enumerated() {
            let logits = try candidates.map { try ForwardPass([$0[index]]).logits([value]) }
            difference = zip(logits[0], logits[1]).reduce(difference) { max($0, ($1.0 - $1.1).magnitude) }
        }
        guard difference <= tolerance else {
            return Outcome(
                plans: candidates[0],
                warning: "the native engine (\(candidates[1][0].engine.coreName)) differs from OpenBLAS by \(difference) and is not used; please report it")
        }
        let passes = candidates.map { ForwardPass($0) }
        var fastest = [Duration](repeating: .seconds(3600), count: passes.count)
        for _ in 0...rounds {
            for (index, pass) in passes.enumerated() {
                fastest[index] = min(fastest[index], try clock.measure { _ = try pass.logits(values) })
            }
        }
        return Outcome(plans: fastest[1] < fastest[0] ? candidates[1] : candidates[0])
    }

    private static func unavailable(_ why: String, remedy: String) -> InferenceError {
        InferenceError(.unavailablePrecision, "bf16 is not available: \(why)", at: "--precision", remedy: remedy)
    }
}
