extension RoomStatus {
    /// From this share of its limit on, a study is near it.
    package static let nearShare = 0.75

    /// What waits of each category, all five, the most urgent first; reported studies don't wait.
    package static func waiting(_ items: [WorklistItem], at now: Timestamp) -> [Waiting] {
        var counts = Dictionary(
            uniqueKeysWithValues: Category.allCases.map { ($0, Waiting(category: $0, count: 0, oldestMinutes: nil, pastLimit: 0, nearLimit: 0)) })
        for item in items where item.state != .reported {
            let waited = max(0, now.seconds(since: item.receivedAt))
            counts[item.category]?.count += 1
            let oldest = counts[item.category]?.oldestMinutes ?? 0
            counts[item.category]?.oldestMinutes = max(oldest, waited / 60)
            guard let dueAt = item.dueAt else { continue }
            if now >= dueAt {
                counts[item.category]?.pastLimit += 1
            } else if waited >= nearShare * dueAt.seconds(since: item.receivedAt) {
                counts[item.category]?.nearLimit += 1
            }
        }
        return Category.allCases.compactMap { counts[$0] }
    }

    private static let hour: Int64 = 3_600_000_000
    package static let hoursShown = 24

    /// The first of the clock hours that are shown at `now`.
    package static func firstHour(at now: Timestamp) -> Timestamp {
        Timestamp(microseconds: (now.microseconds / hour - Int64(hoursShown - 1)) * hour)
    }

    /// The last 24 clock hours, oldest first, from counts by the hour's beginning.
    package static func hours(arrived: [Timestamp: Int], read: [Timestamp: Int], at now: Timestamp) -> [Hour] {
        let first = firstHour(at: now)
        return (0..<hoursShown).map { index in
            let from = Timestamp(microseconds: first.microseconds + Int64(index) * hour)
            return Hour(from: from, arrived: arrived[from] ?? 0, read: read[from] ?? 0)
        }
    }
}
