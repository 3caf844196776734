import HTTPTypes

/// A request that is answered with an error, in words.
///
///     throw Refusal(.forbidden, "your roles do not allow that", "ask a person with the right role")
struct Refusal: Error {
    var status: HTTPResponse.Status
    var error: String
    var whatToDo: String
    var headers: [String: String] = [:]

    init(_ status: HTTPResponse.Status, _ error: String, _ whatToDo: String) {
        self.status = status
        self.error = error
        self.whatToDo = whatToDo
    }
}
