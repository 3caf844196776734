import HL7
import Logging
import ServiceLifecycle
import Storage
import Worklist

/// Carries the outbox of one receiver: oldest first, a study's messages in order, nobody waiting for another study's trouble.
struct FeedPost {
    let address: FeedAddress
    let settings: FeedSettings
    let store: WorklistStore
    let client: MLLPClient
    let clock: WallClock
    let outbox: Doorbell
    let log: Logger
    private let schedule = RetrySchedule()
    private var name: String { address.description }

    func run() async throws {
        var unreachable = 0
        while !Task.isCancelled, !Task.isShuttingDownGracefully {
            do {
                if let message = try await next() {
                    switch try await deliver(message) {
                    case .reached: unreachable = 0
                    case .unreachable(let why):
                        unreachable += 1
                        if unreachable == 1 { log.warning("a feed cannot be reached; its messages wait", metadata: ["feed": "\(name)", "error.description": "\(why)"]) }
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
        await client.close()
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
        let outcome = await client.send(message.body, controlID: message.controlID)
        while true {
            do {
                return try await keep(outcome, of: message)
            } catch {
                // What the receiver said is known: only writing it down is tried again, or it would get the message once more.
                log.error("an acknowledgement cannot be written down; trying again", metadata: ["feed": "\(name)", "hl7.control-id": "\(message.controlID)", "error.description": "\(error)"])
                try await Task.sleep(for: Self.pauseAfterTrouble)
            }
        }
    }

    private func keep(_ outcome: Delivery.Outcome, of message: QueuedMessage) async throws -> Reach {
        let now = clock()
        let age = now.seconds(since: message.createdAt)
        return try await onBlockingThread { [store, name, settings, schedule, log] in
            switch outcome {
            case .done:
                try store.markDelivered(message, by: name, at: now)
                return .reached
            case .setAside(let reason):
                try store.setAside(message, by: name, at: now, because: reason.description)
                log.error("a message was refused for good and set aside", metadata: ["feed": "\(name)", "hl7.control-id": "\(message.controlID)", "reason": "\(reason.sentence)"])
                return .reached
            case .unreachable(let reason) where age <= settings.retryHours * 3600:
                return .unreachable(reason.sentence)
            case .retry(let reason), .unreachable(let reason):
                guard age <= settings.retryHours * 3600 else {
                    let sentence = "not taken within \(settings.retryHours) hours; last: \(reason)"
                    try store.setAside(message, by: name, at: now, because: sentence)
                    log.error("a message was not taken in time and set aside", metadata: ["feed": "\(name)", "hl7.control-id": "\(message.controlID)", "reason": "\(reason.sentence)"])
                    return .reached
                }
                let pause = schedule.pause(afterAttempts: message.attempts + 1)
                try store.retry(message, at: now.advanced(bySeconds: pause), because: reason.description)
                log.warning("a message was not taken; trying again", metadata: ["feed": "\(name)", "hl7.control-id": "\(message.controlID)", "reason": "\(reason.sentence)", "pause.seconds": "\(pause)"])
                return .reached
            }
        }
    }
}
