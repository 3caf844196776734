import Logging
import ServiceLifecycle
import Storage
import Worklist

/// Carries the outbox of one receiver: oldest first, a study's messages in order, nobody waiting for another study's trouble.
struct OutboxPost {
    let carrier: any Carrier
    let retryHours: Double
    let store: WorklistStore
    let clock: WallClock
    let outbox: Doorbell
    let standings: ReceiverStandings
    let log: Logger
    private let schedule = RetrySchedule()
    private var name: String { carrier.receiver }

    init(carrier: any Carrier, retryHours: Double, store: WorklistStore, clock: @escaping WallClock, outbox: Doorbell, standings: ReceiverStandings, log: Logger) {
        self.carrier = carrier
        self.retryHours = retryHours
        self.store = store
        self.clock = clock
        self.outbox = outbox
        self.standings = standings
        self.log = log
    }

    func run() async throws {
        var unreachable = 0
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            do {
                if let message = try await next() {
                    switch try await deliver(message) {
                    case .reached:
                        unreachable = 0
                        standings.reached(name)
                    case .unreachable(let why):
                        unreachable += 1
                        standings.missed(name, because: why, at: clock())
                        if unreachable == 1 { log.warning("a receiver cannot be reached; its messages wait", metadata: ["feed": "\(name)", "error.description": "\(why)"]) }
                        await outbox.wait(atMost: schedule.pause(afterAttempts: unreachable))
                    }
                } else {
                    await outbox.wait(atMost: 0.5)
                }
            } catch is CancellationError {
                break
            } catch {
                log.error("the outbox cannot be worked on; trying again", metadata: ["feed": "\(name)", "error.description": "\(error)"])
                await outbox.wait(atMost: 1)
            }
        }
        await carrier.close()
    }

    private enum Reach {
        case reached
        case unreachable(String)
    }

    private static let pauseAfterTrouble = Duration.seconds(2)

    private func next() async throws -> QueuedMessage? {
        let now = clock()
        return try await onBlockingThread { [store, name] in try store.nextMessage(of: name, at: now) }
    }

    private func deliver(_ message: QueuedMessage) async throws -> Reach {
        let outcome = await carrier.carry(message)
        while true {
            do {
                return try await keep(outcome, of: message)
            } catch {
                // What the receiver said is known: only writing it down is tried again, or it would get the message once more.
                log.error("an answer cannot be written down; trying again", metadata: metadata(message, ["error.description": "\(error)"]))
                try await Task.sleep(for: Self.pauseAfterTrouble)
            }
        }
    }

    private func keep(_ outcome: DeliveryOutcome, of message: QueuedMessage) async throws -> Reach {
        let now = clock()
        return try await onBlockingThread { try write(outcome, of: message, at: now) }
    }

    private func write(_ outcome: DeliveryOutcome, of message: QueuedMessage, at now: Timestamp) throws -> Reach {
        let isInTime = now.seconds(since: message.createdAt) <= retryHours * 3600
        switch outcome {
        case .done:
            try store.markDelivered(message, by: name, at: now)
        case .doneWithWarning(let reason):
            try store.markDelivered(message, by: name, at: now, note: reason.description)
            log.warning("a message was taken with a warning", metadata: metadata(message, ["reason": "\(reason.sentence)"]))
        case .setAside(let reason):
            try store.setAside(message, by: name, at: now, because: reason.description)
            log.error("a message was refused for good and set aside", metadata: metadata(message, ["reason": "\(reason.sentence)"]))
        case .unreachable(let reason) where isInTime:
            return .unreachable(reason.sentence)
        case .retry(let reason) where isInTime:
            let pause = schedule.pause(afterAttempts: message.attempts + 1)
            try store.retry(message, at: now.advanced(bySeconds: pause), because: reason.description)
            log.warning("a message was not taken; trying again", metadata: metadata(message, ["reason": "\(reason.sentence)", "pause.seconds": "\(pause)"]))
        case .retry(let reason), .unreachable(let reason):
            try store.setAside(message, by: name, at: now, because: "not taken within \(retryHours) hours; last: \(reason)")
            log.error("a message was not taken in time and set aside", metadata: metadata(message, ["reason": "\(reason.sentence)"]))
        }
        return .reached
    }

    private func metadata(_ message: QueuedMessage, _ more: Logger.Metadata) -> Logger.Metadata {
        var metadata: Logger.Metadata = ["feed": "\(name)"]
        metadata.merge(carrier.metadata(of: message)) { $1 }
        metadata.merge(more) { $1 }
        return metadata
    }
}
