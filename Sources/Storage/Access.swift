import GRDB
package import Worklist

/// A line of the access log: who saw or did what, when.
package struct AccessEntry: Sendable, Hashable, Codable {
    package var time: Timestamp
    package var name: String
    /// `explain`, `film`, `heatmap`, `report`, `claim`, `sign` …
    package var act: String
    /// nil where it concerns no study.
    package var study: String?
    /// Which image, which report, which reason; empty where the act says it all.
    package var detail: String

    package init(time: Timestamp, name: String, act: String, study: String?, detail: String = "") {
        self.time = time
        self.name = name
        self.act = act
        self.study = study
        self.detail = detail
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(time, forKey: .time)
        try container.encode(name, forKey: .name)
        try container.encode(act, forKey: .act)
        try container.encode(study, forKey: .study)
        try container.encode(detail, forKey: .detail)
    }
}

extension WorklistStore {
    package func note(_ entry: AccessEntry) throws(StorageError) {
        try commit { db in
            try db.run(
                "INSERT INTO access (at, name, act, study_instance_uid, detail) VALUES ($1, $2, $3, $4, $5)",
                [entry.time.microseconds, entry.name, entry.act, entry.study ?? "", entry.detail])
        }
    }

    /// Newest first, at most `limit`.
    package func access(first limit: Int) throws(StorageError) -> [AccessEntry] {
        try read { db in
            try db.rows("SELECT at, name, act, study_instance_uid, detail FROM access ORDER BY entry_id DESC LIMIT $1", [limit]).map { row in
                let study: String = row[3]
                return AccessEntry(
                    time: Timestamp(microseconds: row[0]), name: row[1], act: row[2], study: study.isEmpty ? nil : study, detail: row[4])
            }
        }
    }
}
