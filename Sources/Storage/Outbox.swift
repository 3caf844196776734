import GRDB
package import Worklist

/// A message on its way to one receiver: HL7, or a result that goes to a DICOM store.
package struct OutgoingMessage: Sendable, Hashable {
    /// The receiver, as the settings name it: HOST:PORT, or HOST:PORT:AET.
    package var feed: String
    /// MSH-10; of a result, its SOP Instance UID and the receiver. Unique in the outbox.
    package var controlID: String
    /// The encoded message, UTF-8, without its frame; of a result, its SOP Instance UID.
    package var body: String
    /// nil: an HL7 message.
    package var result: StoredResult?

    package init(feed: String, controlID: String, body: String) {
        self.feed = feed
        self.controlID = controlID
        self.body = body
    }

    /// A result for one store of several.
    package init(_ result: StoredResult, to store: String) {
        feed = store
        controlID = "\(result.sopInstanceUID)@\(store)"
        body = result.sopInstanceUID
        self.result = result
    }
}

/// A message that lies in the outbox.
package struct QueuedMessage: Sendable, Hashable {
    package var messageID: Int64
    package var study: UID
    package var controlID: String
    package var body: String
    /// How often it has been sent before.
    package var attempts: Int
    package var createdAt: Timestamp
}

/// How a feed stands: for the board, the page and the metrics.
package struct FeedStatus: Sendable, Hashable {
    package var feed: String
    package var pending: Int
    package var delivered: Int
    package var setAside: Int
    package var oldestPendingAt: Timestamp?
}

extension WorklistStore {
    /// The next message that may go out: the oldest one due whose study has no earlier message waiting.
    ///
    /// One that is due later than `longestPause` from now is due: the clock has been set back.
    package func nextMessage(of feed: String, at now: Timestamp, longestPause: Double = 3600) throws(StorageError) -> QueuedMessage? {
        try read { db in
            try db.row(
                """
                SELECT m.message_id, m.study_instance_uid, m.control_id, m.body, m.attempts, m.created_at FROM feed_message m
                WHERE m.feed = $1 AND m.state = 'pending' AND (m.next_try_at <= $2 OR m.next_try_at > $3) AND NOT EXISTS (
                    SELECT 1 FROM feed_message e WHERE e.feed = m.feed AND e.study_instance_uid = m.study_instance_uid
                    AND e.state = 'pending' AND e.message_id < m.message_id)
                ORDER BY m.message_id LIMIT 1
                """, [feed, now.microseconds, now.advanced(bySeconds: longestPause).microseconds]
            ).flatMap { row in
                UID(row[1] as String).map { uid in
                    QueuedMessage(
                        messageID: row[0], study: uid, controlID: row[2], body: row[3], attempts: row[4],
                        createdAt: Timestamp(microseconds: row[5]))
                }
            }
        }
    }

    /// When the next message that waits for another try falls due.
    package func nextTry(of feed: String) throws(StorageError) -> Timestamp? {
        try read { db in
            try db.row("SELECT MIN(next_try_at) FROM feed_message WHERE feed = $1 AND state = 'pending'", [feed])
                .flatMap { $0[0] as Int64? }.map(Timestamp.init(microseconds:))
        }
    }

    /// The receiver has it; `note` is what it had to say about it.
    package func markDelivered(_ message: QueuedMessage, by feed: String, at now: Timestamp, note: String = "") throws(StorageError) {
        try end(message, "delivered", .acknowledged, feed, now, note: note)
    }

    /// The receiver will never take it, or has not taken it in time: kept and shown.
    package func setAside(_ message: QueuedMessage, by feed: String, at now: Timestamp, because reason: String) throws(StorageError) {
        try end(message, "aside", .setAside, feed, now, note: reason)
    }

    private func end(
        _ message: QueuedMessage, _ state: String, _ kind: Event.Kind, _ feed: String, _ now: Timestamp, note: String
    ) throws(StorageError) {
        try commit { db in
            try db.run(
                "UPDATE feed_message SET state = $1, attempts = attempts + 1, ended_at = $2, note = $3 WHERE message_id = $4 AND state = 'pending'",
                [state, now.microseconds, note, message.messageID])
            var detail = ["feed": feed, "control_id": message.controlID, "attempts": String(message.attempts + 1)]
            if !note.isEmpty { detail["reason"] = note }
            try db.log(kind, of: message.study, by: "feed", at: now, detail)
        }
    }

    /// To be sent again, under the same MSH-10, not before `nextTry`.
    package func retry(_ message: QueuedMessage, at nextTry: Timestamp, because reason: String) throws(StorageError) {
        try commit { db in
            try db.run(
                "UPDATE feed_message SET attempts = attempts + 1, next_try_at = $1, note = $2 WHERE message_id = $3 AND state = 'pending'",
                [nextTry.microseconds, reason, message.messageID])
        }
    }

    package func feedStatus(_ feed: String) throws(StorageError) -> FeedStatus {
        try read { db in
            var status = FeedStatus(feed: feed, pending: 0, delivered: 0, setAside: 0)
            for row in try db.rows("SELECT state, COUNT(*), MIN(created_at) FROM feed_message WHERE feed = $1 GROUP BY state", [feed]) {
                switch row[0] as String {
                case "pending":
                    status.pending = row[1]
                    status.oldestPendingAt = (row[2] as Int64?).map(Timestamp.init(microseconds:))
                case "delivered": status.delivered = row[1]
                default: status.setAside = row[1]
                }
            }
            return status
        }
    }
}

extension Transaction {
    func enqueue(_ message: OutgoingMessage, about study: UID, at now: Timestamp) throws {
        if let result = message.result { try keep(result, of: study, at: now) }
        try run(
            """
            INSERT INTO feed_message (feed, study_instance_uid, control_id, body, state, attempts, created_at, next_try_at, note)
            VALUES ($1, $2, $3, $4, 'pending', 0, $5, $6, '')
            """, [message.feed, study.text, message.controlID, message.body, now.microseconds, now.microseconds])
        try log(.announced, of: study, by: "feed", at: now, ["feed": message.feed, "control_id": message.controlID])
    }
}
