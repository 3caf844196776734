/// One step of a plan: reads tensors of a worker's arena and writes others, without allocating.
///
/// Weights belong to the layer and are shared by all workers; the arena belongs to one worker.
package protocol Layer: Sendable {
    var input: TensorView { get }
    var output: TensorView { get }
    /// In words, for a profile: `3×3`.
    var kind: String { get }
    /// Multiplications and additions of its definition.
    var operations: Int { get }
    /// Does its share of the work; the layer is done when all shares are. Shares write to different places.
    func run(on arena: UnsafeMutablePointer<Float>, share: Share)
}

/// A part of a layer's work, for one of the threads that do it together.
package struct Share: Sendable, Hashable {
    package var part: Int
    package var parts: Int
    /// The number of the thread that does it, below `parts`: its scratch memory is its own.
    package var thread: Int

    package init(part: Int, of parts: Int, by thread: Int = 0) {
        self.part = part
        self.parts = parts
        self.thread = thread
    }

    package static let whole = Share(part: 0, of: 1)

    package var isFirst: Bool { part == 0 }

    /// The part's own of `count` rows, pixels or tiles.
    @inline(__always)
    func range(_ count: Int) -> Range<Int> { (count &* part / parts)..<(count &* (part &+ 1) / parts) }
}

/// Memory in the arena that a layer may use while it runs, and that holds nothing between layers; as much for each thread.
package struct Scratch: Sendable, Hashable {
    package var offset: Int
    /// In floats, for each thread.
    package var count: Int

    /// Half a megabyte: the part of a layer that is in hand stays in a core's second-level cache.
    package static let preferredCount = 128 << 10

    package init(offset: Int, count: Int = Scratch.preferredCount) {
        self.offset = offset
        self.count = count
    }

    @inline(__always)
    func base(on arena: UnsafeMutablePointer<Float>, _ share: Share) -> UnsafeMutablePointer<Float> {
        arena + (offset &+ share.thread &* count)
    }
}
