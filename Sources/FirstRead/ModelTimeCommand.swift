import ArgumentParser
import Foundation
import Inference

struct ModelTime: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "time",
        abstract: "Times forward passes of a network alone, with a fixed pseudo-random input.",
        discussion: """
            One image is split among the threads; of several (--batch), each thread takes whole ones. Milliseconds are those of the
            whole batch.

            EXAMPLES:
              firstread model time --model Models/cxr-lite0
              firstread model time --model Models/cxr-lite0 --engine openblas --threads 2 --batch 8 --json
              firstread model time --model Models/cxr-lite0 --engine native --profile
            """)

    @Option(help: ArgumentHelp("A model folder.", valueName: "dir"))
    var model: String

    @Option(help: "auto, openblas or native.")
    var engine: EngineChoice = .auto

    @Option(help: "f32, or bf16 where the processor has it: 1×1 convolutions of rounded factors.")
    var precision: Precision = .f32

    @Option(help: "How many threads.")
    var threads = 1

    @Option(help: "Images at a time.")
    var batch = 1

    @Option(help: "How often, after one to warm up.")
    var rounds = 20

    @Flag(help: "Print how long each kind of layer takes on one thread.")
    var profile = false

    @Flag(help: "For benchmarks that take turns: read lines with a number of rounds, answer each with the milliseconds of its rounds.")
    var interactive = false

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if !(1...64).contains(threads) || !(1...1024).contains(batch) || !(1...1_000_000).contains(rounds) {
            throw ValidationError("--threads must lie in 1…64, --batch in 1…1024, --rounds in 1…1000000")
        }
    }

    struct Figures: Encodable {
        struct Layers: Encodable {
            var kind: String
            var ms: Double
            var gflops: Double
        }

        var model: String
        var engine: String
        var core: String
        var precision: String
        var threads: Int
        var batch: Int
        var rounds: Int
        var minMilliseconds: Double
        var medianMilliseconds: Double
        var p95Milliseconds: Double
        /// The reference input's logits, so that a benchmark can compare them with a peer's.
        var logits: [Float]
        var bytesPerWorker: Int
        var peakGigaflops: Double
        var profile: [Layers]?

        enum CodingKeys: String, CodingKey {
            case model, engine, core, precision, threads, batch, rounds, logits, profile
            case minMilliseconds = "min_ms"
            case medianMilliseconds = "median_ms"
            case p95Milliseconds = "p95_ms"
            case bytesPerWorker = "bytes_per_worker"
            case peakGigaflops = "peak_gflops"
        }
    }

    func run() throws {
        do {
            try measure()
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(error)
        }
    }

    private func measure() throws {
        let loaded = try ModelFolder.load(model, settings: EngineSettings(engine: engine, precision: precision, threads: batch == 1 ? threads : 1))
        let inputs = loaded.referenceInputs
        let crew = BatchTiming(loaded, inputs: inputs, batch: batch, threads: threads)
        let logits = try crew.warmUp()
        if interactive {
            while let line = readLine(), let rounds = Int(line) {
                let times = try crew.milliseconds(rounds: rounds).map { String(format: "%.3f", $0) }
                FileHandle.standardOutput.write(Data((times.joined(separator: " ") + "\n").utf8))
            }
            return
        }
        let times = try crew.milliseconds(rounds: rounds).sorted()
        let layers = profile ? try ForwardPass(loaded.plans).profile(inputs).entries : nil
        let figures = Figures(
            model: "\(loaded.description.name) \(loaded.description.version)", engine: loaded.engine.name, core: loaded.engine.coreName, precision: precision.rawValue, threads: threads,
            batch: batch, rounds: rounds, minMilliseconds: times[0], medianMilliseconds: times[times.count / 2],
            p95Milliseconds: times[min(times.count - 1, times.count * 95 / 100)], logits: logits, bytesPerWorker: loaded.bytesPerWorker, peakGigaflops: Kernels.best.peakGigaflops(),
            profile: layers?.map { Figures.Layers(kind: $0.kind, ms: $0.milliseconds, gflops: Double($0.operations) / $0.milliseconds / 1e6) })
        print(json ? try JSONOutput.text(figures) : text(figures, loaded))
    }

    private func text(_ figures: Figures, _ model: Model) -> String {
        var lines = [
            String(
                format: "%@, engine %@ %@, %@, %d thread%@, batch %d: median %.2f ms, best %.2f ms, p95 %.2f ms of %d rounds", figures.model,
                model.engine.name, model.engine.coreName, figures.precision, threads, threads == 1 ? "" : "s", batch, figures.medianMilliseconds,
                figures.minMilliseconds, figures.p95Milliseconds, rounds)
        ]
        if let layers = figures.profile {
            lines.append(String(format: "  one core can do %.0f GFLOP/s", figures.peakGigaflops))
            lines += layers.map { String(format: "  %8.3f ms  %7.1f GFLOP/s  %@", $0.ms, $0.gflops, $0.kind) }
        }
        return lines.joined(separator: "\n")
    }
}

/// Batches of one image, each timed.
private struct BatchTiming {
    private let workers: [Worker]
    private let inputs: [[Float]]
    private let batch: Int

    init(_ model: Model, inputs: [[Float]], batch: Int, threads: Int) {
        workers = (0..<(batch == 1 ? 1 : min(threads, batch))).map { _ in model.makeWorker() }
        self.inputs = inputs
        self.batch = batch
    }

    /// Every worker's first image; its logits.
    func warmUp() throws -> [Float] {
        try workers.map { try $0.logits(inputs) }[0]
    }

    func milliseconds(rounds: Int) throws -> [Double] {
        let clock = ContinuousClock()
        return try (0..<rounds).map { _ in
            let start = clock.now
            if workers.count == 1 {
                for _ in 0..<batch { _ = try workers[0].logits(inputs) }
            } else {
                let shares = Workers(workers: workers)
                DispatchQueue.concurrentPerform(iterations: workers.count) { [inputs, batch] index in
                    for _ in stride(from: index, to: batch, by: shares.workers.count) { _ = try? shares.workers[index].logits(inputs, isAlone: false) }
                }
            }
            return start.duration(to: clock.now) / .milliseconds(1)
        }
    }

    /// Each is used by one thread.
    private struct Workers: @unchecked Sendable {
        let workers: [Worker]
    }
}
