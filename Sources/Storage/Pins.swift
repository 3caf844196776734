package import Worklist

extension WorklistStore {
    /// Puts a study first or gives it back to the policy, with its event; nil where there is no such study.
    ///
    /// - Throws: `PinRefusal` where name or reason are missing or the study is not in that state.
    @discardableResult
    package func record(_ deed: PinDeed, of uid: UID, by name: String, reason: String, at now: Timestamp) throws -> Study? {
        let outcome: Result<Study, PinRefusal>? = try commit { db in
            guard var study = try db.study(uid) else { return nil }
            do throws(PinRefusal) {
                try study.apply(deed, by: name, reason: reason, at: now)
            } catch {
                return .failure(error)
            }
            try db.log(deed == .pin ? .pinned : .released, of: uid, by: name, at: now, ["reason": reason])
            try db.save(study)
            return .success(study)
        }
        return try outcome?.get()
    }
}
