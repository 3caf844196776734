import Logging
import Reporting
import Storage
import Worklist

/// Decides about the draft of one study: makes one, withdraws the one there is, or leaves things as they are.
///
/// Everything is looked up first; then one transaction decides on the drafts as they stand. Where something happened to the
/// study in between, be it an acknowledgement, nothing is written and everything is looked up again.
struct DraftDesk: Sendable {
    let store: WorklistStore
    let archive: StudyArchive
    let models: [DraftingModel]
    let policy: WorklistPolicy
    let words: ReportWords
    let isDrafting: Bool
    let announcing: ReportAnnouncing
    let log: Logger

    private static let longestChase = 20

    /// - Returns: whether messages went into the outbox.
    func decide(on uid: UID, at now: Timestamp) throws -> Bool {
        for _ in 0..<Self.longestChase { if let isToTell = try decideOnce(on: uid, at: now) { return isToTell } }
        throw StorageError(.failed, "study \(uid) changes faster than it can be looked at")
    }

    /// nil where something happened to the study meanwhile.
    private func decideOnce(on uid: UID, at now: Timestamp) throws -> Bool? {
        guard let study = try store.study(uid) else { return false }
        if !isDrafting, try store.drafts(of: uid).isEmpty { return false }
        let events = try store.events(of: uid)
        let scored = events.last { $0.kind == .scored || $0.kind == .unscored }?.detail ?? [:]
        let circumstances = try Circumstances(of: study, scored: scored, in: store, archive, models: models, under: policy, terms: words.terms)
        let verdict = Verdict(
            circumstances: circumstances, decision: DraftingDecision(circumstances), lastEvent: events.last?.seq ?? 0,
            told: events.last { [.drafted, .notDrafted, .superseded].contains($0.kind) })
        var isStale = false
        let result = try store.changeDrafts(of: uid, at: now) { file throws(StorageError) in
            isStale = file.lastEvent != verdict.lastEvent
            return isStale ? nil : try writing(file, verdict, at: now)
        }
        if isStale { return nil }
        guard let writing = try result?.get() else { return false }
        for change in writing.changes { log.info("a draft changed", metadata: ["report.state": "\(change.state)", "study.uid": "\(uid)"]) }
        return writing.changes.contains { !$0.messages.isEmpty }
    }

    private struct Verdict {
        var circumstances: Circumstances
        var decision: DraftingDecision
        var lastEvent: Int64
        /// The last line of the log about drafts.
        var told: Event?
    }

    private func writing(_ file: DraftFile, _ verdict: Verdict, at now: Timestamp) throws(StorageError) -> DraftWriting? {
        guard let last = file.drafts.last else { return first(file, verdict, at: now) }
        let draft = try Draft(last)
        switch draft.state {
        case .drafted: return again(file, verdict, draft, last, at: now)
        case .signed: return warned(of: draft, file.study)
        // A person said no: the program does not insist.
        case .rejected: return refused([draft.standing], verdict, file.study)
        case .superseded: return first(file, verdict, at: now)
        }
    }

    /// No draft is open.
    private func first(_ file: DraftFile, _ verdict: Verdict, at now: Timestamp) -> DraftWriting? {
        guard isDrafting else { return nil }
        switch verdict.decision {
        case .none(let reasons): return refused(reasons, verdict, file.study)
        case .draft(let grounds):
            var writing = DraftWriting()
            add(grounds, to: &writing, file, verdict, at: now)
            return writing
        }
    }

    /// A draft is open: it stays while what it rests on stays.
    private func again(_ file: DraftFile, _ verdict: Verdict, _ draft: Draft, _ kept: KeptDraft, at now: Timestamp) -> DraftWriting? {
        var reasons: [String] = []
        if case .none(let why) = verdict.decision { reasons = why }
        let cause = draft.basis.cause(in: verdict.circumstances) ?? (reasons.isEmpty ? nil : .changedSettings)
        guard let cause else { return nil }
        var draft = draft
        // It is drafted, so it can be superseded.
        guard (try? draft.supersede(DraftCause(cause, reasons.first), at: now)) != nil else { return nil }
        var detail = ["cause": cause.rawValue]
        if let reason = reasons.first { detail["reason"] = reason }
        var writing = DraftWriting()
        writing.changes = [draft.change(from: kept, .superseded, by: "drafting", detail, announcing.messages(about: draft, of: file.study, at: now))]
        writing.mark = DraftMark(shown: nil)
        if isDrafting, case .draft(let grounds) = verdict.decision { add(grounds, to: &writing, file, verdict, at: now) }
        if isDrafting, Self.isDecided(file.study) { writing.refusals = reasons }
        return writing
    }

    private func add(_ grounds: DraftingDecision.Grounds, to writing: inout DraftWriting, _ file: DraftFile, _ verdict: Verdict, at now: Timestamp) {
        let draft = Draft(id: KeptDraft.id(file.nextNumber), verdict.circumstances, grounds, words.templates, at: now)
        let detail = [
            "model": "\(draft.model.name) \(draft.model.version)", "weights_sha256": draft.model.sha256, "probability": String(grounds.probability),
            "threshold": String(grounds.ruleOut.below),
        ]
        writing.changes.append(draft.change(from: nil, .drafted, by: "drafting", detail, announcing.messages(about: draft, of: file.study, at: now)))
        writing.mark = DraftMark(shown: draft.id)
    }

    /// Why there is no draft, once for each set of reasons.
    private func refused(_ reasons: [String], _ verdict: Verdict, _ study: Study) -> DraftWriting? {
        guard isDrafting, Self.isDecided(study) else { return nil }
        if let told = verdict.told, told.kind == .notDrafted, Set(told.detail.values) == Set(reasons) { return nil }
        var writing = DraftWriting()
        writing.refusals = reasons
        return writing
    }

    /// A signed report is a person's; where images came after it, the reader is told.
    private func warned(of draft: Draft, _ study: Study) -> DraftWriting? {
        guard draft.basis.cause(in: study) == .lateImages else { return nil }
        let sentence = "images came after report \(draft.id) was signed: look whether it must be corrected (`firstread report correct \(draft.id)`)"
        guard !study.conflicts.contains(sentence) else { return nil }
        var writing = DraftWriting()
        writing.mark = DraftMark(shown: draft.id, conflict: sentence)
        return writing
    }

    /// Of a study whose images are still coming, or that is read, there is nothing to tell.
    private static func isDecided(_ study: Study) -> Bool { [.scored, .unscored, .reading].contains(study.state) }
}
