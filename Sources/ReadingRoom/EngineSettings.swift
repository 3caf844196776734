package import Inference

/// What the networks are run with.
package struct EngineSettings: Sendable, Hashable {
    package var engine: EngineChoice
    /// How many share the work on an image that comes alone.
    package var threads: Int

    package init(engine: EngineChoice = .auto, threads: Int = 1) {
        self.engine = engine
        self.threads = threads
    }
}
