/// How long the studies of a category waited from their first image to their report: one element of `GET /api/v1/waits`.
package struct WaitsByCategory: Codable, Sendable, Hashable {
    /// An hour of a day's waits, a day of a week's: by when the studies were read.
    package struct Span: Codable, Sendable, Hashable {
        package var from: Timestamp
        package var n: Int
        @Nullable package var medianMinutes: Double?
        @Nullable package var p95Minutes: Double?

        enum CodingKeys: String, CodingKey {
            case from, n
            case medianMinutes = "median_minutes"
            case p95Minutes = "p95_minutes"
        }
    }

    /// One study: `readAt` nil while it waits.
    package struct Wait: Sendable, Hashable {
        package var category: Category
        package var receivedAt: Timestamp
        package var dueAt: Timestamp?
        package var readAt: Timestamp?

        package init(category: Category, receivedAt: Timestamp, dueAt: Timestamp?, readAt: Timestamp?) {
            self.category = category
            self.receivedAt = receivedAt
            self.dueAt = dueAt
            self.readAt = readAt
        }

        func minutes(at now: Timestamp) -> Double { max(0, (readAt ?? now).seconds(since: receivedAt)) / 60 }
    }

    package var category: Category
    /// Of a routine order.
    @Nullable package var limitMinutes: Double?
    package var n: Int
    @Nullable package var meanMinutes: Double?
    @Nullable package var medianMinutes: Double?
    @Nullable package var p95Minutes: Double?
    /// Read after their own limit.
    package var pastLimit: Int
    package var over: [Span]
    /// Not read yet.
    package var open: Int
    @Nullable package var openOldestMinutes: Double?

    enum CodingKeys: String, CodingKey {
        case category, n, over, open
        case limitMinutes = "limit_minutes"
        case meanMinutes = "mean_minutes"
        case medianMinutes = "median_minutes"
        case p95Minutes = "p95_minutes"
        case pastLimit = "past_limit"
        case openOldestMinutes = "open_oldest_minutes"
    }
}

extension WaitsByCategory {
    /// Days that can be asked for, and how they are divided.
    package enum Period: Int, Sendable, CaseIterable {
        case day = 1
        case week = 7

        package var spans: Int { self == .day ? 24 : 7 }
        package var spanSeconds: Int64 { self == .day ? 3600 : 86_400 }

        /// The beginning of the first span: the last one has begun (UTC).
        package func begin(at now: Timestamp) -> Timestamp {
            let span = spanSeconds * 1_000_000
            return Timestamp(microseconds: (now.microseconds / span - Int64(spans - 1)) * span)
        }
    }

    /// All five categories, the most urgent first.
    package static func of(_ waits: [Wait], limits: WaitingLimits, over period: Period, at now: Timestamp) -> [WaitsByCategory] {
        let begin = period.begin(at: now)
        return Category.allCases.map { category in
            let own = waits.filter { $0.category == category }
            let read = own.filter { $0.readAt.map { $0 >= begin && $0 <= now } ?? false }
            let open = own.filter { $0.readAt == nil }
            let minutes = read.map { $0.minutes(at: now) }.sorted()
            let spans = Dictionary(grouping: read) { Int(($0.readAt ?? now).seconds(since: begin)) / Int(period.spanSeconds) }
            return WaitsByCategory(
                category: category, limitMinutes: limits.minutes(category: category, orderPriority: .routine), n: minutes.count,
                meanMinutes: minutes.isEmpty ? nil : minutes.reduce(0, +) / Double(minutes.count), medianMinutes: quantile(0.5, of: minutes),
                p95Minutes: quantile(0.95, of: minutes),
                pastLimit: read.count { wait in wait.dueAt.map { wait.readAt ?? now > $0 } ?? false },
                over: (0..<period.spans).map { index in
                    let minutes = (spans[index] ?? []).map { $0.minutes(at: now) }.sorted()
                    return Span(
                        from: begin.advanced(bySeconds: Double(Int64(index) * period.spanSeconds)), n: minutes.count, medianMinutes: quantile(0.5, of: minutes),
                        p95Minutes: quantile(0.95, of: minutes))
                },
                open: open.count, openOldestMinutes: open.map { $0.minutes(at: now) }.max())
        }
    }

    /// The smallest value that so large a share is not above; nil of none.
    private static func quantile(_ share: Double, of sorted: [Double]) -> Double? {
        sorted.isEmpty ? nil : sorted[max(0, Int((share * Double(sorted.count)).rounded(.up)) - 1)]
    }
}
