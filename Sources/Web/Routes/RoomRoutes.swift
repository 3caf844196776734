import Foundation
import Hummingbird
import NIOCore
import Worklist

/// The room at a glance, its alarms, its waits, and who saw or did what.
struct RoomRoutes: Sendable {
    let content: RoomContent

    var routes: [Route] {
        [
            Route(.get, "room", requires: .see) { _, _ in try JSONAnswer.response(try await content.status()) },
            Route(.post, "alarms/{id}/acknowledge", requires: .acknowledge) { request, context in
                let body = try await ActBody(request, context)
                return try JSONAnswer.response(try await content.acknowledge(try context.parameters.require("id"), body.name))
            },
            Route(.get, "waits", requires: .see) { request, _ in try JSONAnswer.response(try await content.waits(try Self.period(request))) },
            Route(.get, "waits.svg", requires: .see) { request, _ in
                let period = try Self.period(request)
                let plot = WaitsPlot(waits: try await content.waits(period), period: period)
                return Response(status: .ok, headers: [.contentType: "image/svg+xml"], body: .init(byteBuffer: ByteBuffer(string: plot.svg)))
            },
            Route(.get, "log", requires: .readLog) { request, _ in
                let limit = try request.uri.queryParameters["limit"].map { try ListRoutes.limit(String($0)) } ?? 1000
                let body = try await content.log(min(limit, Self.longestLog))
                return Response(status: .ok, headers: [.contentType: JSONAnswer.mediaType], body: .init(byteBuffer: ByteBuffer(bytes: body)))
            },
        ]
    }

    private static let longestLog = 100_000

    private static func period(_ request: Request) throws -> WaitsByCategory.Period {
        guard let text = request.uri.queryParameters["days"] else { return .day }
        guard let period = Int(String(text)).flatMap(WaitsByCategory.Period.init) else {
            throw WebRefusal(.badRequest, "days is neither 1 nor 7", "ask with days=1 or days=7")
        }
        return period
    }
}
