internal import Glibc

/// Numbers that layers read, in memory that stays where it is.
package struct Constants: @unchecked Sendable {
    // Written before anybody else sees it, and then only read.
    let base: UnsafePointer<Float>
    package let count: Int
    private let slab: Slab

    fileprivate init(base: UnsafePointer<Float>, count: Int, slab: Slab) {
        self.base = base
        self.count = count
        self.slab = slab
    }

    package var values: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }
}

/// Where a network's constants are placed while its plan is built: side by side, in pages as large as the system has. What is there
/// already is not placed a second time.
///
///     let pool = ConstantPool()
///     let bias = pool.place([0.5, 1], paddedTo: 16)
package final class ConstantPool {
    private var slab: Slab?
    private var used = 0
    /// Floats that are taken.
    package private(set) var count = 0
    /// By a hash of their bytes.
    private var placed: [Int: [Constants]] = [:]
    /// In floats: 16 MB.
    private static let slabCount = 4 << 20
    /// A cache line of floats.
    private static let grain = 16

    package init() {}

    package func place(count: Int, _ fill: (UnsafeMutablePointer<Float>) -> Void) -> Constants {
        let length = (max(count, 1) + Self.grain - 1) / Self.grain * Self.grain
        if slab == nil || used + length > slab?.count ?? 0 {
            slab = Slab(count: max(length, Self.slabCount))
            used = 0
        }
        guard let slab else { preconditionFailure("a slab was just made") }
        let base = slab.base + used
        fill(base)
        let bytes = UnsafeRawBufferPointer(start: base, count: count * MemoryLayout<Float>.stride)
        var hasher = Hasher()
        hasher.combine(bytes: bytes)
        let hash = hasher.finalize()
        if let same = placed[hash, default: []].first(where: { $0.count == count && memcmp($0.base, base, bytes.count) == 0 }) { return same }
        used += length
        self.count += length
        let constants = Constants(base: base, count: count, slab: slab)
        placed[hash, default: []].append(constants)
        return constants
    }

    /// The values, then zeros up to a multiple of `multiple`.
    package func place(_ values: [Float], paddedTo multiple: Int = 1) -> Constants {
        let count = (values.count + multiple - 1) / multiple * multiple
        return place(count: count) { target in
            target.update(repeating: 0, count: count)
            for (index, value) in values.enumerated() { target[index] = value }
        }
    }
}

/// Memory for floats that begins at a large page's border.
///
/// Walking through 28 MB of weights in pages of 4 KB costs a look-up in memory every few products; pages of 2 MB don't.
final class Slab: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    let count: Int

    private static let pageBytes = 2 << 20

    init(count: Int) {
        let bytes = max(count, 1) * MemoryLayout<Float>.stride
        let alignment = bytes >= Self.pageBytes ? Self.pageBytes : 64
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: alignment)
        // A wish: where the system has no large pages to give, small ones do.
        if bytes >= Self.pageBytes { madvise(raw, bytes / Self.pageBytes * Self.pageBytes, MADV_HUGEPAGE) }
        base = raw.bindMemory(to: Float.self, capacity: max(count, 1))
        self.count = count
    }

    deinit { base.deallocate() }
}
