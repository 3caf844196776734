import HTTPTypes
import Hummingbird
import Logging

/// What every answer carries, and errors as JSON: nothing is cached, nothing is guessed, nothing comes from elsewhere.
struct AnswerHeaders: RouterMiddleware {
    func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
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

    /// Nothing but our own files, no script or style inside a page, no text that becomes markup.
    private static let contentSecurityPolicy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'",
        "frame-ancestors 'none'", "require-trusted-types-for 'script'", "trusted-types 'none'",
    ].joined(separator: "; ")

    private static let fields = [
        "Cache-Control": "no-store",
        "Content-Security-Policy": contentSecurityPolicy,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    ]
}
