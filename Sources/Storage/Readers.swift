import GRDB
package import Worklist

extension WorklistStore {
    /// Claims a study or gives it back, with its event; nil where there is no such study.
    ///
    /// - Throws: `ReaderRefusal` where the name is missing, or somebody else reads it.
    @discardableResult
    package func record(_ deed: ReaderDeed, of uid: UID, by name: String, ofAnyone: Bool = false, at now: Timestamp) throws -> Study? {
        let outcome: Result<Study, ReaderRefusal>? = try commit { db in
            guard var study = try db.study(uid) else { return nil }
            let reader = study.reader?.name
            do throws(ReaderRefusal) {
                try study.apply(deed, by: name, ofAnyone: ofAnyone, at: now)
            } catch {
                return .failure(error)
            }
            let detail = deed == .release && reader != name ? ["reader": reader ?? ""] : [:]
            try db.log(deed == .claim ? .claimed : .claimReleased, of: uid, by: name, at: now, detail)
            try db.save(study)
            return .success(study)
        }
        return try outcome?.get()
    }

    /// Gives back what was claimed before `horizon` and has no report yet.
    ///
    /// - Returns: when the oldest claim that stays was made.
    @discardableResult
    package func releaseClaims(before horizon: Timestamp, at now: Timestamp) throws(StorageError) -> Timestamp? {
        let old = try read { db in
            try db.rows("SELECT study_instance_uid FROM study WHERE claimed_at <= $1", [horizon.microseconds]).compactMap { UID($0[0] as String) }
        }
        for uid in old {
            try commit { db in
                // Read again: it may have been claimed anew since.
                guard var study = try db.study(uid), let reader = study.reader, reader.since <= horizon else { return }
                study.reader = nil
                try db.log(.claimExpired, of: uid, by: "clock", at: now, ["reader": reader.name])
                try db.save(study)
            }
        }
        return try read { db in
            try db.row("SELECT MIN(claimed_at) FROM study WHERE claimed_at IS NOT NULL").flatMap { $0[0] as Int64? }.map(Timestamp.init(microseconds:))
        }
    }
}
