import HTTPTypes
import Hummingbird

/// An address of the API and what answers it. One list of them makes the router, and is held against the OpenAPI document.
///
///     Route(.post, "studies/{uid}/claim", requires: .claim) { request, context in … }
struct Route: Sendable {
    typealias Answer = @Sendable (Request, WebContext) async throws -> Response

    var method: HTTPRequest.Method
    /// Below `/api/v1`, parameters in braces, as OpenAPI writes them.
    var path: String
    /// Nil: no session is needed.
    var right: Right?
    var answer: Answer

    init(_ method: HTTPRequest.Method, _ path: String, requires right: Right?, _ answer: @escaping Answer) {
        self.method = method
        self.path = path
        self.right = right
        self.answer = answer
    }

    static let prefix = "/api/v1"

    /// The path in the words of the router.
    var routerPath: RouterPath { RouterPath("\(Self.prefix)/\(path)") }

    @Sendable func respond(to request: Request, in context: WebContext) async throws -> Response {
        if let right {
            guard let person = context.person else {
                throw WebRefusal(.unauthorized, "sign in first", "sign in on the page; where no users are set up, start the service with --open on this machine")
            }
            guard person.may(right) else {
                throw WebRefusal(.forbidden, "this is not among \(person.name)'s rights (\(right.rawValue))", "ask somebody who has the role for it")
            }
        }
        return try await answer(request, context)
    }
}

extension Router where Context == WebContext {
    func add(_ routes: [Route]) {
        for route in routes { on(route.routerPath, method: route.method, use: route.respond) }
    }
}
