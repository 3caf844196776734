import Foundation
import Hummingbird
import NIOCore

/// What an act carries: who, why, with which text.
struct ActBody: Sendable {
    /// The person who acts: the session's, or where nobody signs in, the one that the body names.
    var name: String
    var reason: String?
    var text: String?

    private struct Content: Decodable {
        var by: String?
        var reason: String?
        var text: String?
    }

    /// Reads a request's body; an empty one says nothing.
    init(_ request: Request, _ context: WebContext) async throws {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: Self.longest)
        } catch {
            throw WebRefusal(.badRequest, "the body is longer than \(Self.longest) bytes", "send less text")
        }
        let content: Content
        do {
            content = body.readableBytes == 0 ? Content() : try JSONDecoder().decode(Content.self, from: Data(body.readableBytesView))
        } catch {
            throw WebRefusal(.badRequest, "the body is no JSON object of texts", "send {\"by\": NAME, …} as application/json")
        }
        let by = content.by?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
        let signedIn = context.person?.name ?? ""
        if signedIn.isEmpty {
            guard !by.isEmpty else { throw WebRefusal(.badRequest, "nobody is named", "send \"by\": the name of the person who decides") }
            guard by.count <= Self.longestName, by.allSatisfy({ !$0.isNewline }) else {
                throw WebRefusal(.badRequest, "the name is longer than \(Self.longestName) characters, or more than a line", "send a person's name as \"by\"")
            }
            name = by
        } else {
            guard by.isEmpty || by == signedIn else {
                throw WebRefusal(.badRequest, "\"by\" is not the person who has signed in", "leave it out, or sign in as that person")
            }
            name = signedIn
        }
        reason = content.reason
        text = content.text
    }

    private static let longest = 64 << 10
    private static let longestName = 200
}
