import GRDB
package import Worklist

extension WorklistStore {
    /// How far the log has been followed for reports that go out as DICOM objects; nil where it never was.
    package func resultCursor() throws(StorageError) -> Int64? { try read { db in try db.row("SELECT seq FROM result_cursor").map { $0[0] } } }

    package func moveResultCursor(to seq: Int64) throws(StorageError) {
        guard try resultCursor() != seq else { return }
        try commit { db in try db.moveResultCursor(to: seq) }
    }

    /// Puts results into the outbox and remembers that the log was followed so far, in one transaction.
    package func enqueueResults(_ messages: [OutgoingMessage], about study: UID, cursor seq: Int64, at now: Timestamp) throws(StorageError) {
        try commit { db in
            for message in messages { try db.enqueue(message, about: study, at: now) }
            try db.moveResultCursor(to: seq)
        }
    }
}

extension Transaction {
    fileprivate func moveResultCursor(to seq: Int64) throws {
        try run("INSERT INTO result_cursor (only_row, seq) VALUES (1, $1) ON CONFLICT (only_row) DO UPDATE SET seq = excluded.seq", [seq])
    }
}
