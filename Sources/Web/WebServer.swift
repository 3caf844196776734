import Foundation
import Hummingbird
package import Logging
import NIOCore
import Worklist

/// The list, its health and its figures over HTTP.
///
///     let server = WebServer(WebServer.Settings(host: "127.0.0.1", port: 0), content: content, log: log)
///     try await server.run { port in … }          // until its task is cancelled
package struct WebServer: Sendable {
    package struct Settings: Sendable {
        package var host: String
        package var port: Int
        package var access = Access.nobody
        /// The peer whose X-Forwarded-For is believed: a TLS proxy in front of the service.
        package var trustedProxy: String?
        /// A request that carries more is refused.
        package var maximumBodyBytes = 64 << 10
        package var idleSeconds = 60.0

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        /// Whether browsers reach it over TLS, so that cookies may ask for it.
        var isSecure: Bool { trustedProxy != nil || !["127.0.0.1", "::1", "localhost"].contains(host) }
    }

    private let settings: Settings
    private let content: WebContent
    private let log: Logger

    package init(_ settings: Settings, content: WebContent, log: Logger) {
        self.settings = settings
        self.content = content
        self.log = log
    }

    /// Serves until its task is cancelled or told to shut down; throws where the port can't be bound.
    package func run(onReady ready: @escaping @Sendable (_ port: Int) async -> Void) async throws {
        let application = Application(
            router: router(),
            server: .http1(configuration: .init(idleTimeout: .milliseconds(Int64(settings.idleSeconds * 1000)))),
            configuration: .init(address: .hostname(settings.host, port: settings.port), serverName: nil),
            onServerRunning: { channel in await ready(channel.localAddress?.port ?? settings.port) },
            logger: log)
        try await application.run()
    }

    private func router() -> Router<WebContext> {
        let router = Router(context: WebContext.self)
        router.add(middleware: AnswerHeaders())
        let content = content
        router.get("healthz") { _, _ in
            let health = await content.health()
            return try JSONAnswer.response(health, status: health.isWell ? .ok : .serviceUnavailable)
        }
        router.get("metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: PrometheusText.mediaType],
                body: .init(byteBuffer: ByteBuffer(string: PrometheusText.text(try await content.metrics()))))
        }
        PageFiles.add(to: router)
        router.add(middleware: Gate(access: settings.access))
        router.add(SessionRoutes(access: settings.access, isSecure: settings.isSecure, trustedProxy: settings.trustedProxy).routes)
        router.add([
            Route(.get, "worklist", requires: .see) { request, _ in
                let query = request.uri.queryParameters
                var snapshot = try await content.worklist(query["all"] == "1")
                if let text = query["limit"] {
                    guard let limit = Int(text), limit >= 0 else { return try JSONAnswer.refusal(.badRequest, "limit is no whole number", "ask with limit=20") }
                    snapshot.items = Array(snapshot.items.prefix(limit))
                }
                return try JSONAnswer.response(snapshot.items, headers: ["x-snapshot-taken-at": snapshot.takenAt.rfc3339])
            },
            Route(.get, "explain/{study}", requires: .see) { _, context in
                let study = try context.parameters.require("study")
                switch try await content.explanation(study) {
                case .one(let body):
                    return Response(status: .ok, headers: [.contentType: JSONAnswer.mediaType], body: .init(byteBuffer: ByteBuffer(bytes: body)))
                case .several(let uids):
                    return try JSONAnswer.refusal(.conflict, "\(uids.count) studies have the accession number \(study)", "ask with one of \(uids.joined(separator: ", "))")
                case .none:
                    return try JSONAnswer.refusal(.notFound, "no study \(study) is known", "ask with a Study Instance UID or an accession number")
                }
            },
        ])
        return router
    }
}
