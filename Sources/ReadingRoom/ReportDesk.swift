package import Reporting
package import Storage
package import Worklist

/// What persons do to drafts: read, sign, reject, correct. It needs the database alone, so it works beside a running service,
/// which carries the messages.
package struct ReportDesk: Sendable {
    private let store: WorklistStore

    package init(store: WorklistStore) { self.store = store }

    /// A draft with its study.
    package struct Entry: Sendable {
        package var draft: Draft
        package var study: Study
        package var createdAt: Timestamp
    }

    /// Newest first.
    package func entries(first limit: Int) throws -> [Entry] { try store.drafts(first: limit).compactMap(entry) }

    package func entry(_ id: String) throws -> Entry {
        guard let number = KeptDraft.number(id), let kept = try store.draft(number), let entry = try entry(kept) else { throw Self.unknown(id) }
        return entry
    }

    private func entry(_ kept: KeptDraft) throws -> Entry? {
        try store.study(kept.study).map { Entry(draft: try Draft(kept), study: $0, createdAt: kept.createdAt) }
    }

    /// - Parameter text: what is signed instead of the draft's own text.
    @discardableResult
    package func sign(_ id: String, by name: String, text: String?, at now: Timestamp) throws -> Draft {
        try change(id, .signed, at: now) { draft, study throws(DraftRefusal) in
            if draft.state == .drafted, let cause = draft.basis.cause(in: study) {
                throw DraftRefusal("draft \(id) no longer holds (\(cause.rawValue)) and is being withdrawn; look at the study again")
            }
            try draft.sign(by: name, text: text, at: now)
        }
    }

    @discardableResult
    package func reject(_ id: String, by name: String, reason: String, at now: Timestamp) throws -> Draft {
        try change(id, .rejected, at: now) { draft, _ throws(DraftRefusal) in try draft.reject(by: name, reason: reason, at: now) }
    }

    @discardableResult
    package func correct(_ id: String, by name: String, text: String, at now: Timestamp) throws -> Draft {
        try change(id, .corrected, at: now) { draft, _ throws(DraftRefusal) in try draft.correct(by: name, text: text, at: now) }
    }

    private func change(
        _ id: String, _ kind: Event.Kind, at now: Timestamp, _ deed: (inout Draft, Study) throws(DraftRefusal) -> Void
    ) throws -> Draft {
        guard let number = KeptDraft.number(id), let found = try store.draft(number) else { throw Self.unknown(id) }
        let announcing = ReportAnnouncing(feeds: try store.keptReporting()?.feeds ?? [])
        var changed: Draft?
        let result = try store.changeDrafts(of: found.study, at: now) { file throws(DraftRefusal) in
            guard let kept = file.drafts.first(where: { $0.number == number }), var draft = try? Draft(kept) else { throw Self.unknown(id) }
            try deed(&draft, file.study)
            let actor = draft.state == .signed ? draft.versions.last?.by : draft.ending?.by
            var writing = DraftWriting()
            writing.changes = [
                draft.change(from: kept, kind, by: actor ?? "", detail(of: draft), announcing.messages(about: draft, of: file.study, at: now))
            ]
            writing.mark =
                draft.state == .signed ? DraftMark(shown: draft.id, reportedBy: kind == .signed ? actor : nil) : DraftMark(shown: nil)
            changed = draft
            return writing
        }
        _ = try result?.get()
        guard let changed else { throw Self.unknown(id) }
        return changed
    }

    /// For the log: what was done, never the text itself.
    private func detail(of draft: Draft) -> Event.Detail {
        if let ending = draft.ending { return ["reason": ending.reason] }
        guard let last = draft.versions.last, let before = draft.versions.dropLast().last else { return [:] }
        let difference = TextDifference(from: before.body, to: last.body)
        return ["version": String(last.number), "words_new": String(difference.insertedWords), "words_gone": String(difference.removedWords)]
    }

    private static func unknown(_ id: String) -> DraftRefusal { DraftRefusal("there is no draft \(id); `firstread report list` shows those there are") }
}
