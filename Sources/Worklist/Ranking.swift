/// The courses of the open studies, kept for sorting: 33 bytes a study, in order of arrival.
///
///     var ranking = Ranking()
///     for study in studiesInOrderOfArrival { ranking.append(policy.course(of: weighing.claim(of: study))) }
///     ranking.order(at: now)          // positions in reading order
///     ranking.first(50, at: now)      // the same list's beginning, without sorting the rest
///
/// Ties keep the order in which studies were appended.
package struct Ranking: Sendable {
    private var tiers: [UInt8] = []
    private var bases: [Double] = []
    private var growths: [Double] = []
    private var origins: [Int64] = []
    /// Microseconds; the largest number where there is no limit.
    private var limits: [Int64] = []

    package static let bytesPerStudy = 33

    package init() {}

    package init(_ courses: some Sequence<Course>) {
        for course in courses { append(course) }
    }

    package var count: Int { tiers.count }

    package mutating func reserveCapacity(_ studies: Int) {
        tiers.reserveCapacity(studies)
        bases.reserveCapacity(studies)
        growths.reserveCapacity(studies)
        origins.reserveCapacity(studies)
        limits.reserveCapacity(studies)
    }

    package mutating func append(_ course: Course) {
        let line = course.standing.line
        tiers.append(course.standing.tier.rawValue)
        bases.append(line.base)
        growths.append(line.growth)
        origins.append(line.since)
        limits.append(course.limitedAt?.microseconds ?? .max)
    }

    /// All positions in reading order: a stable radix sort by value, then by tier.
    package func order(at now: Timestamp) -> [Int] {
        guard count > 1 else { return Array(0..<count) }
        var entries = [Entry](unsafeUninitializedCapacity: count) { buffer, filled in
            forEachKey(at: now) { buffer.initializeElement(at: Int($0.position), to: $0) }
            filled = count
        }
        RadixSort.sort(&entries)
        return entries.map { Int($0.position) }
    }

    /// The positions of the first `wanted` places: a heap of the best so far, its worst on top, over one pass of the studies.
    package func first(_ wanted: Int, at now: Timestamp) -> [Int] {
        guard wanted < count else { return order(at: now) }
        guard wanted > 0 else { return [] }
        var heap: [Entry] = []
        heap.reserveCapacity(wanted)
        forEachKey(at: now) { entry in
            if heap.count < wanted {
                heap.append(entry)
                if heap.count == wanted { heap.sort { $1.isBefore($0) } }
            } else if entry.isBefore(heap[0]) {
                Self.replaceWorst(&heap, with: entry)
            }
        }
        return heap.sorted { $0.isBefore($1) }.map { Int($0.position) }
    }

    /// One study's standing as one number that sorts ascending in reading order.
    struct Entry {
        /// The tier, turned round.
        var tier: UInt8
        var position: UInt32
        /// The value's bits, turned so that a higher value is a smaller number.
        var value: UInt64

        func isBefore(_ other: Entry) -> Bool {
            if tier != other.tier { return tier < other.tier }
            if value != other.value { return value < other.value }
            return position < other.position
        }
    }

    @inline(__always)
    private func forEachKey(at now: Timestamp, _ take: (Entry) -> Void) {
        precondition(count <= Int(UInt32.max))
        let now = now.microseconds
        tiers.withUnsafeBufferPointer { tiers in
            bases.withUnsafeBufferPointer { bases in
                growths.withUnsafeBufferPointer { growths in
                    origins.withUnsafeBufferPointer { origins in
                        limits.withUnsafeBufferPointer { limits in
                            for position in 0..<tiers.count {
                                let isPast = now >= limits[position]
                                let tier = isPast ? Standing.Tier.pastLimit.rawValue : tiers[position]
                                let value =
                                    isPast
                                    ? -Double(limits[position])
                                    : bases[position] + growths[position] * Double(now - origins[position])
                                take(Entry(tier: ~tier, position: UInt32(truncatingIfNeeded: position), value: Self.descending(value)))
                            }
                        }
                    }
                }
            }
        }
    }

    /// A double's bits so that unsigned comparison orders them from high to low.
    @inline(__always)
    private static func descending(_ value: Double) -> UInt64 {
        // Adding 0 turns −0 into 0: equal values, equal bits.
        let bits = (value + 0).bitPattern
        let ascending = bits >> 63 == 0 ? bits | 1 << 63 : ~bits
        return ~ascending
    }

    private static func replaceWorst(_ heap: inout [Entry], with entry: Entry) {
        var hole = 0
        while true {
            var child = 2 * hole + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child].isBefore(heap[child + 1]) { child += 1 }
            guard entry.isBefore(heap[child]) else { break }
            heap[hole] = heap[child]
            hole = child
        }
        heap[hole] = entry
    }
}

/// A stable radix sort of ranking entries, least significant digit first; digits that all entries share are passed over.
private enum RadixSort {
    private static let digitBits = 11
    private static let buckets = 1 << digitBits
    private static let digits = (64 + digitBits - 1) / digitBits

    static func sort(_ entries: inout [Ranking.Entry]) {
        var counts = [Int](repeating: 0, count: buckets * digits)
        var tierCounts = [Int](repeating: 0, count: 256)
        for entry in entries {
            for digit in 0..<digits { counts[digit * buckets + bucket(entry, digit)] += 1 }
            tierCounts[Int(entry.tier)] += 1
        }
        var scratch = entries
        for digit in 0..<digits {
            let ofDigit = counts[(digit * buckets)..<((digit + 1) * buckets)]
            if ofDigit.contains(entries.count) { continue }
            scatter(entries, into: &scratch, counts: Array(ofDigit)) { bucket($0, digit) }
            swap(&entries, &scratch)
        }
        if !tierCounts.contains(entries.count) {
            scatter(entries, into: &scratch, counts: tierCounts) { Int($0.tier) }
            swap(&entries, &scratch)
        }
    }

    @inline(__always)
    private static func bucket(_ entry: Ranking.Entry, _ digit: Int) -> Int {
        Int(truncatingIfNeeded: entry.value >> UInt64(digit * digitBits)) & (buckets - 1)
    }

    @inline(__always)
    private static func scatter(
        _ entries: [Ranking.Entry], into scratch: inout [Ranking.Entry], counts: [Int], by bucket: (Ranking.Entry) -> Int
    ) {
        var next = counts
        var sum = 0
        for index in next.indices {
            let count = next[index]
            next[index] = sum
            sum += count
        }
        scratch.withUnsafeMutableBufferPointer { scratch in
            next.withUnsafeMutableBufferPointer { next in
                for entry in entries {
                    let index = bucket(entry)
                    scratch[next[index]] = entry
                    next[index] += 1
                }
            }
        }
    }
}
