import Hummingbird

/// Says who asks; `--open` is for loopback, where whoever sits at the machine may do everything.
struct SignIn: RouterMiddleware {
    let isOpen: Bool

    func handle(_ request: Request, context: WebContext, next: (Request, WebContext) async throws -> Response) async throws -> Response {
        var context = context
        if isOpen { context.person = .unnamed }
        return try await next(request, context)
    }
}
