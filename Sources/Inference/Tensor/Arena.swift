/// The one block of memory that a worker's tensors live in, allocated once.
package final class Arena {
    package var base: UnsafeMutablePointer<Float> { slab.base }
    /// In floats.
    package let count: Int
    private let slab: Slab

    package init(count: Int) {
        self.count = max(count, 1)
        slab = Slab(count: self.count)
        base.initialize(repeating: 0, count: self.count)
    }
}

/// Decides, before any memory exists, where in the arena each tensor goes; what has been released is used again.
package struct ArenaLayout {
    private var free: [Range<Int>] = []
    private var taken: [Int: Int] = [:]
    /// The length the arena must have.
    package private(set) var count = 0

    /// A cache line of floats.
    private static let grain = 16

    package init() {}

    package mutating func reserve(_ wanted: Int) -> Int {
        let length = (wanted + ArenaLayout.grain - 1) / ArenaLayout.grain * ArenaLayout.grain
        let start: Int
        if let hole = free.firstIndex(where: { $0.count >= length }) {
            start = free[hole].lowerBound
            free[hole] = (start + length)..<free[hole].upperBound
            if free[hole].isEmpty { free.remove(at: hole) }
        } else if let last = free.last, last.upperBound == count {
            start = last.lowerBound
            free.removeLast()
            count = start + length
        } else {
            start = count
            count += length
        }
        taken[start] = length
        return start
    }

    package mutating func release(_ start: Int) {
        guard let length = taken.removeValue(forKey: start) else { return }
        free.append(start..<(start + length))
        free.sort { $0.lowerBound < $1.lowerBound }
        var joined: [Range<Int>] = []
        for hole in free {
            if let last = joined.last, last.upperBound == hole.lowerBound {
                joined[joined.count - 1] = last.lowerBound..<hole.upperBound
            } else {
                joined.append(hole)
            }
        }
        free = joined
    }
}
