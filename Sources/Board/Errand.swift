import Foundation
package import Worklist

/// Something that a key asks for and that takes its time: looked up or done on a thread of its own.
package enum Errand: Hashable, Sendable {
    case study(String)
    case film(FilmRequest)
    case order(PolicyName)
    case act(Act)
}

/// What came of an errand.
package enum Answer: Sendable {
    case study(String, Result<StudyFile, BoardError>)
    case film(FilmRequest, Result<Film, BoardError>)
    case order(PolicyName, Result<BoardList, BoardError>)
    case act(Act, BoardError?)
}

/// Runs errands, each on a thread of its own, and leaves the answers in a mailbox.
final class Errands: Sendable {
    let answers: Mailbox<Answer>
    private let source: BoardSource

    init(_ source: BoardSource) throws(BoardError) {
        self.source = source
        answers = try Mailbox()
    }

    func run(_ errand: Errand) {
        Thread.detachNewThread { [self] in answers.post(answer(to: errand)) }
    }

    private func answer(to errand: Errand) -> Answer {
        switch errand {
        case .study(let uid): .study(uid, told { try source.study(uid) })
        case .film(let request): .film(request, told { try source.film(request) })
        case .order(let policy): .order(policy, told { try source.order(policy) })
        case .act(let act):
            switch told({ try source.act(act) }) {
            case .success: .act(act, nil)
            case .failure(let error): .act(act, error)
            }
        }
    }

    private func told<Value>(_ work: () throws -> Value) -> Result<Value, BoardError> {
        do {
            return .success(try work())
        } catch {
            return .failure(BoardError(description: "\(error)"))
        }
    }
}
