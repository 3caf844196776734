import HTTPTypes
import Hummingbird
import NIOCore
import Worklist

/// The list, and word of its changes.
struct ListRoutes: Sendable {
    let content: ListContent

    var routes: [Route] {
        [
            Route(.get, "worklist", requires: .see, list),
            Route(.get, "events", requires: .see, events),
        ]
    }

    @Sendable private func list(_ request: Request, _ context: WebContext) async throws -> Response {
        let query = request.uri.queryParameters
        var wanted = ListQuery(includesReported: query["all"].map { $0 == "1" || $0 == "true" } ?? false)
        if let text = query["limit"] { wanted.limit = try Self.limit(String(text)) }
        if let text = query["policy"] {
            guard let policy = PolicyName(rawValue: String(text)) else {
                throw WebRefusal(.badRequest, "there is no such policy", "ask with one of \(PolicyName.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            wanted.policy = policy
        }
        wanted.takesGzip = Gzip.isAccepted(request.headers[.acceptEncoding])
        let list = try await content.list(wanted)
        var headers: HTTPFields = [
            .contentType: JSONAnswer.mediaType, .eTag: "\"\(list.tag)\"", .vary: "Accept-Encoding", .snapshotTakenAt: list.takenAt.rfc3339,
        ]
        if list.isGzip { headers[.contentEncoding] = "gzip" }
        if let known = request.headers[.ifNoneMatch], Self.names(known, list.tag) { return Response(status: .notModified, headers: headers) }
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: list.body))
    }

    static func limit(_ text: String) throws -> Int {
        guard let limit = Int(text), limit >= 0 else { throw WebRefusal(.badRequest, "limit is no whole number", "ask with limit=20") }
        return limit
    }

    /// Whether an If-None-Match names the tag (RFC 9110 section 13.1.2, weakly compared).
    static func names(_ header: String, _ tag: String) -> Bool {
        header.split(separator: ",").contains { element in
            let text = element.trimmingPrefix { $0 == " " }.reversed().drop { $0 == " " }.reversed()
            let plain = String(text)
            return plain == "*" || plain == "\"\(tag)\"" || plain == "W/\"\(tag)\""
        }
    }

    /// Server-sent events (WHATWG HTML section 9.2): one at once, one for each change; a comment where nothing happens.
    @Sendable private func events(_ request: Request, _ context: WebContext) async throws -> Response {
        // So that the first number is that of a list that is up to date.
        _ = try await content.list(ListQuery(limit: 0))
        let changes = try content.changes.subscribe()
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream; charset=utf-8"],
            body: .init { writer in
                var last: Int64?
                for await change in changes {
                    try await writer.write(ByteBuffer(string: change == last ? ": \n\n" : Self.event(change)))
                    last = change
                }
                try await writer.finish(nil)
            })
    }

    static func event(_ change: Int64) -> String { "event: worklist\nid: \(change)\ndata: {\"change\":\(change)}\n\n" }
}

extension HTTPField.Name {
    static let snapshotTakenAt = HTTPField.Name("X-Snapshot-Taken-At")!
}
