import GRDB
package import Worklist

/// Which message it was: a sender's control IDs (MSH-10) are unique for its application and facility (MSH-3, MSH-4).
package struct ReceivedMessage: Hashable, Sendable {
    package var sender: String
    package var controlID: String
    /// MSH-7.
    package var time: String

    package init(sender: String, controlID: String, time: String = "") {
        self.sender = sender
        self.controlID = controlID
        self.time = time
    }
}

/// The first answer to a message that has come before.
package struct EarlierAnswer: Hashable, Sendable {
    package var answer: String
    /// MSH-7 of the message that got it.
    package var time: String
}

/// The messages to send about a study as it now stands.
package typealias Announcements = (Study) throws -> [OutgoingMessage]

extension WorklistStore {
    /// The answer that a repeated MSH-10 of this sender got the first time.
    package func earlierAnswer(to message: ReceivedMessage) throws(StorageError) -> EarlierAnswer? { try read { db in try db.earlierAnswer(to: message) } }

    /// Does what the message asks for, and keeps the answer for its repetition, in one transaction.
    ///
    /// - Parameter announcements: the messages about a study whose announced priority this changes.
    /// - Returns: the first answer where the message has come before; then nothing is done.
    @discardableResult
    package func record(
        _ intake: Intake, of message: ReceivedMessage, answer: String, at now: Timestamp, announcements: @escaping Announcements = { _ in [] }
    ) throws(StorageError) -> EarlierAnswer? {
        try commit { db in
            if let earlier = try db.earlierAnswer(to: message) { return earlier }
            try db.keep(answer, to: message, at: now)
            let cause = Cause(actor: message.sender, controlID: message.controlID, at: now, announcements: announcements)
            switch intake {
            case .orders(let orders): for order in orders { try db.take(order, cause) }
            case .patients(let records): for record in records { try db.take(record, cause) }
            case .merges(let merges): for merge in merges { try db.take(merge, cause) }
            case .reports(let reports): for report in reports where report.isFinal { try db.take(report, cause) }
            }
            return nil
        }
    }

    /// Keeps the answer to a message that changed nothing; returns the first one where it has come before.
    package func keepAnswer(_ answer: String, to message: ReceivedMessage, at now: Timestamp) throws(StorageError) -> EarlierAnswer? {
        try commit { db in
            if let earlier = try db.earlierAnswer(to: message) { return earlier }
            try db.keep(answer, to: message, at: now)
            return nil
        }
    }
}

/// Why something changes: for the event log, and for those who have to be told.
struct Cause {
    var actor: String
    /// MSH-10 of the message that said so; empty where none did.
    var controlID = ""
    var at: Timestamp
    var announcements: Announcements

    func detail(_ more: Event.Detail) -> Event.Detail {
        controlID.isEmpty ? more : more.merging(["control_id": controlID]) { own, _ in own }
    }
}

extension Transaction {
    func earlierAnswer(to message: ReceivedMessage) throws -> EarlierAnswer? {
        try row("SELECT answer, message_time FROM received_message WHERE sender = $1 AND control_id = $2", [message.sender, message.controlID])
            .map { EarlierAnswer(answer: $0[0], time: $0[1]) }
    }

    fileprivate func keep(_ answer: String, to message: ReceivedMessage, at now: Timestamp) throws {
        try run(
            "INSERT INTO received_message (sender, control_id, received_at, answer, message_time) VALUES ($1, $2, $3, $4, $5)",
            [message.sender, message.controlID, now.microseconds, answer, message.time])
    }

    /// Saves what has become of a study, and tells of a change in its announced priority; one that has no score yet is told of with its score.
    func settle(_ study: inout Study, after before: Study, _ action: StudyAssembly.Action, _ cause: Cause) throws {
        try conclude(action, &study, at: cause.at)
        guard study.announcedPriority != before.announcedPriority, [.scored, .unscored, .reading].contains(study.state) else { return }
        for message in try cause.announcements(study) { try enqueue(message, about: study.studyInstanceUID, at: cause.at) }
    }
}
