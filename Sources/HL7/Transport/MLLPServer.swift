package import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Listens for messages, and answers each in its turn.
///
///     let server = try await MLLPServer(settings, log: log) { message, peer in … answer … }
///     print(server.port)
///     try await server.run()         // until its task is cancelled
///
/// Each connection is served by itself: one that talks nonsense, stalls or sends without end is closed, and no other notices.
package final class MLLPServer: Sendable {
    package struct Settings: Sendable {
        package var host: String
        package var port: Int
        package var maximumMessageBytes = 4 << 20
        package var maximumConnections = 64
        /// How long a message may take from its first byte to its last.
        package var messageSeconds = 60.0
        /// A connection on which nothing came for so long is closed.
        package var idleSeconds = 3600.0

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    /// Gets the bytes between the frame's marks and the peer's address, and returns the encoded answer.
    package typealias Answering = @Sendable (_ message: [UInt8], _ peer: String) async -> String

    private typealias Connection = NIOAsyncChannel<[UInt8], ByteBuffer>

    private let settings: Settings
    private let log: Logger
    private let answer: Answering
    private let listening: NIOAsyncChannel<any Channel, Never>
    private let open = Atomic(0)

    /// The port it listens on.
    package let port: Int

    /// Binds; throws where the port is taken or the host is none of this machine's.
    package init(_ settings: Settings, log: Logger, answer: @escaping Answering) async throws {
        self.settings = settings
        self.log = log
        self.answer = answer
        let idle = TimeAmount.milliseconds(Int64(settings.idleSeconds * 1000))
        listening = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // Nothing is read before somebody serves the connection: one that comes while the server stops is never wrapped.
            .childChannelOption(.autoRead, value: false)
            .bind(host: settings.host, port: settings.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers(IdleStateHandler(readTimeout: idle), FrameHandler(settings))
                    return channel
                }
            }
        port = listening.channel.localAddress?.port ?? settings.port
    }

    /// Takes connections until its task is cancelled.
    package func run() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await listening.executeThenClose { connections in
                for try await connection in connections {
                    group.addTask { await self.serve(connection) }
                }
            }
        }
    }

    private func serve(_ channel: any Channel) async {
        let peer = channel.remoteAddress.map { "\($0.ipAddress ?? "?"):\($0.port ?? 0)" } ?? "unknown"
        defer { open.subtract(1, ordering: .relaxed) }
        guard open.add(1, ordering: .relaxed).newValue <= settings.maximumConnections else {
            log.warning("HL7 connection refused: as many as the limit are open", metadata: ["peer": "\(peer)", "limit": "\(settings.maximumConnections)"])
            try? await channel.close().get()
            return
        }
        do {
            let connection = try await channel.eventLoop.submit { try Connection(wrappingChannelSynchronously: channel) }.get()
            try await connection.executeThenClose { messages, answers in
                try await channel.setOption(.autoRead, value: true).get()
                for try await message in messages {
                    let text = await answer(message, peer)
                    try await answers.write(ByteBuffer(bytes: MLLPFrame.bytes(of: text)))
                }
            }
        } catch is CancellationError {
        } catch {
            log.warning("HL7 connection closed", metadata: ["peer": "\(peer)", "reason": "\(error)"])
        }
    }
}

/// Why a connection is closed that could have gone on.
private enum Closing: Error, CustomStringConvertible {
    case silent(seconds: Double)
    case unfinished(seconds: Double)
    case cut

    var description: String {
        switch self {
        case .silent(let seconds): "nothing came for \(seconds) s"
        case .unfinished(let seconds): "a message was not finished within \(seconds) s"
        case .cut: "its peer closed it in the middle of a message"
        }
    }
}

/// Bytes to messages; what is no frame, too long, too slow, or silent ends the connection, and its reader is told why.
private final class FrameHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = [UInt8]

    private let settings: MLLPServer.Settings
    private var reader: MLLPFrameReader
    private var patience: Scheduled<Void>?

    init(_ settings: MLLPServer.Settings) {
        self.settings = settings
        reader = MLLPFrameReader(maximumMessageBytes: settings.maximumMessageBytes)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do {
            let messages = try reader.read(unwrapInboundIn(data).readableBytesView)
            // A message that is finished ends its time; the one that began behind it gets its own.
            if !messages.isEmpty || !reader.isInsideFrame { stopWaiting() }
            if reader.isInsideFrame, patience == nil { startWaiting(context) }
            for message in messages { context.fireChannelRead(wrapInboundOut(message)) }
        } catch {
            close(context, error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        stopWaiting()
        if reader.isInsideFrame { context.fireErrorCaught(Closing.cut) }
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard event is IdleStateHandler.IdleStateEvent else { return context.fireUserInboundEventTriggered(event) }
        close(context, Closing.silent(seconds: settings.idleSeconds))
    }

    private func startWaiting(_ context: ChannelHandlerContext) {
        let seconds = settings.messageSeconds
        patience = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(seconds * 1000))) {
            self.close(context, Closing.unfinished(seconds: seconds))
        }
    }

    private func stopWaiting() {
        patience?.cancel()
        patience = nil
    }

    private func close(_ context: ChannelHandlerContext, _ reason: any Error) {
        stopWaiting()
        context.fireErrorCaught(reason)
        context.close(promise: nil)
    }
}
