import Foundation
import Logging
import NIOCore
import Storage
import Synchronization
import Web
import Worklist

/// Holds the list in memory for whoever asks over HTTP, and tells every open page when it has changed.
///
/// Only the studies that something happened to are read from the database, and only what has changed is encoded. Whoever asks is given
/// the list as it stands, at once; only after an act of their own do they wait for the list that shows it. While nobody asks,
/// nothing is kept up to date.
final class ListKeeper: Sendable {
    /// What goes out, until the next one takes its place.
    struct Kept: Sendable {
        var change: Int64
        var event: Int64
        var takenAt: Timestamp
        var list: LivingList
        var body: EncodedItems.Body
        let zipped = ZippedBody()
    }

    /// What is worked on; one thread at a time.
    private struct Work {
        var list: LivingList
        var encoded = EncodedItems()
        var event: Int64?
        var change: Int64 = 0
        var others: [ListQuery: (change: Int64, at: Timestamp, list: EncodedList)] = [:]
    }

    private struct State {
        var kept: Kept?
        /// The list must hold this line of the log.
        var required: Int64 = 0
        var askedAt: Timestamp?
        /// When somebody last asked for all of it, compressed.
        var zippedAt: Timestamp?
        var lookedAt: Timestamp?
    }

    let changes: ChangeFeed
    private let view: WorklistView
    private let clock: WallClock
    private let bell: Doorbell
    private let log: Logger
    private let work: Mutex<Work>
    private let state = Mutex(State())
    /// Tells the lists of this run from those of another one.
    private let run = ControlID.new()

    /// Between two looks at the log: who writes beside the service rings no bell.
    private static let lookSeconds = 0.25
    /// At least so long between two lists that are told of …
    private static let pauseSeconds = 0.1
    /// … and so many times as long as making the last one took.
    private static let pausePerWork = 3.0
    /// What waiting costs goes with the time: a list without events is ordered anew after so long …
    private static let reorderSeconds = 20.0
    /// … and after so long once a study has gone past its limit; many do at a time.
    private static let limitSeconds = 2.0
    /// So long after the last question the list is kept up to date.
    private static let interestSeconds = 30.0
    private static let beatSeconds = 15.0
    private static let mostEvents = 20_000
    /// A shorter list is sent as it is.
    private static let leastZippedBytes = 32 << 10

    init(_ view: WorklistView, changes: ChangeFeed, bell: Doorbell, clock: @escaping WallClock, log: Logger) {
        self.view = view
        self.changes = changes
        self.bell = bell
        self.clock = clock
        self.log = log
        work = Mutex(Work(list: LivingList(ordering: view.ordering, policy: view.policy)))
    }

    // MARK: For whoever asks

    /// The list as it stands; of another policy, or with reported studies, it is made when it is asked for.
    func list(_ query: ListQuery) async throws -> EncodedList {
        let kept = try await kept()
        var plain = query
        plain.limit = nil
        plain.takesGzip = false
        if plain == ListQuery() || plain == ListQuery(policy: view.ordering) {
            if query.takesGzip, query.limit.map({ $0 >= kept.body.ends.count }) ?? true, kept.body.bytes.readableBytes >= Self.leastZippedBytes {
                let now = clock()
                state.withLock { $0.zippedAt = now }
                if let zipped = try await kept.zipped.bytes(of: kept.body.bytes) {
                    return EncodedList(tag: tag(kept.change, query) + "-gzip", takenAt: kept.takenAt, body: zipped, isGzip: true)
                }
            }
            let body = query.limit.map(kept.body.first) ?? kept.body.bytes
            return EncodedList(tag: tag(kept.change, query), takenAt: kept.takenAt, body: body)
        }
        var query = query
        query.takesGzip = false
        return try await onBlockingThread { [query] in try self.other(query, beside: kept) }
    }

    /// A list that shows all that has been done by now.
    func kept() async throws -> Kept {
        let now = clock()
        let kept: Kept? = state.withLock { state in
            state.askedAt = now
            guard let kept = state.kept, let lookedAt = state.lookedAt, kept.event >= state.required, 0...1 ~= now.seconds(since: lookedAt) else { return nil }
            return kept
        }
        if let kept { return kept }
        return try await onBlockingThread { try self.renew() }
    }

    /// What was done just now has to show in the next list that anybody gets. Blocks.
    func require() throws {
        let event = try view.store.lastEvent()
        state.withLock { $0.required = max($0.required, event) }
    }

    private func tag(_ change: Int64, _ query: ListQuery) -> String {
        let parts = [query.includesReported ? "all" : nil, query.policy?.rawValue, query.limit.map { "\($0)" }].compactMap(\.self)
        return ([run, String(change)] + parts).joined(separator: "-")
    }

    private static let mostOthers = 4

    private func other(_ query: ListQuery, beside kept: Kept) throws -> EncodedList {
        try work.withLock { work in
            let now = clock()
            if let known = work.others[query], known.change == kept.change, 0..<Self.reorderSeconds ~= now.seconds(since: known.at) { return known.list }
            var other = view
            other.ordering = query.policy ?? view.ordering
            let snapshot =
                query.includesReported
                ? try other.snapshot(at: now, includingReported: true, first: query.limit)
                : WorklistSnapshot(of: kept.list.studies, orderedBy: other.ordering, under: view.policy, at: now, first: query.limit)
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            let list = EncodedList(tag: tag(kept.change, query), takenAt: now, body: ByteBuffer(bytes: try encoder.encode(snapshot.items)))
            if work.others.count >= Self.mostOthers { work.others = [:] }
            work.others[query] = (kept.change, now, list)
            return list
        }
    }

    // MARK: Keeping it

    /// Looks at the log whenever the bell rings, and tells the pages; ends when its task is cancelled.
    func keep() async {
        var beatAt = clock()
        while !Task.isCancelled {
            await bell.wait(atMost: Self.lookSeconds)
            let began = clock()
            if began.seconds(since: beatAt) >= Self.beatSeconds {
                beatAt = began
                changes.beat()
            }
            let isWanted = changes.streams > 0 || state.withLock { $0.askedAt.map { began.seconds(since: $0) < Self.interestSeconds } ?? false }
            guard isWanted, !Task.isCancelled else { continue }
            do {
                try await onBlockingThread { _ = try self.renew() }
            } catch {
                log.error("the list cannot be kept up to date; trying again", metadata: ["error.description": "\(error)"])
            }
            let took = clock().seconds(since: began)
            try? await Task.sleep(for: .seconds(max(Self.pauseSeconds, took * Self.pausePerWork)))
        }
        changes.close()
    }

    /// Brings the list up to date where anything has happened, and tells of it. Blocks.
    private func renew() throws -> Kept {
        try work.withLock { work in
            let now = clock()
            let before = state.withLock(\.kept)
            let event = try view.store.lastEvent()
            let hasChanged = try read(into: &work, upTo: event, at: now)
            let age = before.map { now.seconds(since: $0.takenAt) } ?? .infinity
            let isPastLimit = work.list.nextLimit.map { now >= $0 } ?? false
            let isOld = age >= (isPastLimit ? Self.limitSeconds : Self.reorderSeconds) || age < 0
            var kept: Kept
            if let before, !hasChanged, !isOld {
                kept = before
                kept.event = event
            } else {
                let hasMoved = work.list.order(at: now)
                if hasChanged || hasMoved || before == nil { work.change = max(event, work.change + 1) }
                kept = Kept(change: work.change, event: event, takenAt: now, list: work.list, body: try work.encoded.body(of: work.list))
                let isZipped = state.withLock { $0.zippedAt.map { now.seconds(since: $0) < Self.interestSeconds } ?? false }
                if isZipped { kept.zipped.make(of: kept.body.bytes) }
            }
            state.withLock { state in
                state.kept = kept
                state.lookedAt = now
            }
            if kept.change != before?.change { changes.publish(kept.change) }
            return kept
        }
    }

    /// - Returns: whether a study has changed.
    private func read(into work: inout Work, upTo event: Int64, at now: Timestamp) throws -> Bool {
        let saved = view.store.takeSavedStudies()
        var touched = saved
        if let known = work.event, known != event { touched = try view.store.studiesTouched(after: known, first: Self.mostEvents).flatMap { saved?.union($0) } }
        guard work.event != nil, let touched else {
            work.event = nil
            let studies = try view.store.openStudies()
            let open = Set(studies.map(\.studyInstanceUID))
            var hasChanged = false
            for uid in Array(work.list.uids) where !open.contains(uid) { hasChanged = work.list.remove(uid) || hasChanged }
            for study in studies { hasChanged = work.list.put(study, at: now) || hasChanged }
            work.event = event
            return hasChanged
        }
        // Should a reading fail, the whole list is read the next time.
        work.event = nil
        var hasChanged = false
        for uid in touched {
            let study = try view.store.study(uid)
            hasChanged = (study.map { work.list.put($0, at: now) } ?? work.list.remove(uid)) || hasChanged
        }
        work.event = event
        return hasChanged
    }
}
