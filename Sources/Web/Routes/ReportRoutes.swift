import Foundation
import Hummingbird
import NIOCore

/// The draft reports: read, signed, rejected, corrected.
struct ReportRoutes: Sendable {
    let content: ReportContent

    var routes: [Route] {
        [
            Route(.get, "reports/{id}", requires: .see) { _, context in
                Self.json(try await content.report(try context.parameters.require("id"), context.person?.name ?? ""))
            },
            Route(.post, "reports/{id}/sign", requires: .sign) { request, context in
                let body = try await ActBody(request, context)
                return try await act(.sign(text: body.text), body, context)
            },
            Route(.post, "reports/{id}/reject", requires: .sign) { request, context in
                let body = try await ActBody(request, context)
                return try await act(.reject(reason: body.required(\.reason)), body, context)
            },
            Route(.post, "reports/{id}/correct", requires: .sign) { request, context in
                let body = try await ActBody(request, context)
                return try await act(.correct(text: body.required(\.text)), body, context)
            },
        ]
    }

    private func act(_ act: ReportAct, _ body: ActBody, _ context: WebContext) async throws -> Response {
        Self.json(try await content.act(act, try context.parameters.require("id"), body.name))
    }

    private static func json(_ body: Data) -> Response {
        Response(status: .ok, headers: [.contentType: JSONAnswer.mediaType], body: .init(byteBuffer: ByteBuffer(bytes: body)))
    }
}
