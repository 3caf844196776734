import Foundation
import NIOCore
import NIOPosix
import Worklist

/// Sends messages to one receiver, one at a time over one connection, and waits for each one's acknowledgement.
///
///     let client = MLLPClient(MLLPClient.Settings(host: "pacs.example", port: 2575))
///     switch await client.send(message, controlID: "FR0001") { case .done: … }
///
/// Calls must follow one another; the connection is made when it is needed and made anew after every trouble.
package actor MLLPClient {
    package struct Settings: Sendable {
        package var host: String
        package var port: Int
        package var connectSeconds = 5.0
        /// How long an acknowledgement may take.
        package var answerSeconds = 30.0
        package var maximumAnswerBytes = 1 << 20

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }
    }

    private let settings: Settings
    private var channel: (any Channel)?

    package init(_ settings: Settings) {
        self.settings = settings
    }

    /// Returns when the message's fate is known; a cancelled task gets `.retry` at once.
    package func send(_ message: String, controlID: String) async -> Delivery.Outcome {
        let channel: any Channel
        do {
            channel = try await connected()
        } catch {
            return .unreachable("no connection to \(settings.host):\(settings.port): \(Self.words(error))")
        }
        let promise = channel.eventLoop.makePromise(of: Delivery.Outcome.self)
        return await withTaskCancellationHandler {
            // The handler keeps the promise; where the connection closed before the write reached it, the write fails instead.
            let written = channel.eventLoop.makePromise(of: Void.self)
            written.futureResult.whenFailure { _ in promise.succeed(.retry("the connection was closed before the message was sent")) }
            channel.writeAndFlush(Exchange(message: message, controlID: controlID, outcome: promise), promise: written)
            return (try? await promise.futureResult.get()) ?? .retry("the connection was lost")
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    package func close() async {
        try? await channel?.close().get()
        channel = nil
    }

    private func connected() async throws -> any Channel {
        if let channel, channel.isActive { return channel }
        let settings = settings
        let opened = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.milliseconds(Int64(settings.connectSeconds * 1000)))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(DeliveryHandler(settings))
                }
            }
            .connect(host: settings.host, port: settings.port).get()
        channel = opened
        return opened
    }

    private static func words(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError: error.connectionErrors.first.map { words($0.error) } ?? "the name \(error.host) is not known"
        // The system's own phrase, without the call that met it: this stands on the wall.
        case let error as IOError: String(cString: strerror(error.errnoCode))
        case let error as ChannelError where error == .connectTimeout(.nanoseconds(0)): "no answer"
        default: "\(error)"
        }
    }
}

/// A message on its way, and the promise of its outcome.
private struct Exchange: Sendable {
    var message: String
    var controlID: String
    var outcome: EventLoopPromise<Delivery.Outcome>
}

/// Keeps the promise of one exchange at a time, on the channel's event loop.
private final class DeliveryHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = Exchange
    typealias OutboundOut = ByteBuffer

    private let settings: MLLPClient.Settings
    private var reader: MLLPFrameReader
    private var delivery = Delivery()
    private var outcome: EventLoopPromise<Delivery.Outcome>?
    private var patience: Scheduled<Void>?

    init(_ settings: MLLPClient.Settings) {
        self.settings = settings
        reader = MLLPFrameReader(maximumMessageBytes: settings.maximumAnswerBytes)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let exchange = unwrapOutboundIn(data)
        guard context.channel.isActive else {
            exchange.outcome.succeed(.retry("the connection was closed before the message was sent"))
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        delivery.sent(exchange.controlID)
        outcome = exchange.outcome
        let seconds = settings.answerSeconds
        patience = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(seconds * 1000))) {
            self.give(up: "no acknowledgement within \(seconds) s", context)
        }
        context.write(wrapOutboundOut(ByteBuffer(bytes: MLLPFrame.bytes(of: exchange.message))), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let messages: [[UInt8]]
        do {
            messages = try reader.read(unwrapInboundIn(data).readableBytesView)
        } catch {
            return give(up: "the answer is no HL7: \(error)", context)
        }
        for message in messages {
            switch delivery.judge(message) {
            case .ends(let result): end(result)
            case .ignored: break
            case .closes(let why): return give(up: Delivery.Reason(why), context)
            }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(.retry(reader.isInsideFrame ? "the connection closed in the middle of the acknowledgement" : "the connection closed before the acknowledgement"))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        give(up: "the connection failed: \(error)", context)
    }

    private func give(up reason: Delivery.Reason, _ context: ChannelHandlerContext) {
        end(.retry(reason))
        context.close(promise: nil)
    }

    private func end(_ result: Delivery.Outcome) {
        patience?.cancel()
        patience = nil
        outcome?.succeed(result)
        outcome = nil
    }
}
