import Foundation
import GRDB
package import Worklist

/// How the service orders the list: kept beside it, so that whoever reads the list sees the same one.
package struct KeptOrdering: Sendable, Hashable {
    package var ordering: PolicyName
    package var policy: WorklistPolicy

    package init(ordering: PolicyName, policy: WorklistPolicy) {
        self.ordering = ordering
        self.policy = policy
    }
}

extension WorklistStore {
    package func keep(_ kept: KeptOrdering) throws(StorageError) {
        try commit { db in
            try db.run(
                """
                INSERT INTO ordering (only_row, ordering, policy) VALUES (1, $1, $2)
                ON CONFLICT (only_row) DO UPDATE SET ordering = excluded.ordering, policy = excluded.policy
                """, [kept.ordering.rawValue, String(decoding: try kept.policy.json, as: UTF8.self)])
        }
    }

    /// nil where no service has run on this database yet.
    package func keptOrdering() throws(StorageError) -> KeptOrdering? {
        try read { db in
            guard let row = try db.row("SELECT ordering, policy FROM ordering"), let ordering = PolicyName(rawValue: row[0]) else { return nil }
            return KeptOrdering(ordering: ordering, policy: try WorklistPolicy(json: Data((row[1] as String).utf8), from: "the policy in the database"))
        }
    }
}
