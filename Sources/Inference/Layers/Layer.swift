/// One step of a plan: reads tensors of a worker's arena and writes others, without allocating.
///
/// Weights belong to the layer and are shared by all workers; the arena belongs to one worker.
package protocol Layer: Sendable {
    var input: TensorView { get }
    var output: TensorView { get }
    func run(on arena: UnsafeMutablePointer<Float>)
    /// The same result computed the plain way, in double precision: from the input's values to the output's, both dense.
    ///
    /// Slow on purpose. The tests hold `run` against it.
    func naive(_ input: [Float]) -> [Float]
}

/// Memory in the arena that a layer may use while it runs, and that holds nothing between layers.
package struct Scratch: Sendable, Hashable {
    package var offset: Int
    /// In floats.
    package var count: Int

    /// Half a megabyte: the part of a layer that is in hand stays in a core's second-level cache.
    package static let preferredCount = 128 << 10

    package init(offset: Int, count: Int = Scratch.preferredCount) {
        self.offset = offset
        self.count = count
    }
}
