package import Worklist

/// The answer to a message: `MSH`, `MSA` and, where it is not taken, `ERR` (HL7 v2.5.1, 2.9.2).
package struct Acknowledgement: Hashable, Sendable {
    /// MSA-1, HL7 table 0008.
    package enum Code: String, Sendable {
        case applicationAccept = "AA"
        case applicationError = "AE"
        case applicationReject = "AR"
        case commitAccept = "CA"
        case commitError = "CE"
        case commitReject = "CR"
    }

    package var code: Code
    /// MSA-2: the MSH-10 of the message that is answered.
    package var controlID: String
    /// What the receiver says about it: MSA-3 and ERR-8 or ERR-7; empty where nothing.
    package var text: String
}

extension Acknowledgement {
    /// Reads an answer of any type (`ACK`, `ORI`, `ORR`); nil where the message is none.
    package init?(_ message: Message) {
        guard let answer = message["MSA"], let code = Code(rawValue: answer.text(1).uppercased()) else { return nil }
        self.code = code
        controlID = answer.text(2)
        let error = message["ERR"]
        text = [answer.text(3), error?.text(8) ?? "", error?.text(7) ?? ""].filter { !$0.isEmpty }.joined(separator: "; ")
    }
}

extension Message {
    /// The answer `AA`.
    package func accepted(at now: Timestamp, answerID: String) -> Message { answer(.applicationAccept, nil, now, answerID) }

    /// The answer `AE` or `AR`, with an ERR segment that names segment and field.
    package func refused(_ error: MessageError, at now: Timestamp, answerID: String) -> Message { answer(error.code, error, now, answerID) }

    private func answer(_ code: Acknowledgement.Code, _ error: MessageError?, _ now: Timestamp, _ answerID: String) -> Message {
        let header = self["MSH"]
        var msh = Segment("MSH")
        // The parties turn round; who the sender called is who answers.
        for (to, from) in [(3, 5), (4, 6), (5, 3), (6, 4)] { msh.set(to, components: (1...3).map { header?.text(from, component: $0) ?? "" }) }
        if msh.raw(3).isEmpty { msh.set(3, "FIRSTREAD") }
        msh.set(7, DateTime.text(now))
        let event = type.event
        msh.set(9, components: ["ACK", event, "ACK"])
        msh.set(10, answerID)
        msh.set(11, components: [header?.text(11).nonEmpty ?? "P"])
        msh.set(12, "2.5.1")
        msh.set(18, "UNICODE UTF-8")
        var msa = Segment("MSA")
        msa.set(1, code.rawValue)
        msa.set(2, controlID)
        guard let error else { return Message(segments: [msh, msa]) }
        var err = Segment("ERR")
        func number(_ value: Int) -> String { value > 0 ? String(value) : "" }
        err.set(2, components: [error.segment, String(error.occurrence), number(error.field), error.component > 0 ? "1" : "", number(error.component)])
        err.set(3, components: [error.condition.rawValue, error.condition.text, "HL70357"])
        err.set(4, "E")
        err.set(8, error.userMessage)
        return Message(segments: [msh, msa, err])
    }

    /// The answer to bytes that are no message: to what its header says, where that can be read, so that its sender knows which one is meant.
    package static func refused(unreadable bytes: [UInt8], _ error: MessageError, at now: Timestamp, answerID: String) -> Message {
        guard let header = Message(headerOf: bytes) else {
            return Message(segments: [Segment("MSH")]).answer(.applicationReject, error, now, answerID)
        }
        return header.refused(error, at: now, answerID: answerID)
    }
}

extension String {
    var nonEmpty: String? { isEmpty ? nil : self }
}
