import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Answers in JSON.
enum JSONAnswer {
    static let mediaType = "application/json; charset=utf-8"

    private struct Refusal: Encodable {
        var error: String
        var what_to_do: String
    }

    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok, headers: [String: String] = [:]) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var fields: HTTPFields = [.contentType: mediaType]
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return Response(status: status, headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: try encoder.encode(value))))
    }

    static func refusal(_ status: HTTPResponse.Status, _ error: String, _ whatToDo: String) throws -> Response {
        try response(Refusal(error: error, what_to_do: whatToDo), status: status)
    }
}

/// What every answer carries, and errors as JSON: nothing is cached, nothing is guessed, nothing comes from elsewhere.
struct AnswerHeaders: RouterMiddleware {
    func handle(
        _ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch let refusal as WebRefusal {
            response = try refusal.response()
        } catch let error as any HTTPResponseError {
            response =
                error.status == .notFound
                ? try JSONAnswer.refusal(.notFound, "there is nothing at this address", "the list is at /, its data at /api/v1/worklist")
                : try JSONAnswer.refusal(error.status, error.status.reasonPhrase, "see docs/api.md")
        } catch {
            context.logger.error("a request could not be answered", metadata: ["error.description": "\(error)"])
            response = try JSONAnswer.refusal(.internalServerError, "the list cannot be read at the moment", "try again; the service's log says more")
        }
        for (name, value) in Self.fields {
            if let name = HTTPField.Name(name) { response.headers[name] = value }
        }
        return response
    }

    private static let fields = [
        "Cache-Control": "no-store",
        "Content-Security-Policy":
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    ]
}
