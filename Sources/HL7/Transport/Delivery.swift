package import Worklist

/// One connection's view of the message that is on its way: which acknowledgement ends it, and how.
///
/// A pure state machine; `MLLPClient` feeds it what comes and does what it says.
///
///     var delivery = Delivery()
///     delivery.sent("FR1")
///     delivery.judge(message)      // .ends(.done)
package struct Delivery: Sendable {
    package typealias Outcome = DeliveryOutcome
    package typealias Reason = DeliveryOutcome.Reason

    package enum Judgement: Hashable, Sendable {
        case ends(Outcome)
        /// The application's answer to what was already acknowledged on receipt (`CA`, then `AA`).
        case ignored
        /// It can't be told what it answers: the connection is closed, and the message sent again on another one.
        case closes(String)
    }

    private var outstanding: String?
    /// Answered `CA` on this connection; the `AA` may still follow.
    private var committed: Set<String> = []

    package init() {}

    package mutating func sent(_ controlID: String) { outstanding = controlID }

    package mutating func judge(_ bytes: [UInt8]) -> Judgement {
        guard let message = try? Message(parsing: bytes), let answer = Acknowledgement(message) else {
            return .closes("the answer is no acknowledgement")
        }
        if committed.contains(answer.controlID), answer.controlID != outstanding { return .ignored }
        guard let outstanding else { return .closes("an acknowledgement came that nothing was waiting for") }
        guard answer.controlID == outstanding else { return .closes("the acknowledgement is of another message: its MSA-2 is not our MSH-10") }
        self.outstanding = nil
        let reason = Reason("the receiver answered \(answer.code.rawValue)", said: answer.text)
        switch answer.code {
        case .applicationAccept: return .ends(.done)
        case .commitAccept:
            committed.insert(answer.controlID)
            return .ends(.done)
        case .applicationError, .commitError: return .ends(.retry(reason))
        case .applicationReject, .commitReject: return .ends(.setAside(reason))
        }
    }
}
