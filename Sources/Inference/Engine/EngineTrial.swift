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

    /// - Parameter networks: the same weights at each size; the first one is tried.
    static func plans(
        _ networks: [Network], weights: SafetensorsFile, settings: EngineSettings, input: ReferenceInput,
        clock: some Clock<Duration> = ContinuousClock()
    ) throws -> Outcome {
        let pools: [Engine: ConstantPool] = [.openBLAS: ConstantPool(), .native: ConstantPool()]
        func made(_ engine: Engine, _ network: Network) throws -> Plan {
            try Plan(
                network, weights: weights, engine: engine, precision: settings.precision, threads: settings.threads,
                pool: pools[engine] ?? ConstantPool())
        }
        func outcome(_ engine: Engine, warning: String? = nil, first: Plan? = nil) throws -> Outcome {
            let first = try first ?? made(engine, networks[0])
            return Outcome(plans: try [first] + networks.dropFirst().map { try made(engine, $0) }, warning: warning)
        }
        switch (settings.precision, settings.engine) {
        case (.f32, .openBLAS): return try outcome(.openBLAS)
        case (.f32, .native): return try outcome(.native)
        case (.f32, .auto): break
        case (.bf16, .openBLAS): throw unavailable("OpenBLAS multiplies 32-bit floats here", remedy: "take --engine native, or --precision f32")
        case (.bf16, _):
            guard Kernels.best.hasBF16 else {
                throw unavailable("this processor has no instruction for it (AVX-512 BF16)", remedy: "take --precision f32")
            }
            return try outcome(.native)
        }
        let engines = [Engine.openBLAS, .native]
        let plans = try engines.map { try made($0, networks[0]) }
        let passes = plans.map { ForwardPass($0) }
        let values = input.values(count: networks[0].input.count)
        let logits = try passes.map { try $0.logits(values) }
        let difference = zip(logits[0], logits[1]).reduce(Float(0)) { max($0, ($1.0 - $1.1).magnitude) }
        guard difference <= tolerance else {
            return try outcome(
                .openBLAS,
                warning: "the native engine (\(plans[1].engine.coreName)) differs from OpenBLAS by \(difference) and is not used; please report it",
                first: plans[0])
        }
        var fastest = [Duration](repeating: .seconds(3600), count: passes.count)
        for _ in 0..<rounds {
            for (index, pass) in passes.enumerated() {
                fastest[index] = min(fastest[index], try clock.measure { _ = try pass.logits(values) })
            }
        }
        let faster = fastest[1] < fastest[0] ? 1 : 0
        return try outcome(engines[faster], first: plans[faster])
    }

    private static func unavailable(_ why: String, remedy: String) -> InferenceError {
        InferenceError(.unavailablePrecision, "bf16 is not available: \(why)", at: "--precision", remedy: remedy)
    }
}
