import Logging
import Storage
import Worklist

/// Completes studies for which no image has come for a while, and tells the scorer.
struct Assembly {
    let store: WorklistStore
    let quietSeconds: Double
    let clock: WallClock
    let arrivals: Doorbell
    let scoring: Doorbell
    let log: Logger

    func run() async throws {
        while !Task.isCancelled {
            var pause = 1.0
            do {
                let now = clock()
                let result = try await onBlockingThread { [store, quietSeconds] in
                    try store.completeQuietStudies(at: now, quietSeconds: quietSeconds)
                }
                if result.completed > 0 { scoring.ring() }
                if let deadline = result.nextDeadline { pause = min(pause, max(0.01, deadline.seconds(since: clock()))) }
            } catch {
                log.error("completing studies failed; trying again", metadata: ["error.description": "\(error)"])
            }
            await arrivals.wait(atMost: pause)
        }
    }
}
