import HTTPTypes
import Hummingbird

/// Who may come in.
package enum Access: Sendable {
    /// `--open`: everybody on this machine.
    case open
    /// Nobody: there is neither `--open` nor a users file.
    case nobody
    case people(SignInDesk)
}

/// Says who asks, and refuses what another site's page may have sent. Which right a request needs, its `Route` says.
struct Gate: RouterMiddleware {
    let access: Access

    static let cookie = "firstread_session"

    func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
        var context = context
        switch access {
        case .nobody: break
        case .open:
            try SameOrigin.check(request, isOpen: true)
            context.person = .unnamed
        case .people(let desk):
            try SameOrigin.check(request, isOpen: false)
            if let signedIn = await Self.signedIn(request, desk) {
                let isSigningIn = request.method == .post && request.uri.path == "\(Route.prefix)/session"
                if !SameOrigin.isSafe(request.method), !isSigningIn { try Self.checkCSRF(request, signedIn.token) }
                context.person = signedIn.person
            }
        }
        return try await next(request, context)
    }

    static func token(_ request: Request) -> SessionToken? { request.cookies[cookie].flatMap { SessionToken(text: $0.value) } }

    static func signedIn(_ request: Request, _ desk: SignInDesk) async -> SignInDesk.SignedIn? {
        guard let token = token(request) else { return nil }
        return await desk.signedIn(token, isDeed: !isUnattended(request))
    }

    /// What a page asks for by itself keeps nobody signed in.
    private static func isUnattended(_ request: Request) -> Bool {
        request.headers[.unattended] != nil || request.uri.path == "\(Route.prefix)/events"
    }

    private static func checkCSRF(_ request: Request, _ token: SessionToken) throws {
        guard let sent = request.headers[.csrfToken], token.isCSRF(sent) else {
            throw WebRefusal(.forbidden, "the header X-CSRF-Token is missing or wrong", "send the csrf of GET /api/v1/session with every request that changes something")
        }
    }
}

extension HTTPField.Name {
    static let csrfToken = HTTPField.Name("X-CSRF-Token")!
    static let forwardedFor = HTTPField.Name("X-Forwarded-For")!
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site")!
    static let unattended = HTTPField.Name("X-Unattended")!
}
