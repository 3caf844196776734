import GRDB
package import Worklist

/// One line of the log: what happened to a study, when, and by whom. Never changed, never deleted.
package struct Event: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        case received
        /// The same SOP Instance with another data set; both are kept.
        case receivedDifferently = "received-differently"
        /// A result of ours, sent back by the one it was sent to.
        case returned
        case reopened
        case completed
        /// An order was joined, changed or parted; `matched_by` says by which rule.
        case ordered
        case orderCancelled = "order-cancelled"
        case patientUpdated = "patient-updated"
        /// The study's patient has another number now.
        case patientMerged = "patient-merged"
        case scored
        case unscored
        case announced
        case acknowledged
        case setAside = "set-aside"
        /// A final report came from elsewhere; its text and the score beside it are in the detail.
        case reported
        /// Another final report came after one that the study has already.
        case reportCorrected = "report-corrected"
        case pinned
        case released
        case drafted
        /// It was decided that there is no draft; the detail says why.
        case notDrafted = "not-drafted"
        case signed
        case corrected
        case rejected
        case superseded
        case claimed
        /// Given back by its reader, or by a lead.
        case claimReleased = "claim-released"
        case claimExpired = "claim-expired"
        /// An alarm; `alarm` names it. Where it concerns no study, the line has none.
        case alarmAcknowledged = "alarm-acknowledged"
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

    /// The studies that lines after `seq` are about; nil: more lines than `limit`.
    package func studiesTouched(after seq: Int64, first limit: Int) throws(StorageError) -> Set<UID>? {
        try read { db in
            guard try db.integer("SELECT COUNT(*) FROM event WHERE seq > $1", [seq]) <= limit else { return nil }
            return Set(try db.rows("SELECT DISTINCT study_instance_uid FROM event WHERE seq > $1", [seq]).compactMap { UID($0[0] as String) })
        }
    }

    /// The study's whole history, oldest first.
    package func events(of study: UID) throws(StorageError) -> [Event] {
        try read { db in
            try db.rows("SELECT seq, at, kind, actor, detail FROM event WHERE study_instance_uid = $1 ORDER BY seq", [study.text]).map { row in
                let word: String = row[2]
                guard let kind = Event.Kind(rawValue: word) else {
                    throw StorageError(.damaged, "the event log holds the kind \"\(word)\"; was it written by a newer version?")
                }
                return Event(seq: row[0], at: Timestamp(microseconds: row[1]), kind: kind, actor: row[3], detail: detail(row[4], of: study, db))
            }
        }
    }

    /// A detail that cannot be read does not hide the rest of the history.
    private func detail(_ text: String, of study: UID, _ db: Transaction) -> Event.Detail {
        if let detail: Event.Detail = try? JSONText.decode(text) { return detail }
        db.damage.note("the record of an event of study \(study.text) is damaged: its detail cannot be read")
        return ["damaged": "the detail of this event cannot be read"]
    }
}
