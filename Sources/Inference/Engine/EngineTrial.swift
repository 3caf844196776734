/// Which engine is the faster one for a network on this processor, found out by running both.
///
/// The native engine is taken only where it gives what OpenBLAS gives.
enum EngineTrial {
    /// The largest difference of a logit between the engines.
    static let tolerance: Float = 1e-4
    private static let rounds = 3

    struct Outcome {
        var plan: Plan
        /// Worth a line in the log.
        var warning: String?
    }

    static func plan(
        _ network: Network, weights: SafetensorsFile, choice: EngineChoice, threads: Int, input: [Float], clock: some Clock<Duration> = ContinuousClock()
    ) throws -> Outcome {
        func made(_ engine: Engine) throws -> Plan { try Plan(network, weights: weights, engine: engine, threads: threads) }
        switch choice {
        case .openBLAS: return Outcome(plan: try made(.openBLAS))
        case .native: return Outcome(plan: try made(.native))
        case .auto: break
        }
        let plans = [try made(.openBLAS), try made(.native)]
        let passes = plans.map { ForwardPass($0) }
        let logits = try passes.map { try $0.logits(input) }
        let difference = zip(logits[0], logits[1]).reduce(Float(0)) { max($0, ($1.0 - $1.1).magnitude) }
        guard difference <= tolerance else {
            return Outcome(
                plan: plans[0],
                warning: "the native engine (\(plans[1].engine.coreName)) differs from OpenBLAS by \(difference) and is not used; please report it")
        }
        var fastest = [Duration](repeating: .seconds(3600), count: passes.count)
        for _ in 0..<rounds {
            for (index, pass) in passes.enumerated() {
                fastest[index] = min(fastest[index], try clock.measure { _ = try pass.logits(input) })
            }
        }
        return Outcome(plan: fastest[1] < fastest[0] ? plans[1] : plans[0])
    }
}
