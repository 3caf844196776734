import Logging
import Storage
import Worklist

/// Gives back the studies that were claimed and not reported for too long.
struct ClaimExpiry {
    let store: WorklistStore
    let minutes: Double
    let clock: WallClock
    let log: Logger

    private static let longestPauseSeconds = 10.0

    func run() async throws {
        while !Task.isCancelled {
            var pause = Self.longestPauseSeconds
            do {
                let now = clock()
                let oldest = try await onBlockingThread { [store, minutes] in
                    try store.releaseClaims(before: now.advanced(bySeconds: -minutes * 60), at: now)
                }
                if let oldest { pause = min(pause, max(0.05, oldest.advanced(bySeconds: minutes * 60).seconds(since: clock()))) }
            } catch {
                log.error("old claims cannot be given back; trying again", metadata: ["error.description": "\(error)"])
            }
            // A claim may have been made meanwhile that ends sooner.
            try await Task.sleep(for: .seconds(min(pause, max(0.05, minutes * 60))))
        }
    }
}
