package import Foundation
import GRDB
package import Worklist

/// A DICOM object that was made here, as the database keeps it: once, however many stores it goes to.
///
/// In the database and not beside it, so that it is there exactly when what it reports is.
package struct StoredResult: Sendable, Hashable {
    package var sopInstanceUID: String
    package var sopClassUID: String
    package var seriesInstanceUID: String
    /// What it holds, in the words of its maker.
    package var kind: String
    /// Counted from 1 within study and kind.
    package var version: Int
    /// A Part 10 file.
    package var file: Data

    package init(sopInstanceUID: String, sopClassUID: String, seriesInstanceUID: String, kind: String, version: Int, file: Data) {
        self.sopInstanceUID = sopInstanceUID
        self.sopClassUID = sopClassUID
        self.seriesInstanceUID = seriesInstanceUID
        self.kind = kind
        self.version = version
        self.file = file
    }
}

extension WorklistStore {
    /// The object of that SOP Instance UID.
    package func result(_ sopInstanceUID: String) throws(StorageError) -> StoredResult? {
        try read { db in
            try db.row(Self.selectResult + " WHERE sop_instance_uid = $1", [sopInstanceUID]).map(Self.result)
        }
    }

    /// The last version of a study's result: the predecessor of the next one.
    package func lastResult(of study: UID, kind: String) throws(StorageError) -> StoredResult? {
        try read { db in
            try db.row(Self.selectResult + " WHERE study_instance_uid = $1 AND kind = $2 ORDER BY version DESC LIMIT 1", [study.text, kind])
                .map(Self.result)
        }
    }

    private static let selectResult = "SELECT sop_instance_uid, sop_class_uid, series_instance_uid, kind, version, file FROM result_object"

    private static func result(_ row: Row) -> StoredResult {
        StoredResult(
            sopInstanceUID: row[0], sopClassUID: row[1], seriesInstanceUID: row[2], kind: row[3], version: row[4], file: row[5])
    }
}

extension Transaction {
    func keep(_ result: StoredResult, of study: UID, at now: Timestamp) throws {
        try run(
            """
            INSERT INTO result_object (sop_instance_uid, sop_class_uid, series_instance_uid, study_instance_uid, kind, version, created_at, file)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (sop_instance_uid) DO NOTHING
            """,
            [
                result.sopInstanceUID, result.sopClassUID, result.seriesInstanceUID, study.text, result.kind, result.version,
                now.microseconds, result.file,
            ])
    }
}
