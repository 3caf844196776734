import HTTPTypes
import Hummingbird

/// Who may come in, and how a request shows that it may.
package enum Access: Sendable {
    /// `--open`: everybody on this machine.
    case open
    /// Nobody: there is neither `--open` nor a users file.
    case nobody
    case people(SignInDesk)
}

/// Lets requests in: everybody under `--open`, else those with a session; and of those that change something, those alone that come
/// from our own page or from a program.
struct Gate: RouterMiddleware {
    let access: Access

    static let cookie = "firstread_session"

    func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
        var context = context
        switch access {
        case .nobody:
            throw Refusal(
                .unauthorized, "sign in first",
                "no users are set up: add some with `firstread user add` and start the service with --users, or on this machine alone with --open")
        case .open:
            try SameOrigin.check(request, isOpen: true)
            context.isOpen = true
        case .people(let desk):
            try SameOrigin.check(request, isOpen: false)
            guard let signedIn = await Self.signedIn(request, desk) else {
                throw Refusal(.unauthorized, "sign in first", "POST name and password to /api/v1/session, or sign in on the page")
            }
            if !SameOrigin.isSafe(request.method) { try Self.checkCSRF(request, signedIn.token) }
            context.person = signedIn.person
        }
        return try await next(request, context)
    }

    static func token(_ request: Request) -> SessionToken? { request.cookies[cookie].flatMap { SessionToken(text: $0.value) } }

    static func signedIn(_ request: Request, _ desk: SignInDesk) async -> SignInDesk.SignedIn? {
        guard let token = token(request) else { return nil }
        return await desk.signedIn(token, isDeed: HTTPField.Name("X-Unattended").flatMap { request.headers[$0] } == nil)
    }

    static func checkCSRF(_ request: Request, _ token: SessionToken) throws {
        guard let sent = HTTPField.Name("X-CSRF-Token").flatMap({ request.headers[$0] }), token.isCSRF(sent) else {
            throw Refusal(.forbidden, "the header X-CSRF-Token is missing or wrong", "send the csrf of GET /api/v1/session with every request that changes something")
        }
    }
}
