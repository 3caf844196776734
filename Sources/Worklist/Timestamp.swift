package import FoundationEssentials

/// A moment of wall time, in whole microseconds since 1970-01-01T00:00:00Z, so that it survives storage and comparison exactly.
///
///     Timestamp(microseconds: 0).rfc3339   // "1970-01-01T00:00:00.000Z"
package struct Timestamp: Hashable, Sendable, Comparable, Codable {
    package var microseconds: Int64

    package init(microseconds: Int64) { self.microseconds = microseconds }

    package init(_ date: Date) { microseconds = Int64(microsecondsIn: date.timeIntervalSince1970) }

    package var date: Date { Date(timeIntervalSince1970: Double(microseconds) / 1_000_000) }

    /// RFC 3339, UTC, to the millisecond.
    package var rfc3339: String { date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }

    /// Reads RFC 3339 text, with or without fractions of a second; nil where it is none.
    package init?(rfc3339 text: String) {
        let date =
            (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            ?? (try? Date(text, strategy: Date.ISO8601FormatStyle()))
        guard let date else { return nil }
        self.init(date)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let value = Timestamp(rfc3339: text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time: \(text)")
        }
        self = value
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rfc3339)
    }

    /// The first or last moment there is where the sum lies beyond it; the same moment where `seconds` is no number.
    package func advanced(bySeconds seconds: Double) -> Timestamp {
        let step = Int64(microsecondsIn: seconds)
        let (sum, isBeyond) = microseconds.addingReportingOverflow(step)
        return Timestamp(microseconds: isBeyond ? (step < 0 ? .min : .max) : sum)
    }

    /// Seconds from `earlier` to this moment; negative where it lies before.
    package func seconds(since earlier: Timestamp) -> Double {
        let (difference, isBeyond) = microseconds.subtractingReportingOverflow(earlier.microseconds)
        return (isBeyond ? Double(microseconds) - Double(earlier.microseconds) : Double(difference)) / 1_000_000
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }
}

extension Int64 {
    /// The nearest there is; 0 where `seconds` is no number.
    fileprivate init(microsecondsIn seconds: Double) {
        let microseconds = (seconds * 1_000_000).rounded()
        self = Int64(exactly: microseconds) ?? (microseconds.isNaN ? 0 : microseconds < 0 ? .min : .max)
    }
}

/// Where a rule's "now" comes from: the system's clock in the service, a value in a test.
package typealias WallClock = @Sendable () -> Timestamp
