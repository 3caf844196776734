import Foundation
import GRDB
package import Worklist

/// A line of the log, as those that follow it need it.
package struct LoggedStudy: Sendable, Hashable {
    package var seq: Int64
    package var study: UID
    /// nil: a kind that a newer version wrote.
    package var kind: Event.Kind?
}

/// How reports are made and to whom they go: kept beside the list, for the commands that sign beside the service.
package struct KeptReporting: Sendable, Hashable, Codable {
    /// The receivers, as the settings name them: HOST:PORT.
    package var feeds: [String]
    package var language: String
    package var templates: String?
    package var orderTerms: String?

    package init(feeds: [String], language: String, templates: String?, orderTerms: String?) {
        self.feeds = feeds
        self.language = language
        self.templates = templates
        self.orderTerms = orderTerms
    }
}

extension WorklistStore {
    /// How far the log has been followed; 0 where it never was.
    package func draftCursor() throws(StorageError) -> Int64 { try read { try $0.integer("SELECT seq FROM draft_cursor") } }

    package func moveDraftCursor(to seq: Int64) throws(StorageError) {
        try commit { db in
            try db.run("INSERT INTO draft_cursor (only_row, seq) VALUES (1, $1) ON CONFLICT (only_row) DO UPDATE SET seq = excluded.seq", [seq])
        }
    }

    /// The lines after `seq`, at most `limit`, oldest first.
    package func log(after seq: Int64, first limit: Int) throws(StorageError) -> [LoggedStudy] {
        try read { db in
            try db.rows("SELECT seq, study_instance_uid, kind FROM event WHERE seq > $1 AND study_instance_uid <> '' ORDER BY seq LIMIT $2", [seq, limit]).compactMap { row in
                UID(row[1] as String).map { LoggedStudy(seq: row[0], study: $0, kind: Event.Kind(rawValue: row[2])) }
            }
        }
    }

    package func keep(_ kept: KeptReporting) throws(StorageError) {
        try commit { db in
            try db.run(
                "INSERT INTO reporting (only_row, content) VALUES (1, $1) ON CONFLICT (only_row) DO UPDATE SET content = excluded.content",
                [try JSONText.encode(kept)])
        }
    }

    /// nil where no service has run on this database yet.
    package func keptReporting() throws(StorageError) -> KeptReporting? {
        try read { db in try db.row("SELECT content FROM reporting").map { try JSONText.decode($0[0]) } }
    }
}
