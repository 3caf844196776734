import GRDB
package import Worklist

/// A draft report as it is kept: its number, where it stands, and its content as the reporting room writes it.
package struct KeptDraft: Sendable, Hashable {
    package var number: Int64
    package var study: UID
    package var state: String
    /// Counts every change, from 1.
    package var revision: Int
    package var createdAt: Timestamp
    package var changedAt: Timestamp
    package var content: String

    /// As people and messages name it: R12.
    package var id: String { Self.id(number) }

    package static func id(_ number: Int64) -> String { "R\(number)" }

    /// The number in an identifier; nil where it is none.
    package static func number(_ id: String) -> Int64? {
        guard let first = id.first, first == "R" || first == "r", id.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int64(id.dropFirst())
    }
}

/// What a change does to the study on the list.
package struct DraftMark: Sendable, Hashable {
    /// The draft that the list shows; nil: none.
    package var shown: String?
    /// Who has reported the study by signing; nil: nobody.
    package var reportedBy: String?
    /// A sentence for the reader.
    package var conflict: String?

    package init(shown: String?, reportedBy: String? = nil, conflict: String? = nil) {
        self.shown = shown
        self.reportedBy = reportedBy
        self.conflict = conflict
    }
}

/// One change to the drafts of a study, with its line in the log and the messages that tell of it.
package struct DraftChange: Sendable, Hashable {
    /// The draft as it was read; nil: a new one.
    package var before: KeptDraft?
    package var state: String
    package var content: String
    package var kind: Event.Kind
    package var actor: String
    package var detail: Event.Detail
    package var messages: [OutgoingMessage]

    package init(
        before: KeptDraft?, state: String, content: String, kind: Event.Kind, actor: String, detail: Event.Detail, messages: [OutgoingMessage]
    ) {
        self.before = before
        self.state = state
        self.content = content
        self.kind = kind
        self.actor = actor
        self.detail = detail
        self.messages = messages
    }
}

/// Everything about a study's drafts at one moment, as the transaction that changes them sees it.
package struct DraftFile: Sendable {
    package var study: Study
    /// Oldest first.
    package var drafts: [KeptDraft]
    /// The number that a new draft gets.
    package var nextNumber: Int64
    /// The last line of the study's log.
    package var lastEvent: Int64
}

/// What is written about a study in one transaction: changes in their order, the mark on the list, or a line of the log alone.
package struct DraftWriting: Sendable {
    package var changes: [DraftChange] = []
    package var mark: DraftMark?
    /// Why there is no draft.
    package var refusals: [String] = []

    package init() {}
}

extension WorklistStore {
    package func draft(_ number: Int64) throws(StorageError) -> KeptDraft? {
        try read { db in try db.drafts(where: "draft_number = $1", [number]).first }
    }

    /// Newest first, at most `limit`.
    package func drafts(first limit: Int) throws(StorageError) -> [KeptDraft] {
        try read { db in try db.drafts(where: "1 = 1 ORDER BY draft_number DESC LIMIT $1", [limit]) }
    }

    /// Oldest first.
    package func drafts(of study: UID) throws(StorageError) -> [KeptDraft] { try read { db in try db.drafts(of: study) } }

    /// Studies of the patient of which a draft is shown.
    package func draftedStudies(ofPatient patientID: String) throws(StorageError) -> [UID] {
        try read { db in
            try db.rows("SELECT study_instance_uid FROM study WHERE patient_id = $1 AND draft_report IS NOT NULL", [patientID]).compactMap { UID($0[0] as String) }
        }
    }

    /// Decides about a study's drafts and writes it down, in one transaction: whoever comes second sees what the first has done.
    ///
    /// - Parameter decide: what to write; nothing is written where it returns nil.
    /// - Returns: nil where there is no such study.
    @discardableResult
    package func changeDrafts<Refusal: Error>(
        of uid: UID, at now: Timestamp, _ decide: (DraftFile) throws(Refusal) -> DraftWriting?
    ) throws(StorageError) -> Result<DraftWriting?, Refusal>? {
        try commit { db in
            guard let study = try db.study(uid) else { return nil }
            let file = DraftFile(
                study: study, drafts: try db.drafts(of: uid), nextNumber: try db.integer("SELECT MAX(draft_number) FROM draft") + 1,
                lastEvent: try db.integer("SELECT MAX(seq) FROM event WHERE study_instance_uid = $1", [uid.text]))
            let writing: DraftWriting?
            do throws(Refusal) {
                writing = try decide(file)
            } catch {
                return .failure(error)
            }
            if let writing { try db.write(writing, file, at: now) }
            return .success(writing)
        }
    }
}

extension Transaction {
    func drafts(of study: UID) throws -> [KeptDraft] { try drafts(where: "study_instance_uid = $1 ORDER BY draft_number", [study.text]) }

    fileprivate func drafts(where condition: String, _ arguments: StatementArguments) throws -> [KeptDraft] {
        try rows("SELECT draft_number, study_instance_uid, state, revision, created_at, changed_at, content FROM draft WHERE \(condition)", arguments).map { row in
            let text: String = row[1]
            guard let study = UID(text) else { throw StorageError(.damaged, "the draft table holds \(text), which is no UID; restore the database from a copy") }
            return KeptDraft(
                number: row[0], study: study, state: row[2], revision: row[3], createdAt: Timestamp(microseconds: row[4]),
                changedAt: Timestamp(microseconds: row[5]), content: row[6])
        }
    }

    fileprivate func write(_ writing: DraftWriting, _ file: DraftFile, at now: Timestamp) throws {
        let uid = file.study.studyInstanceUID
        var number = file.nextNumber
        for change in writing.changes {
            if let before = change.before {
                try compareAndSwap(before, change, at: now)
                number = before.number
            } else {
                try run(
                    "INSERT INTO draft (draft_number, study_instance_uid, state, revision, created_at, changed_at, content) VALUES ($1, $2, $3, 1, $4, $5, $6)",
                    [number, uid.text, change.state, now.microseconds, now.microseconds, change.content])
            }
            try log(change.kind, of: uid, by: change.actor, at: now, change.detail.merging(["report": KeptDraft.id(number)]) { $1 })
            for message in change.messages { try enqueue(message, about: uid, at: now) }
        }
        if !writing.refusals.isEmpty { try log(.notDrafted, of: uid, by: "drafting", at: now, Self.numbered(writing.refusals)) }
        guard let mark = writing.mark else { return }
        var study = file.study
        study.draftReport = mark.shown
        if let conflict = mark.conflict { study.note(conflict: conflict) }
        if let name = mark.reportedBy, study.state != .reported {
            study.report(at: now)
            try log(.reported, of: uid, by: name, at: now, mark.shown.map { ["report": $0] } ?? [:])
        }
        try save(study)
    }

    /// Only the first of two who have read the same revision changes it.
    private func compareAndSwap(_ before: KeptDraft, _ change: DraftChange, at now: Timestamp) throws {
        try run(
            "UPDATE draft SET state = $1, revision = revision + 1, changed_at = $2, content = $3 WHERE draft_number = $4 AND revision = $5",
            [change.state, now.microseconds, change.content, before.number, before.revision])
        guard changedRows == 1 else {
            throw StorageError(.failed, "draft \(before.id) was changed by somebody else at the same moment; look at it again")
        }
    }

    private static func numbered(_ reasons: [String]) -> Event.Detail {
        Dictionary(uniqueKeysWithValues: reasons.enumerated().map { (reasons.count < 2 ? "reason" : "reason \($0.offset + 1)", $0.element) })
    }
}
