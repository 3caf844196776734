/// A model that has been loaded and has shown that it computes what it computed when it was made.
///
///     let model = try ModelFolder.load("Models/cxr-lite0")
///     let worker = model.makeWorker()
///     let score = try worker.score(film)
package struct Model: Sendable {
    /// The folder it came from.
    package let folder: String
    package let description: ModelDescription
    package let network: Network
    /// The largest difference between its reference logits and those it gave at loading.
    package let referenceDifference: Float
    /// Sentences for the log: what was odd about the folder and did no harm.
    package let warnings: [String]
    /// One for each size at which the network looks at an image, `network`'s own first. They share their weights.
    package let plans: [Plan]

    package var engine: EngineIdentity { plans[0].engine }

    /// Bytes of memory that each worker takes.
    package var bytesPerWorker: Int { plans.reduce(0) { $0 + $1.arenaCount } * MemoryLayout<Float>.stride }

    /// The formula's input at each size; the mean of their logits is `description.reference.logits`.
    package var referenceInputs: [[Float]] { plans.map { description.reference.input.values(count: $0.network.input.count) } }

    /// A worker of its own memory; weights are shared. Make one for each thread that scores.
    package func makeWorker() -> Worker { Worker(self) }
}
