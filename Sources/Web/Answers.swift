import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Answers in JSON.
enum JSONAnswer {
    static let mediaType = "application/json; charset=utf-8"

    private struct Words: Encodable {
        var error: String
        var what_to_do: String
    }

    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok, headers: [String: String] = [:]) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var fields: HTTPFields = [.contentType: mediaType]
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        return Response(status: status, headers: fields, body: .init(byteBuffer: ByteBuffer(bytes: try encoder.encode(value))))
    }

    static func refusal(_ status: HTTPResponse.Status, _ error: String, _ whatToDo: String) throws -> Response {
        try response(Words(error: error, what_to_do: whatToDo), status: status)
    }
}
