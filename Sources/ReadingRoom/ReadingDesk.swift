package import Storage
package import Worklist

/// What persons do with studies on the list: claim, give back, put first. It needs the database alone, so it works beside a
/// running service, and writes every deed into the access log.
package struct ReadingDesk: Sendable {
    private let store: WorklistStore

    package init(store: WorklistStore) { self.store = store }

    /// - Parameter ofAnyone: a lead may give back what another has claimed.
    /// - Throws: `ReaderRefusal`; returns nil where there is no such study.
    @discardableResult
    package func record(_ deed: ReaderDeed, of study: UID, by name: String, ofAnyone: Bool = false, at now: Timestamp) throws -> Study? {
        let changed = try store.record(deed, of: study, by: name, ofAnyone: ofAnyone, at: now)
        if changed != nil { try store.note(AccessEntry(time: now, name: name, act: deed.rawValue, study: study.text)) }
        return changed
    }

    /// - Throws: `PinRefusal`; returns nil where there is no such study.
    @discardableResult
    package func record(_ deed: PinDeed, of study: UID, by name: String, reason: String, at now: Timestamp) throws -> Study? {
        let changed = try store.record(deed, of: study, by: name, reason: reason, at: now)
        if changed != nil { try store.note(AccessEntry(time: now, name: name, act: deed == .pin ? "pin" : "unpin", study: study.text, detail: reason)) }
        return changed
    }
}
