import Foundation
import HL7
import Logging
import Storage
import Worklist

/// Answers the messages that come in: what they ask for is done, or they are told what is wrong with them.
///
/// The answer goes out only once the message's effect is on disk. A repeated MSH-10 of the same sender gets the first answer again.
struct OrderDesk: Sendable {
    let store: WorklistStore
    let announcing: Announcing
    let clock: WallClock
    let scoring: Doorbell
    let outboxes: [Doorbell]
    let log: Logger

    func answer(_ bytes: [UInt8], from peer: String) async -> String {
        let now = clock()
        do {
            return try await onBlockingThread { try take(bytes, from: peer, at: now) }
        } catch {
            log.error("an HL7 message could not be kept; its sender is told to try again", metadata: ["peer": "\(peer)", "error.description": "\(error)"])
            let trouble = MessageError(.applicationInternal, "MSH", "the message could not be kept; send it again later")
            return Message.refused(unreadable: bytes, trouble, at: now, answerID: ControlID.new()).encoded
        }
    }

    private func take(_ bytes: [UInt8], from peer: String, at now: Timestamp) throws -> String {
        let message: Message
        do throws(MessageError) {
            message = try Message(parsing: bytes)
        } catch {
            log.warning("HL7 message refused: it cannot be read", metadata: ["peer": "\(peer)", "reason": "\(error)"])
            return Message.refused(unreadable: bytes, error, at: now, answerID: ControlID.new()).encoded
        }
        let received = message.received
        if let earlier = try store.earlierAnswer(to: received) { return repeated(earlier, received, peer) }
        let intake: Intake
        do throws(MessageError) {
            intake = try message.intake()
        } catch {
            log.warning("HL7 message refused", metadata: ["peer": "\(peer)", "hl7.control-id": "\(received.controlID)", "reason": "\(error)"])
            let answer = message.refused(error, at: now, answerID: ControlID.new()).encoded
            return try store.keepAnswer(answer, to: received, at: now).map { repeated($0, received, peer) } ?? answer
        }
        let answer = message.accepted(at: now, answerID: ControlID.new()).encoded
        let earlier = try store.record(intake, of: received, answer: answer, at: now) { [announcing] study in announcing.messages(about: study, at: now) }
        if let earlier { return repeated(earlier, received, peer) }
        scoring.ring()
        for outbox in outboxes { outbox.ring() }
        return answer
    }

    private func repeated(_ earlier: EarlierAnswer, _ received: ReceivedMessage, _ peer: String) -> String {
        if earlier.time != received.time {
            log.warning(
                "an HL7 message bears a control ID that its sender has used before, with another time: it is taken for a repetition and changes nothing",
                metadata: ["peer": "\(peer)", "hl7.control-id": "\(received.controlID)"])
        }
        return earlier.answer
    }
}

extension Message {
    /// Control IDs are unique for a sending application and facility, not for a connection (2.15.9.10).
    fileprivate var received: ReceivedMessage {
        let header = self["MSH"]
        return ReceivedMessage(sender: "\(header?.raw(3) ?? "")|\(header?.raw(4) ?? "")", controlID: controlID, time: header?.text(7) ?? "")
    }
}
