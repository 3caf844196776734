import HTTPTypes
import Hummingbird

/// Keeps other sites' pages from acting through a browser that is signed in here, or that stands on the same machine.
enum SameOrigin {
    /// Methods that change nothing (RFC 9110 section 9.2.1).
    static func isSafe(_ method: HTTPRequest.Method) -> Bool { [.get, .head, .options, .trace].contains(method) }

    static func check(_ request: Request, isOpen: Bool) throws {
        let host = request.head.authority ?? ""
        // Without sign-in, being on this machine is all there is: a foreign name that points here (DNS rebinding) must not do.
        if isOpen, !isLoopback(host) {
            throw WebRefusal(.forbidden, "this service runs without sign-in and answers to names of this machine only", "ask for it at 127.0.0.1 or localhost")
        }
        guard !isSafe(request.method) else { return }
        let origin = request.headers[.origin]
        let site = request.headers[.secFetchSite]
        let isOwn = origin.map { $0 == "http://\(host)" || $0 == "https://\(host)" } ?? (site == nil || site == "same-origin" || site == "none")
        guard isOwn else {
            throw WebRefusal(
                .forbidden, "the request comes from another site's page",
                "act on this service's own page; a proxy in front of it has to pass the Host header on")
        }
        // A form of another site can't send this type without being asked first.
        if request.head.method != .delete, request.headers[.contentType]?.split(separator: ";").first?.lowercased() != "application/json" {
            throw WebRefusal(.unsupportedMediaType, "the body is not declared as JSON", "send it with Content-Type: application/json")
        }
    }

    private static func isLoopback(_ authority: String) -> Bool {
        let host = authority.hasPrefix("[") ? authority.prefix { $0 != "]" } + "]" : authority.prefix { $0 != ":" }
        return ["127.0.0.1", "localhost", "[::1]"].contains(host.lowercased())
    }
}
