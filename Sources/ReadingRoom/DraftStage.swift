import Logging
import Storage
import Worklist

/// Follows the event log from a cursor that is on disk, and has the desk decide about each study that something happened to.
///
/// Who wrote an event does not matter: the listener, the scorer, an order, a command beside the service. A decision that was
/// made twice writes nothing the second time, so the cursor may lag behind after a crash, and never runs ahead.
struct DraftStage: Sendable {
    let desk: DraftDesk
    let store: WorklistStore
    let clock: WallClock
    let outboxes: [Doorbell]
    let log: Logger

    private static let page = 500
    private static let pauseSeconds = 0.5
    /// The cursor is written at least so often, even where nothing had to be decided.
    private static let longestLag: Int64 = 10_000

    /// What says nothing new about a study: our own lines, and what became of messages.
    private static let ignored: Set<Event.Kind> = [
        .announced, .acknowledged, .setAside, .pinned, .released, .drafted, .notDrafted, .signed, .corrected, .rejected, .superseded,
        .claimed, .claimReleased, .claimExpired, .alarmAcknowledged,
    ]

    func run() async {
        var position = await begin()
        while !Task.isCancelled {
            do {
                let start = position
                position = try await onBlockingThread { try follow(from: start) }
                if position.seq != start.seq { continue }
            } catch {
                log.error("the event log cannot be followed for drafts; trying again", metadata: ["error.description": "\(error)"])
            }
            try? await Task.sleep(for: .seconds(Self.pauseSeconds))
        }
    }

    private struct Position {
        var seq: Int64
        /// As it is on disk.
        var kept: Int64
    }

    /// Where the log was left, and a look at what is on the list now: the settings may have changed since.
    private func begin() async -> Position {
        while !Task.isCancelled {
            do {
                return try await onBlockingThread {
                    let kept = try store.draftCursor()
                    let last = try store.lastEvent()
                    for study in try store.openStudies() where desk.isDrafting || study.draftReport != nil {
                        if Task.isCancelled { break }
                        try decide(on: study.studyInstanceUID)
                    }
                    return Position(seq: kept == 0 ? last : kept, kept: kept)
                }
            } catch {
                log.error("the list cannot be read for drafts; trying again", metadata: ["error.description": "\(error)"])
                try? await Task.sleep(for: .seconds(1))
            }
        }
        return Position(seq: 0, kept: 0)
    }

    private func follow(from start: Position) throws -> Position {
        let lines = try store.log(after: start.seq, first: Self.page)
        guard let last = lines.last else { return start }
        var seen: Set<UID> = []
        for line in lines where !(line.kind.map(Self.ignored.contains) ?? false) && seen.insert(line.study).inserted {
            try decide(on: line.study)
            // What an earlier study of the patient turned out to hold bears on the later ones' drafts.
            guard let study = try store.study(line.study), !study.patientID.isEmpty else { continue }
            for other in try store.draftedStudies(ofPatient: study.patientID) where other != line.study { try decide(on: other) }
        }
        var position = Position(seq: last.seq, kept: start.kept)
        if !seen.isEmpty && desk.isDrafting || position.seq - position.kept > Self.longestLag {
            try store.moveDraftCursor(to: position.seq)
            position.kept = position.seq
        }
        return position
    }

    private func decide(on study: UID) throws {
        do {
            if try desk.decide(on: study, at: clock()) { for outbox in outboxes { outbox.ring() } }
        } catch let error as StorageError where error.code == .damaged {
            // One that can't be read is no reason to leave the others alone.
            log.error("a study's draft cannot be decided on", metadata: ["study.uid": "\(study)", "error.description": "\(error)"])
        }
    }
}
