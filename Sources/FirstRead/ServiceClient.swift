import Dispatch
import Foundation
import FoundationNetworking
import Synchronization

/// Asks a service over HTTP, as whoever has signed in, and waits for its answers.
///
///     let service = ServiceClient(address)
///     try service.signIn(Credentials(name: "Dr. Adler", password: "…"))
///     let room = try service.get("room").body
final class ServiceClient: Sendable {
    struct Answer: Sendable {
        var status: Int
        var body: Data
        var headers: [String: String]

        /// By its name in any case.
        func header(_ name: String) -> String? { headers.first { $0.key.lowercased() == name.lowercased() }?.value }
    }

    let address: URL
    private let session: URLSession
    private let signedIn = Mutex<SignedIn?>(nil)
    /// Kept to sign in again: a session ends, and so does a service.
    private let credentials = Mutex<Credentials?>(nil)

    private static let answerSeconds = 10.0

    private struct SignedIn: Sendable {
        var cookie: String
        var session: ServiceSession
    }

    init(_ address: URL) {
        self.address = address
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = Self.answerSeconds
        configuration.timeoutIntervalForResource = Self.answerSeconds
        // The session's cookie goes to this service alone, by our own hand.
        configuration.httpShouldSetCookies = false
        configuration.httpCookieAcceptPolicy = .never
        session = URLSession(configuration: configuration)
    }

    /// The address of a service; nil where the text is none.
    static func address(_ text: String) -> URL? {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme), url.host()?.isEmpty == false else {
            return nil
        }
        return url
    }

    /// As it may be shown: a name and a password in the address are nobody's business.
    var shownAddress: String {
        var shown = URLComponents(url: address, resolvingAgainstBaseURL: false)
        shown?.user = nil
        shown?.password = nil
        return shown?.string ?? address.host() ?? ""
    }

    func get(_ path: String, _ query: [String: String] = [:], headers: [String: String] = [:]) throws -> Answer {
        try ask("GET", path, query, headers: headers, body: nil)
    }

    func post(_ path: String, _ body: [String: String]) throws -> Answer {
        try ask("POST", path, [:], headers: ["Content-Type": "application/json"], body: try JSONEncoder().encode(body))
    }

    /// Signs in, and remembers how.
    @discardableResult
    func signIn(_ asked: Credentials) throws -> ServiceSession {
        let body = try JSONEncoder().encode(["name": asked.name, "password": asked.password])
        let answer = try send("POST", "session", [:], headers: ["Content-Type": "application/json"], body: body)
        guard answer.status == 200 else { throw Failure(answer) }
        guard let session = try? JSONDecoder().decode(ServiceSession.self, from: answer.body), let cookie = answer.header("Set-Cookie") else {
            throw Failure("the service signed nobody in; is it of the same version?")
        }
        signedIn.withLock { $0 = SignedIn(cookie: String(cookie.prefix { $0 != ";" }), session: session) }
        credentials.withLock { $0 = asked }
        return session
    }

    /// Asks; where the session has ended, signs in again and asks once more.
    private func ask(_ method: String, _ path: String, _ query: [String: String], headers: [String: String], body: Data?) throws -> Answer {
        let answer = try send(method, path, query, headers: headers, body: body)
        guard answer.status == 401, let known = credentials.withLock(\.self) else { return answer }
        try signIn(known)
        return try send(method, path, query, headers: headers, body: body)
    }

    private func send(_ method: String, _ path: String, _ query: [String: String], headers: [String: String], body: Data?) throws -> Answer {
        var url = address.appending(path: "api/v1/\(path)")
        if !query.isEmpty { url.append(queryItems: query.sorted { $0.key < $1.key }.map { URLQueryItem(name: $0.key, value: $0.value) }) }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.httpBody = body
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        if let known = signedIn.withLock(\.self) {
            request.setValue(known.cookie, forHTTPHeaderField: "Cookie")
            if method != "GET" { request.setValue(known.session.csrf, forHTTPHeaderField: "X-CSRF-Token") }
        }
        return try wait(for: request)
    }

    private func wait(for request: URLRequest) throws -> Answer {
        let came = DispatchSemaphore(value: 0)
        let outcome = Mutex<Result<Answer, Failure>>(.failure(Failure("no answer")))
        let task = session.dataTask(with: request) { data, response, error in
            outcome.withLock { outcome in
                if let response = response as? HTTPURLResponse {
                    let headers = response.allHeaderFields.compactMap { name, value in (name as? String).map { ($0, "\(value)") } }
                    outcome = .success(Answer(status: response.statusCode, body: data ?? Data(), headers: Dictionary(headers) { first, _ in first }))
                } else if let error {
                    outcome = .failure(Failure("no answer: \(error.localizedDescription)"))
                }
            }
            came.signal()
        }
        task.resume()
        came.wait()
        return try outcome.withLock(\.self).get()
    }
}

/// What a person signs in with.
struct Credentials: Sendable, Hashable {
    var name: String
    var password: String
}

/// Who has signed in; the answer of `GET` and `POST /api/v1/session`.
struct ServiceSession: Decodable, Sendable, Hashable {
    var name: String?
    var roles: [String]?
    var csrf: String?
    /// Nobody signs in here.
    var open: Bool?
}

extension Failure {
    /// What a service says when it does not do what it was asked.
    init(_ answer: ServiceClient.Answer) {
        struct Refusal: Decodable {
            var error: String
            var what_to_do: String
        }
        let refusal = try? JSONDecoder().decode(Refusal.self, from: answer.body)
        switch (answer.status, refusal) {
        case (400..<500, let refusal?): self.init("\(refusal.error); \(refusal.what_to_do)")
        case (_, let refusal?): self.init("the service answers \(answer.status): \(refusal.error); \(refusal.what_to_do)")
        case (_, nil): self.init("the service answers \(answer.status); is this the address of firstread?")
        }
    }
}
