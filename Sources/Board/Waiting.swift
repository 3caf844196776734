package import Worklist

/// How long a study has waited, and how that stands to its limit.
package struct Waiting: Hashable, Sendable {
    package enum Level: Sendable {
        case withoutLimit
        case within
        case near
        case past
    }

    /// From this share of its limit on, a study is near it.
    package static let nearShare = RoomStatus.nearShare

    package var waitedSeconds: Double
    package var limitSeconds: Double?

    package init(since receivedAt: Timestamp, dueAt: Timestamp?, at now: Timestamp) {
        waitedSeconds = max(0, now.seconds(since: receivedAt))
        limitSeconds = dueAt.map { max(0, $0.seconds(since: receivedAt)) }
    }

    package init(_ item: WorklistItem, at now: Timestamp) { self.init(since: item.receivedAt, dueAt: item.dueAt, at: now) }

    package var level: Level {
        guard let limitSeconds else { return .withoutLimit }
        if waitedSeconds >= limitSeconds { return .past }
        return waitedSeconds >= Self.nearShare * limitSeconds ? .near : .within
    }

    /// "12m/15m"; "12m" where no limit was agreed. Too long for its columns, the wait goes down to whole hours.
    package func text(columns: Int = .max) -> String {
        let limit = limitSeconds.map { "/\(Self.words($0))" } ?? ""
        let exact = Self.words(waitedSeconds) + limit
        return exact.count <= columns || waitedSeconds < 3600 ? exact : Self.words((waitedSeconds / 3600).rounded(.down) * 3600) + limit
    }

    /// The share of the limit as a bar of so many columns, in eighths of a column; past the limit it says so.
    ///
    ///     ███▍          within
    ///     ███PAST███    past
    func bar(columns: Int) -> StyledLine {
        guard columns > 0, let limitSeconds else { return StyledLine(String(repeating: "·", count: columns), .faint) }
        if level == .past {
            let word = DisplayWidth.truncated("PAST", to: columns)
            let left = (columns - word.count) / 2
            return StyledLine(String(repeating: " ", count: left) + word + String(repeating: " ", count: columns - word.count - left), .barPast)
        }
        let eighths = min(columns * 8, Int(waitedSeconds / limitSeconds * Double(columns * 8)))
        let ink: Ink = level == .near ? .barNear : .barWithin
        var line = StyledLine(String(repeating: "█", count: eighths / 8), ink)
        if eighths % 8 > 0 { line.add(String(Self.eighths[eighths % 8 - 1]), ink) }
        line.add(String(repeating: "·", count: columns - line.columns), .faint)
        return line
    }

    private static let eighths = Array("▏▎▍▌▋▊▉")

    /// A span of time as short as it can be read across a room: "59m", "1h05", "10h", "3d".
    package static func words(_ seconds: Double) -> String {
        let minutes = Int(max(0, min(seconds, 1e12)) / 60)
        switch minutes {
        case ..<60: return "\(minutes)m"
        case ..<600 where minutes % 60 != 0: return "\(minutes / 60)h\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)"
        case ..<2880: return "\(minutes / 60)h"
        default: return "\(minutes / 1440)d"
        }
    }
}
