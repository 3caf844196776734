import DICOM
import ServiceLifecycle

/// A stage that works in a loop: told to stop, its loop is cancelled and ends where it has finished what it holds.
struct Stage: Service {
    private let work: @Sendable () async throws -> Void

    init(_ work: @escaping @Sendable () async throws -> Void) { self.work = work }

    func run() async throws { try await cancelWhenGracefulShutdown { try await self.work() } }
}

/// The DICOM listener: told to stop, it takes no association more and lets each finish the object it is at.
struct ListenerStage: Service {
    let listener: StorageListener

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await listener.run()
        } onGracefulShutdown: {
            listener.stop()
        }
    }
}

/// A feed: told to stop, it waits for the acknowledgement of the message that is on its way.
struct FeedStage: Service {
    let post: FeedPost
    let outbox: Doorbell

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await post.run()
        } onGracefulShutdown: {
            outbox.ring()
        }
    }
}
