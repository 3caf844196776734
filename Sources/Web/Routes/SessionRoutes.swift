import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Worklist

/// Signing in, out, and asking who one is.
struct SessionRoutes: Sendable {
    let access: Access
    /// Whether the cookie travels over TLS alone.
    let isSecure: Bool
    /// The one peer whose X-Forwarded-For is believed.
    let trustedProxy: String?
    /// Adds a line to the access log.
    let note: @Sendable (_ name: String, _ act: String, _ study: String?, _ detail: String) async -> Void

    private static let mostBodyBytes = 8 << 10

    var routes: [Route] {
        [
            Route(.get, "session", requires: nil, standing),
            Route(.post, "session", requires: nil, signIn),
            Route(.delete, "session", requires: nil, signOut),
        ]
    }

    private struct Open: Encodable { let open = true }

    private struct Standing: Encodable {
        var name: String
        var roles: [Role]
        var csrf: String
        var expires_at: Timestamp

        init(_ signedIn: SignInDesk.SignedIn) {
            name = signedIn.person.name
            roles = Role.allCases.filter(signedIn.person.roles.contains)
            csrf = signedIn.token.csrf
            expires_at = signedIn.expiresAt
        }
    }

    private struct Credentials: Decodable {
        var name: String
        var password: String
    }

    @Sendable private func standing(_ request: Request, _ context: WebContext) async throws -> Response {
        switch access {
        case .open: return try JSONAnswer.response(Open())
        case .nobody: throw WebRefusal(.unauthorized, "no users are set up", "add some with `firstread user add` and start the service with --users")
        case .people(let desk):
            guard let signedIn = await Gate.signedIn(request, desk) else { throw WebRefusal(.unauthorized, "nobody is signed in", "sign in with name and password") }
            return try JSONAnswer.response(Standing(signedIn))
        }
    }

    @Sendable private func signIn(_ request: Request, _ context: WebContext) async throws -> Response {
        guard case .people(let desk) = access else { throw WebRefusal(.conflict, "there is no sign-in here", "start the service with --users") }
        let address = address(request, context)
        let body = try await request.body.collect(upTo: Self.mostBodyBytes)
        guard let credentials = try? JSONDecoder().decode(Credentials.self, from: Data(body.readableBytesView)) else {
            throw WebRefusal(.badRequest, "the body is not {\"name\": …, \"password\": …}", "send both as text")
        }
        switch await desk.signIn(credentials.name, credentials.password, from: address) {
        case .signedIn(let signedIn):
            // A session that this browser had before ends with the new one.
            if let old = Gate.token(request) { _ = await desk.signOut(old, from: address) }
            await note(signedIn.person.name, "sign-in", nil, address)
            var response = try JSONAnswer.response(Standing(signedIn))
            response.setCookie(cookie(signedIn.token.text))
            return response
        case .refused(let known):
            await note(known ?? "", "sign-in-refused", nil, address)
            throw WebRefusal(.unauthorized, "name or password is wrong", "try again, or ask whoever keeps the users file")
        case .tooMany(let seconds):
            throw WebRefusal(.tooMany, "too many attempts", "try again in \(seconds < 120 ? "\(seconds) s" : "\((seconds + 59) / 60) min")", retryAfter: seconds)
        }
    }

    @Sendable private func signOut(_ request: Request, _ context: WebContext) async throws -> Response {
        var response = Response(status: .noContent)
        if case .people(let desk) = access {
            let address = address(request, context)
            if let token = Gate.token(request), let name = await desk.signOut(token, from: address) { await note(name, "sign-out", nil, address) }
            response.setCookie(cookie("", maxAge: 0))
        }
        return response
    }

    private func cookie(_ value: String, maxAge: Int? = nil) -> Cookie {
        Cookie(name: Gate.cookie, value: value, maxAge: maxAge, path: "/", secure: isSecure, httpOnly: true, sameSite: .strict)
    }

    private func address(_ request: Request, _ context: WebContext) -> String {
        guard context.peer == trustedProxy, let forwarded = request.headers[.forwardedFor] else { return context.peer }
        // The last one is the proxy's own word; those before it are whatever the caller wrote.
        return forwarded.split(separator: ",").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? context.peer
    }
}
