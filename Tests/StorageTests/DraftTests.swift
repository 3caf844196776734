import Foundation
import Storage
import Synchronization
import Testing
import Worklist


private struct Refused: Error, Equatable { var why: String }

@Suite struct DraftTests {
    private let uid = UID("1.2")!

    private func store(_ folder: TemporaryFolder) throws -> WorklistStore {
        let store = try WorklistStore(path: folder.path + "/worklist.sqlite", durability: .pageCache)
        var header = ObjectHeader()
        header.patientID = "P1"
        header.modality = "DX"
        let address = StudyArchive.Address(study: uid, series: UID("1.2.1")!, instance: UID("1.2.1.1")!)
        _ = try store.record(Reception(header: header, address: address, kept: .new(file: "x"), bytes: 1, callingAETitle: "CR", at: t0))
        return store
    }

    private func drafted(_ store: WorklistStore, content: String = "text", messages: [OutgoingMessage] = []) throws {
        let result = try store.changeDrafts(of: uid, at: t0) { _ throws(Refused) in
            var writing = DraftWriting()
            writing.changes = [DraftChange(before: nil, state: "drafted", content: content, kind: .drafted, actor: "drafting", detail: [:], messages: messages)]
            writing.mark = DraftMark(shown: "R1")
            return writing
        }
        _ = try result?.get()
    }

    /// What signing does: look at the draft as it is, refuse where it is not open, and write.
    private func sign(_ store: WorklistStore, by name: String) throws -> Result<DraftWriting?, Refused>? {
        try store.changeDrafts(of: uid, at: t0) { file throws(Refused) in
            guard let kept = file.drafts.last, kept.state == "drafted" else { throw Refused(why: file.drafts.last?.content ?? "") }
            var writing = DraftWriting()
            writing.changes = [DraftChange(before: kept, state: "signed", content: "signed by \(name)", kind: .signed, actor: name, detail: [:], messages: [])]
            writing.mark = DraftMark(shown: kept.id, reportedBy: name)
            return writing
        }
    }

    @Test func aDraftItsEventItsMessagesAndItsMarkAreOneTransaction() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        try drafted(store, messages: [OutgoingMessage(feed: "pacs:1", controlID: "C1", body: "ORU")])
        let kept = try #require(try store.draft(1))
        #expect(kept.id == "R1" && kept.state == "drafted" && kept.revision == 1 && kept.content == "text" && kept.study == uid)
        #expect(try store.study(uid)?.draftReport == "R1" && store.nextMessage(of: "pacs:1", at: t0)?.controlID == "C1")
        #expect(try store.events(of: uid).suffix(2).map(\.kind) == [.drafted, .announced])
        // The second message has the control ID of the first, which the outbox takes once: nothing of the change remains.
        #expect(throws: StorageError.self) { try drafted(store, messages: [OutgoingMessage(feed: "pacs:1", controlID: "C1", body: "ORU")]) }
        #expect(try store.drafts(of: uid).count == 1 && store.events(of: uid).filter { $0.kind == .drafted }.count == 1)
    }

    @Test func whoSignsReportsTheStudy() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        try drafted(store)
        _ = try sign(store, by: "Dr. Adler")?.get()
        #expect(try store.study(uid)?.state == .reported && store.study(uid)?.draftReport == "R1")
        #expect(try store.events(of: uid).suffix(2).map { "\($0.kind.rawValue) \($0.actor)" } == ["signed Dr. Adler", "reported Dr. Adler"])
        #expect(try store.draft(1)?.revision == 2)
    }

    @Test func ofTwentyWhoSignAtOnceThroughTwoConnectionsOneWins() throws {
        let folder = try TemporaryFolder()
        let first = try store(folder)
        try drafted(first)
        let second = try WorklistStore(path: folder.path + "/worklist.sqlite", durability: .pageCache)
        let outcomes = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 20) { number in
            let outcome: String
            do {
                switch try sign(number.isMultiple(of: 2) ? first : second, by: "Dr. \(number)") {
                case .success: outcome = "won"
                case .failure(let refusal): outcome = refusal.why
                case nil: outcome = "no study"
                }
            } catch {
                outcome = "\(error)"
            }
            outcomes.withLock { $0.append(outcome) }
        }
        let winner = try #require(try first.draft(1)?.content)
        #expect(outcomes.withLock { $0.filter { $0 == "won" }.count } == 1)
        #expect(outcomes.withLock { $0.filter { $0 == winner }.count } == 19, "the others are told who it was")
        #expect(try first.events(of: uid).filter { $0.kind == .signed }.count == 1)
    }

    @Test func aChangeOfWhatHasChangedMeanwhileIsRefused() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        try drafted(store)
        let stale = try #require(try store.draft(1))
        _ = try sign(store, by: "Dr. Adler")?.get()
        #expect(throws: StorageError.self) {
            try store.changeDrafts(of: uid, at: t0) { _ throws(Refused) in
                var writing = DraftWriting()
                writing.changes = [DraftChange(before: stale, state: "rejected", content: "", kind: .rejected, actor: "B", detail: [:], messages: [])]
                return writing
            }
        }
        #expect(try store.draft(1)?.state == "signed")
    }

    @Test func theCursorAndTheSettingsStayWhereTheyWerePut() throws {
        let folder = try TemporaryFolder()
        let store = try store(folder)
        #expect(try store.draftCursor() == 0 && store.keptReporting() == nil)
        try store.moveDraftCursor(to: 7)
        try store.moveDraftCursor(to: 9)
        let reporting = KeptReporting(feeds: ["pacs:1"], language: "de", templates: "/etc/firstread", orderTerms: nil)
        try store.keep(reporting)
        let again = try WorklistStore(readingFrom: folder.path + "/worklist.sqlite")
        #expect(try again.draftCursor() == 9 && again.keptReporting() == reporting)
        #expect(try again.log(after: 0, first: 10).map(\.kind) == [.received])
    }

    @Test(arguments: [("R12", 12), ("r1", 1), ("12", nil), ("R", nil), ("R-1", nil), ("R1x", nil), ("", nil), ("R99999999999999999999", nil)] as [(String, Int64?)])
    func aReportIsNamedByItsNumber(_ id: String, _ number: Int64?) {
        #expect(KeptDraft.number(id) == number)
    }
}
