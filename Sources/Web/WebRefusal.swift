import HTTPTypes
import Hummingbird

/// A request that is answered with an error: what is wrong, and what to do.
package struct WebRefusal: Error, Sendable, Hashable {
    package enum Status: Int, Sendable {
        case badRequest = 400
        case unauthorized = 401
        case forbidden = 403
        case notFound = 404
        case conflict = 409
        case unsupportedMediaType = 415
        case tooMany = 429
        case unavailable = 503
    }

    package var status: Status
    package var error: String
    package var whatToDo: String
    /// Seconds, for the header of that name.
    package var retryAfter: Int?

    package init(_ status: Status, _ error: String, _ whatToDo: String, retryAfter: Int? = nil) {
        self.status = status
        self.error = error
        self.whatToDo = whatToDo
        self.retryAfter = retryAfter
    }

    func response() throws -> Response {
        var response = try JSONAnswer.refusal(HTTPResponse.Status(code: status.rawValue), error, whatToDo)
        if let retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        return response
    }
}
