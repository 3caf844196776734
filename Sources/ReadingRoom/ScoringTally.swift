import Storage
import Synchronization
import Worklist

/// Counts what the scorers did since the service started; read by `/metrics`.
final class ScoringTally: Sendable {
    struct Figures: Sendable {
        var scored = 0
        var unscored = 0
        /// Seconds from completion to outcome, counted into buckets with these upper bounds.
        var buckets = [Int](repeating: 0, count: ScoringTally.bounds.count)
        var seconds = 0.0
        var count: Int { scored + unscored }
    }

    static let bounds: [Double] = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

    private let figures = Mutex(Figures())

    func count(_ outcome: ScoringOutcome, seconds: Double) {
        figures.withLock { figures in
            if outcome.category == .unscored { figures.unscored += 1 } else { figures.scored += 1 }
            figures.seconds += seconds
            for (index, bound) in Self.bounds.enumerated() where seconds <= bound { figures.buckets[index] += 1 }
        }
    }

    var now: Figures { figures.withLock { $0 } }
}
