/// A model that has been loaded and has shown that it computes what it computed when it was made.
///
///     let model = try ModelFolder.load("Models/cxr-lite0")
///     let worker = model.makeWorker()
///     let score = try worker.score(pixels: film, rows: 2000, columns: 2000)
package struct Model: Sendable {
    /// The folder it came from.
    package let folder: String
    package let description: ModelDescription
    package let network: Network
    /// The largest difference between its reference logits and those it gave at loading.
    package let referenceDifference: Float
    /// Sentences for the log: what was odd about the folder and did no harm.
    package let warnings: [String]
    package let plan: Plan

    package var engine: EngineIdentity { plan.engine }

    /// Bytes of memory that each worker takes.
    package var bytesPerWorker: Int { plan.arenaCount * MemoryLayout<Float>.stride }

    /// A worker of its own memory; weights are shared. Make one for each thread that scores.
    package func makeWorker() -> Worker { Worker(self) }
}
