import GRDB
package import Worklist

/// One line of the log: what happened to a study, when, and by whom. Never changed, never deleted.
package struct Event: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case received
        /// The same SOP Instance with another data set; both are kept.
        case receivedDifferently = "received-differently"
        case reopened
        case completed
        case ordered
        case scored
        case unscored
        case announced
        case acknowledged
        case setAside = "set-aside"
        case reported
        case pinned
        case released
        case drafted
        /// It was decided that there is no draft; the detail says why.
        case notDrafted = "not-drafted"
        case signed
        case corrected
        case rejected
        case superseded
    }

    /// Named facts, as text: read by people and by `explain`.
    package typealias Detail = [String: String]

    package var seq: Int64
    package var at: Timestamp
    package var kind: Kind
    package var actor: String
    package var detail: Detail
}

extension WorklistStore {
    /// The number of the log's last line: while it stays, so does the list. 0 where there is none.
    package func lastEvent() throws(StorageError) -> Int64 { try read { try $0.integer("SELECT MAX(seq) FROM event") } }

    /// The study's whole history, oldest first.
    package func events(of study: UID) throws(StorageError) -> [Event] {
        try read { db in
            try db.rows("SELECT seq, at, kind, actor, detail FROM event WHERE study_instance_uid = $1 ORDER BY seq", [study.text]).map { row in
                let word: String = row[2]
                guard let kind = Event.Kind(rawValue: word) else {
                    throw StorageError(.damaged, "the event log holds the kind \"\(word)\"; was it written by a newer version?")
                }
                return Event(seq: row[0], at: Timestamp(microseconds: row[1]), kind: kind, actor: row[3], detail: try JSONText.decode(row[4]))
            }
        }
    }
}
