import HTTPTypes
import Hummingbird
import NIOCore

/// One study: why it is where it is, its films, and what persons do with it.
struct StudyRoutes: Sendable {
    let content: StudyContent

    var routes: [Route] {
        [
            Route(.get, "explain/{study}", requires: .see, explanation),
            Route(.get, "studies/{uid}/images/{sop}/film.png", requires: .see, film),
            Route(.get, "studies/{uid}/images/{sop}/heatmap.png", requires: .see, heatMap),
            Route(.post, "studies/{uid}/claim", requires: .claim) { request, context in
                let body = try await ActBody(request, context)
                return try await act(.claim, by: body.name, context)
            },
            Route(.post, "studies/{uid}/release", requires: .claim) { request, context in
                let body = try await ActBody(request, context)
                let isLead = context.person.map { $0.may(.pin) } ?? false
                return try await act(.release(ofAnyone: isLead), by: body.name, context)
            },
            Route(.post, "studies/{uid}/pin", requires: .pin) { request, context in
                let body = try await ActBody(request, context)
                return try await act(.pin(reason: body.required(\.reason)), by: body.name, context)
            },
            Route(.post, "studies/{uid}/unpin", requires: .pin) { request, context in
                let body = try await ActBody(request, context)
                return try await act(.unpin(reason: body.required(\.reason)), by: body.name, context)
            },
        ]
    }

    private func act(_ act: StudyAct, by name: String, _ context: WebContext) async throws -> Response {
        let study = try context.parameters.require("uid")
        try await content.act(act, study, name)
        return try await explained(study, by: name)
    }

    @Sendable private func explanation(_ request: Request, _ context: WebContext) async throws -> Response {
        try await explained(try context.parameters.require("study"), by: context.person?.name ?? "")
    }

    private func explained(_ study: String, by viewer: String) async throws -> Response {
        switch try await content.explanation(study, viewer) {
        case .one(let body):
            return Response(status: .ok, headers: [.contentType: JSONAnswer.mediaType], body: .init(byteBuffer: ByteBuffer(bytes: body)))
        case .several(let uids):
            throw WebRefusal(.conflict, "\(uids.count) studies have the number \(study)", "ask with one of \(uids.joined(separator: ", "))")
        case .none: throw WebRefusal(.notFound, "no study \(study) is known", "ask with a Study Instance UID or an accession number")
        }
    }

    private static let sizes = 16...4096

    @Sendable private func film(_ request: Request, _ context: WebContext) async throws -> Response {
        let query = request.uri.queryParameters
        func number<Number: LosslessStringConvertible>(_ name: String, _ kind: Number.Type) throws -> Number? {
            guard let text = query[Substring(name)] else { return nil }
            guard let value = Number(String(text)) else { throw WebRefusal(.badRequest, "\(name) is no number", "leave it out, or send a number") }
            return value
        }
        let size = try number("size", Int.self) ?? 1024
        guard Self.sizes.contains(size) else { throw WebRefusal(.badRequest, "size is not in 16…4096", "ask with size=1024") }
        var window: FilmQuery.Window?
        switch (try number("center", Double.self), try number("width", Double.self)) {
        case (nil, nil): break
        case (let center?, let width?) where center.isFinite && width.isFinite && width >= 1 && abs(center) <= 1e9 && width <= 1e9:
            window = FilmQuery.Window(center: center, width: width)
        default: throw WebRefusal(.badRequest, "center and width are no window", "send both, the width at least 1")
        }
        let wanted = FilmQuery(
            study: try context.parameters.require("uid"), image: try context.parameters.require("sop"), size: size, window: window,
            frame: try number("frame", Int.self) ?? 0)
        let picture = try await content.film(wanted, context.person?.name ?? "")
        var response = Self.png(picture.png)
        for (name, value) in [
            ("X-Window-Center", picture.window.center), ("X-Window-Width", picture.window.width), ("X-Value-Minimum", picture.minimum),
            ("X-Value-Maximum", picture.maximum), ("X-Rows", Double(picture.rows)), ("X-Columns", Double(picture.columns)),
        ] {
            if let name = HTTPField.Name(name) { response.headers[name] = PrometheusText.number(value) }
        }
        return response
    }

    @Sendable private func heatMap(_ request: Request, _ context: WebContext) async throws -> Response {
        guard let finding = request.uri.queryParameters["finding"], !finding.isEmpty else {
            throw WebRefusal(.badRequest, "no finding is named", "ask with finding=effusion")
        }
        return Self.png(
            try await content.heatMap(
                try context.parameters.require("uid"), try context.parameters.require("sop"), String(finding), context.person?.name ?? ""))
    }

    private static func png(_ bytes: [UInt8]) -> Response {
        Response(status: .ok, headers: [.contentType: "image/png"], body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

extension ActBody {
    /// A text that has to be there.
    func required(_ text: KeyPath<ActBody, String?>) throws -> String {
        guard let value = self[keyPath: text], value.contains(where: { !$0.isWhitespace }) else {
            let name = text == \.reason ? "reason" : "text"
            throw WebRefusal(.badRequest, "the \(name) is missing", "send \"\(name)\"")
        }
        return value
    }
}
