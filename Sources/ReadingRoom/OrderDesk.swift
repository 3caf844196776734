import Foundation
import HL7
import Logging
import Storage
import Worklist

/// Answers the messages that come in: orders are kept and joined to their images, everything else is told what is wrong with it.
///
/// The answer goes out only once the message's effect is on disk. A repeated MSH-10 of the same sender gets the first answer again.
struct OrderDesk: Sendable {
    let store: WorklistStore
    let clock: WallClock
    let scoring: Doorbell
    let log: Logger

    func answer(_ bytes: [UInt8], from peer: String) async -> String {
        let now = clock()
        do {
            return try await onBlockingThread { try take(bytes, from: peer, at: now) }
        } catch {
            log.error("an HL7 message could not be kept; its sender is told to try again", metadata: ["peer": "\(peer)", "error.description": "\(error)"])
            let trouble = MessageError(.applicationInternal, "MSH", "the message could not be kept; send it again later")
            let answerID = ControlID.new()
            guard let message = try? Message(parsing: bytes) else { return Message.refused(unreadable: trouble, at: now, answerID: answerID).encoded }
            return message.refused(trouble, at: now, answerID: answerID).encoded
        }
    }

    private func take(_ bytes: [UInt8], from peer: String, at now: Timestamp) throws -> String {
        let message: Message
        do throws(MessageError) {
            message = try Message(parsing: bytes)
        } catch {
            log.warning("HL7 message refused: it cannot be read", metadata: ["peer": "\(peer)", "reason": "\(error)"])
            return Message.refused(unreadable: error, at: now, answerID: ControlID.new()).encoded
        }
        // Control IDs are unique for a sending application and facility, not for a connection (2.15.9.10).
        let sender = "\(message["MSH"]?.raw(3) ?? "")|\(message["MSH"]?.raw(4) ?? "")"
        if let earlier = try store.earlierAnswer(to: message.controlID, from: sender) { return earlier }
        do throws(MessageError) {
            let effect = try effect(of: message)
            let answer = message.accepted(at: now, answerID: ControlID.new()).encoded
            do {
                try apply(effect, message.controlID, sender, answer, now)
            } catch {
                throw MessageError(.applicationInternal, "MSH", "the message could not be kept (\(error)); send it again later")
            }
            scoring.ring()
            return answer
        } catch {
            log.warning("HL7 message refused", metadata: ["peer": "\(peer)", "hl7.type": "\(message.type)", "hl7.control-id": "\(message.controlID)", "reason": "\(error)"])
            let answer = message.refused(error, at: now, answerID: ControlID.new()).encoded
            // What may succeed later is not kept: the repetition is looked at anew.
            if error.condition != .applicationInternal { try store.keepAnswer(answer, to: message.controlID, from: sender, at: now) }
            return answer
        }
    }

    private enum Effect {
        case orders([ImagingOrder])
        case reports([FinalReportMessage.Report])
    }

    private func effect(of message: Message) throws(MessageError) -> Effect {
        switch (message.type.code, message.type.event) {
        case ("ORM", "O01"), ("OMI", "O23"): return .orders(try OrderMessage.orders(in: message))
        case ("ORU", "R01"): return .reports(try FinalReportMessage.reports(in: message))
        default:
            throw MessageError(
                .unsupportedMessageType, "MSH", 9, "\(message.type) is not supported; send ORM^O01, OMI^O23 or ORU^R01")
        }
    }

    private func apply(_ effect: Effect, _ controlID: String, _ sender: String, _ answer: String, _ now: Timestamp) throws(StorageError) {
        switch effect {
        case .orders(let orders): try store.record(orders, controlID: controlID, sender: sender, answer: answer, at: now)
        case .reports(let reports):
            let finals = reports.filter(\.isFinal).map {
                FinalReport(accessionNumber: $0.accessionNumber, studyInstanceUID: $0.studyInstanceUID, patientID: $0.patientID)
            }
            try store.record(finals, controlID: controlID, sender: sender, answer: answer, at: now)
        }
    }
}
