import GRDB
package import Worklist

/// What the database tells of the room, beside the list itself.
package struct RoomRecord: Sendable, Hashable {
    /// Studies by the clock hour (UTC) in which their first image came, and in which they were read.
    package var arrived: [Timestamp: Int] = [:]
    package var read: [Timestamp: Int] = [:]
    package var lastReceivedAt: Timestamp?
    package var queued = 0
    package var oldestQueuedAt: Timestamp?
    package var lastScoredAt: Timestamp?
    package var acknowledgements: [String: AlarmAcknowledgement] = [:]
}

/// Who has seen an alarm, and when.
package struct AlarmAcknowledgement: Sendable, Hashable {
    package var name: String
    package var at: Timestamp
}

/// A study that has been read: what its wait is reckoned from.
package struct ReadStudy: Sendable, Hashable {
    package var category: Category
    package var orderPriority: OrderPriority
    package var receivedAt: Timestamp
    package var reportedAt: Timestamp
}

extension WorklistStore {
    /// - Parameter since: arrivals and readings are counted from this moment on.
    package func roomRecord(since: Timestamp) throws(StorageError) -> RoomRecord {
        try read { db in
            var record = RoomRecord()
            record.arrived = try db.hours("received_at", since: since)
            record.read = try db.hours("reported_at", since: since)
            record.lastReceivedAt = try db.moment("SELECT MAX(last_received_at) FROM study")
            if let row = try db.row("SELECT COUNT(*), MIN(queued_at) FROM scoring_job") {
                record.queued = row[0]
                record.oldestQueuedAt = (row[1] as Int64?).map(Timestamp.init(microseconds:))
            }
            record.lastScoredAt = try db.moment("SELECT at FROM event WHERE kind IN ('scored', 'unscored') ORDER BY seq DESC LIMIT 1")
            for row in try db.rows("SELECT alarm_id, name, at FROM alarm_acknowledgement") {
                record.acknowledgements[row[0]] = AlarmAcknowledgement(name: row[1], at: Timestamp(microseconds: row[2]))
            }
            return record
        }
    }

    /// The studies that were read from this moment on.
    package func readStudies(since: Timestamp) throws(StorageError) -> [ReadStudy] {
        try read { db in
            try db.rows(
                "SELECT category, order_priority, received_at, reported_at FROM study WHERE reported_at >= $1 AND state = 'reported'", [since.microseconds]
            ).map { row in
                ReadStudy(
                    category: Category(rawValue: row[0]) ?? .unscored, orderPriority: OrderPriority(rawValue: row[1]) ?? .routine,
                    receivedAt: Timestamp(microseconds: row[2]), reportedAt: Timestamp(microseconds: row[3]))
            }
        }
    }

    /// Remembers who has seen an alarm, with its event; `study` is the one that it concerns.
    package func acknowledge(_ alarm: String, of study: UID?, by name: String, at now: Timestamp) throws(StorageError) {
        try commit { db in
            try db.run(
                """
                INSERT INTO alarm_acknowledgement (alarm_id, name, at) VALUES ($1, $2, $3)
                ON CONFLICT (alarm_id) DO UPDATE SET name = excluded.name, at = excluded.at
                """, [alarm, name, now.microseconds])
            try db.log(.alarmAcknowledged, of: study, by: name, at: now, ["alarm": alarm])
        }
    }

    /// The receivers that messages lie here for.
    package func receivers() throws(StorageError) -> [String] {
        try read { db in try db.rows("SELECT DISTINCT feed FROM feed_message ORDER BY feed").map { $0[0] } }
    }

    /// How a receiver's messages stand: what waits, what was set aside last, and what was said about it.
    package func receiverRecord(_ feed: String) throws(StorageError) -> ReceiverRecord {
        try read { db in
            var record = ReceiverRecord()
            if let row = try db.row("SELECT COUNT(*), MIN(created_at) FROM feed_message WHERE feed = $1 AND state = 'pending'", [feed]) {
                record.waiting = row[0]
                record.oldestWaitingAt = (row[1] as Int64?).map(Timestamp.init(microseconds:))
            }
            record.setAside = Int(try db.integer("SELECT COUNT(*) FROM feed_message WHERE feed = $1 AND state = 'aside'", [feed]))
            if let row = try db.row(
                "SELECT message_id, ended_at, note FROM feed_message WHERE feed = $1 AND state = 'aside' ORDER BY message_id DESC LIMIT 1", [feed]) {
                record.lastSetAside = (row[0], Timestamp(microseconds: (row[1] as Int64?) ?? 0), row[2])
            }
            record.lastTrouble = try db.row(
                "SELECT note FROM feed_message WHERE feed = $1 AND state = 'pending' AND note <> '' ORDER BY message_id LIMIT 1", [feed]
            ).map { $0[0] }
            return record
        }
    }
}

/// How the messages of one receiver stand.
package struct ReceiverRecord: Sendable {
    package var waiting = 0
    package var oldestWaitingAt: Timestamp?
    package var setAside = 0
    package var lastSetAside: (message: Int64, at: Timestamp, reason: String)?
    /// What the receiver said about the oldest message that it has not taken.
    package var lastTrouble: String?
}

extension Transaction {
    fileprivate func moment(_ sql: String) throws -> Timestamp? {
        try row(sql).flatMap { $0[0] as Int64? }.map(Timestamp.init(microseconds:))
    }

    /// How many studies have `column` in each clock hour.
    fileprivate func hours(_ column: String, since: Timestamp) throws -> [Timestamp: Int] {
        let hour: Int64 = 3_600_000_000
        let counts = try rows("SELECT \(column) / \(hour), COUNT(*) FROM study WHERE \(column) >= $1 GROUP BY 1", [since.microseconds])
        return Dictionary(uniqueKeysWithValues: counts.map { (Timestamp(microseconds: ($0[0] as Int64) * hour), $0[1] as Int) })
    }
}
