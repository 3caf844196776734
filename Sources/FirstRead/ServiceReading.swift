import Board
import Dispatch
import Foundation
import FoundationNetworking
import Synchronization
import Worklist

/// The board's list, asked of a service over HTTP.
final class ServiceReading: Sendable {
    private let address: URL
    private let session: URLSession

    private static let pauseSeconds = 2.0
    private static let answerSeconds = 10.0

    init(_ address: URL) {
        self.address = address
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = Self.answerSeconds
        configuration.timeoutIntervalForResource = Self.answerSeconds
        session = URLSession(configuration: configuration)
    }

    /// The address of a service; nil where the text is none.
    static func address(_ text: String) -> URL? {
        guard let url = URL(string: text), let scheme = url.scheme?.lowercased(), ["http", "https"].contains(scheme), url.host()?.isEmpty == false else {
            return nil
        }
        return url
    }

    var source: ListSource {
        // A name and a password in the address are nobody's business.
        var shown = URLComponents(url: address, resolvingAgainstBaseURL: false)
        shown?.user = nil
        shown?.password = nil
        return ListSource(name: shown?.string ?? address.host() ?? "", pauseSeconds: Self.pauseSeconds) { [self] in
            do {
                return Reading(at: Timestamp(Date()), list: try read())
            } catch {
                return Reading(at: Timestamp(Date()), trouble: "\(error)")
            }
        }
    }

    private func read() throws -> BoardList {
        let (body, answer) = try get(address.appending(path: "api/v1/worklist"))
        guard answer.statusCode == 200 else {
            let refusal = try? JSONDecoder().decode(Refusal.self, from: body)
            throw Failure("the service answers \(answer.statusCode)" + (refusal.map { ": \($0.error); \($0.what_to_do)" } ?? "; is this the address of firstread?"))
        }
        let items: [WorklistItem]
        do {
            items = try JSONDecoder().decode([WorklistItem].self, from: body)
        } catch {
            throw Failure("the answer is no list; is this the address of firstread, and of the same version?")
        }
        let takenAt = answer.value(forHTTPHeaderField: "x-snapshot-taken-at").flatMap(Timestamp.init(rfc3339:))
        return BoardList(WorklistSnapshot(takenAt: takenAt ?? Timestamp(Date()), items: items))
    }

    private struct Refusal: Decodable {
        var error: String
        var what_to_do: String
    }

    /// Asks and waits: this runs on the board's reading thread.
    private func get(_ url: URL) throws -> (Data, HTTPURLResponse) {
        let came = DispatchSemaphore(value: 0)
        let outcome = Mutex<Result<(Data, HTTPURLResponse), Failure>>(.failure(Failure("no answer")))
        let task = session.dataTask(with: url) { data, response, error in
            outcome.withLock { outcome in
                if let data, let response = response as? HTTPURLResponse {
                    outcome = .success((data, response))
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
