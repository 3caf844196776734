import DICOM
import NIOCore
import ServiceLifecycle
import Web

/// A stage that works in a loop: told to stop, its loop is cancelled and ends where it has finished what it holds.
struct Stage: Service {
    private let work: @Sendable () async throws -> Void

    init(_ work: @escaping @Sendable () async throws -> Void) { self.work = work }

    func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await self.work() }
        } catch is CancellationError {
            // That is how a loop ends that was told to; to the group it would be a failure.
        }
    }
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

/// The post to one receiver: told to stop, it waits for the answer to the message that is on its way.
struct PostStage: Service {
    let post: OutboxPost
    let outbox: Doorbell

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await post.run()
        } onGracefulShutdown: {
            outbox.ring()
        }
    }
}

/// The page and the API: told to stop, the server ends its idle connections and answers what has been asked.
struct WebStage: Service {
    let web: WebServer
    let settings: HTTPSettings
    let changes: ChangeFeed
    let ready: @Sendable (_ port: Int) -> Void

    func run() async throws {
        do {
            // Pages that listen would hold the server up until the last of them closes.
            try await withGracefulShutdownHandler {
                try await web.run(onReady: ready)
            } onGracefulShutdown: {
                changes.close()
            }
        } catch let error as IOError {
            throw PortError(service: "HTTP", host: settings.host, port: Int(settings.port), settings: "--http-host and --http-port", cause: error)
        }
    }
}
