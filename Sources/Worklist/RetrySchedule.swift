/// How long to wait before a message goes out again: pauses that double up to a bound.
package struct RetrySchedule: Hashable, Sendable {
    package var firstSeconds = 0.5
    package var greatestSeconds = 300.0

    package init() {}

    /// Seconds after the `attempts`th failure, counted from 1: 0.5, 1, 2, 4 … 300.
    package func pause(afterAttempts attempts: Int) -> Double {
        let doublings = min(max(0, attempts - 1), 62)
        return min(greatestSeconds, firstSeconds * Double(UInt64(1) << UInt64(doublings)))
    }
}
