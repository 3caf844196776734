import Foundation
import Hummingbird
package import Logging
import NIOCore
import Worklist

/// The page, the list and all that goes with it, over HTTP.
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

    /// The OpenAPI document of this version.
    package static var openAPI: [UInt8] { PackageResources.openapi_json }

    /// Every address of the API as the document writes it, with the right that it needs.
    package var addresses: [(address: String, right: Right?)] { routes.map { ("\($0.method.rawValue) /\($0.path)", $0.right) } }

    private var routes: [Route] {
        ListRoutes(content: content.list).routes + StudyRoutes(content: content.studies).routes + ReportRoutes(content: content.reports).routes
            + RoomRoutes(content: content.room).routes + DocumentRoutes().routes
            + SessionRoutes(access: settings.access, isSecure: settings.isSecure, trustedProxy: settings.trustedProxy, note: content.room.note).routes
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
        router.add(routes)
        return router
    }
}
