/// What the networks are run with.
package struct EngineSettings: Sendable, Hashable {
    package var engine: EngineChoice
    package var precision: Precision
    /// How many share the work on an image that comes alone.
    package var threads: Int

    package init(engine: EngineChoice = .auto, precision: Precision = .f32, threads: Int = 1) {
        self.engine = engine
        self.precision = precision
        self.threads = threads
    }
}
