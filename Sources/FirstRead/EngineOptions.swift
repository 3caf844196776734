import ArgumentParser
import Foundation
import Inference
import ReadingRoom

extension EngineChoice: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}

/// What the networks are run with, as flags.
struct EngineOptions: ParsableArguments {
    @Option(help: "auto, openblas or native; auto takes the faster one, measured when the model is loaded.")
    var engine: EngineChoice = .auto

    @Option(help: "f32, or bf16 where the processor has it: faster, and figures that differ in the third digit.")
    var precision: Precision = .f32

    @Option(help: "Threads that share one image when no other waits (default: one per core, at most 4).")
    var threads = min(4, max(1, ProcessInfo.processInfo.activeProcessorCount))

    func validate() throws {
        if !(1...64).contains(threads) { throw ValidationError("--threads must lie in 1…64") }
    }

    var settings: EngineSettings { EngineSettings(engine: engine, precision: precision, threads: threads) }
}
