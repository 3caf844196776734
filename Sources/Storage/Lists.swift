import GRDB
package import Worklist

extension WorklistStore {
    /// The studies on the list, in order of arrival; reported ones too where asked for.
    package func openStudies(includingReported: Bool = false) throws(StorageError) -> [Study] {
        try read { db in
            try db.studies(where: includingReported ? "1 = 1 ORDER BY received_at, study_instance_uid" : "state <> 'reported' ORDER BY received_at, study_instance_uid")
        }
    }

    package func study(_ uid: UID) throws(StorageError) -> Study? { try read { db in try db.study(uid) } }

    package func studies(accessionNumber: String) throws(StorageError) -> [Study] {
        try read { db in try db.studies(where: "accession_number = $1 ORDER BY received_at", [accessionNumber]) }
    }

    /// How many studies there are in each state and category.
    package func counts() throws(StorageError) -> [(state: StudyState, category: Category, studies: Int)] {
        try read { db in
            try db.rows(
                """
                SELECT CASE WHEN reader IS NOT NULL AND state <> 'reported' THEN 'reading' ELSE state END, category, COUNT(*)
                FROM study GROUP BY 1, 2
                """
            ).compactMap { row in
                guard let state = StudyState(rawValue: row[0]), let category = Category(rawValue: row[1]) else { return nil }
                return (state, category, row[2])
            }
        }
    }
}
