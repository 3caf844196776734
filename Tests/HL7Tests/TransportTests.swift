import HL7
import Logging
import NIOCore
import NIOPosix
import Testing
import Worklist

@Suite struct TransportTests {
    private static let text = "MSH|^~\\&|FIRSTREAD||||20260105||OMI^O23|M1|P|2.5.1\r"

    private func withServer(
        maximumMessageBytes: Int = 1 << 20, answer: @escaping MLLPServer.Answering, _ body: (Int) async throws -> Void
    ) async throws {
        var settings = MLLPServer.Settings(host: "127.0.0.1", port: 0)
        settings.maximumMessageBytes = maximumMessageBytes
        let server = try await MLLPServer(settings, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, answer: answer)
        try await withThrowingTaskGroup { group in
            group.addTask { try? await server.run() }
            try await body(server.port)
            group.cancelAll()
        }
    }

    private func accepting(_ bytes: [UInt8]) -> String {
        (try? Message(parsing: bytes))?.accepted(at: Timestamp(microseconds: 0), answerID: "R1").encoded ?? "nothing"
    }

    @Test func messagesGoOverOneConnectionAndAreAnswered() async throws {
        try await withServer(answer: { bytes, _ in accepting(bytes) }) { port in
            let client = MLLPClient(.init(host: "127.0.0.1", port: port))
            for number in 1...50 {
                let outcome = await client.send(Self.text.replacing("M1", with: "M\(number)"), controlID: "M\(number)")
                #expect(outcome == .done)
            }
            await client.close()
        }
    }

    @Test func connectionsThatComeWhileTheServerStopsDoNotBringItDown() async throws {
        for _ in 0..<100 {
            try await withServer(answer: { bytes, _ in accepting(bytes) }) { port in
                for _ in 0..<3 {
                    _ = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port).get()
                }
            }
        }
    }

    @Test func anAnswerToAnotherMessageIsNotTakenAndTheNextTryIs() async throws {
        try await withServer(answer: { bytes, _ in accepting(bytes).replacing("MSA|AA|M1", with: "MSA|AA|M0") }) { port in
            let client = MLLPClient(.init(host: "127.0.0.1", port: port))
            guard case .retry = await client.send(Self.text, controlID: "M1") else {
                Issue.record("credited")
                return
            }
            #expect(await client.send(Self.text.replacing("M1", with: "M2"), controlID: "M2") == .done)
            await client.close()
        }
    }

    @Test func silenceEndsTheWait() async throws {
        try await withServer(answer: { _, _ in try? await Task.sleep(for: .seconds(60)); return "" }) { port in
            var settings = MLLPClient.Settings(host: "127.0.0.1", port: port)
            settings.answerSeconds = 0.2
            let client = MLLPClient(settings)
            guard case .retry(let why) = await client.send(Self.text, controlID: "M1") else {
                Issue.record("credited")
                return
            }
            #expect(why.description.contains("0.2 s"))
            await client.close()
        }
    }

    @Test func aCancelledWaitEndsAtOnce() async throws {
        try await withServer(answer: { _, _ in try? await Task.sleep(for: .seconds(60)); return "" }) { port in
            let client = MLLPClient(.init(host: "127.0.0.1", port: port))
            let sending = Task { await client.send(Self.text, controlID: "M1") }
            try await Task.sleep(for: .milliseconds(100))
            sending.cancel()
            guard case .retry = await sending.value else {
                Issue.record("credited")
                return
            }
        }
    }

    @Test func aReceiverThatIsDownIsUnreachable() async throws {
        let client = MLLPClient(.init(host: "127.0.0.1", port: 1))
        guard case .unreachable(let why) = await client.send(Self.text, controlID: "M1") else {
            Issue.record("reached")
            return
        }
        #expect(why.description.contains("127.0.0.1:1"))
    }

    @Test func aSenderOfNonsenseIsClosedAndOthersAreServed() async throws {
        try await withServer(maximumMessageBytes: 1000, answer: { bytes, _ in accepting(bytes) }) { port in
            for nonsense in ["GET / HTTP/1.1\r\n\r\n", "\u{0B}" + String(repeating: "x", count: 5000)] {
                let closed = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port).get()
                try await closed.writeAndFlush(ByteBuffer(string: nonsense))
                try await closed.closeFuture.get()
            }
            let client = MLLPClient(.init(host: "127.0.0.1", port: port))
            #expect(await client.send(Self.text, controlID: "M1") == .done)
            await client.close()
        }
    }
}
