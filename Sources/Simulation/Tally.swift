/// What one replication measured.
struct Tally {
    private struct Record {
        var wait: Float
        var turnaround: Float
        var groups: UInt64
    }

    /// Of one group.
    struct Summary {
        var n: Int
        var wait: Waits
        var turnaround: Waits
        var pastLimit: Int
        /// Points.
        var cost: Double
    }

    /// Minutes.
    struct Waits {
        var mean: Double
        var median: Double
        var p95: Double
        var max: Double

        init(_ minutes: inout [Float]) {
            minutes.sort()
            func quantile(_ share: Double) -> Double { Double(minutes[min(minutes.count - 1, Int((share * Double(minutes.count)).rounded(.down)))]) }
            mean = minutes.reduce(0.0) { $0 + Double($1) } / Double(minutes.count)
            median = quantile(0.5)
            p95 = quantile(0.95)
            max = Double(minutes[minutes.count - 1])
        }
    }

    private var records: [Record] = []
    private var pastLimit: [Int]
    private var costs: [Double]
    private var counts: [Int]
    private(set) var readingMinutes = 0.0
    /// Measured or not.
    var arrivals = 0

    init(groups: Int) {
        pastLimit = [Int](repeating: 0, count: groups)
        costs = [Double](repeating: 0, count: groups)
        counts = [Int](repeating: 0, count: groups)
    }

    mutating func add(waitMinutes: Double, turnaroundMinutes: Double, groups: UInt64, isPastLimit: Bool, cost: Double) {
        records.append(Record(wait: Float(waitMinutes), turnaround: Float(turnaroundMinutes), groups: groups))
        readingMinutes += turnaroundMinutes - waitMinutes
        var left = groups
        while left != 0 {
            let group = left.trailingZeroBitCount
            left &= left - 1
            counts[group] += 1
            costs[group] += cost
            if isPastLimit { pastLimit[group] += 1 }
        }
    }

    /// nil where the group has no study.
    func summary(of group: Int) -> Summary? {
        guard counts[group] > 0 else { return nil }
        let bit: UInt64 = 1 << UInt64(group)
        var waits: [Float] = [], turnarounds: [Float] = []
        waits.reserveCapacity(counts[group])
        turnarounds.reserveCapacity(counts[group])
        for record in records where record.groups & bit != 0 {
            waits.append(record.wait)
            turnarounds.append(record.turnaround)
        }
        return Summary(n: counts[group], wait: Waits(&waits), turnaround: Waits(&turnarounds), pastLimit: pastLimit[group], cost: costs[group])
    }
}
