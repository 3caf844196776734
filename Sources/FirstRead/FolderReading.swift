import Board
import Foundation
import ReadingRoom
import Storage
import Synchronization
import Worklist

/// The board's list and room, read from the data folder of a service; the service need not run, and need not have run yet.
///
/// Only the studies that something happened to are read anew.
final class FolderReading: Sendable {
    private let folder: DataFolder
    private let ordering: OrderingOptions.Chosen
    private let acts: FolderActs
    private let last = Mutex<Last?>(nil)

    /// What the last reading came from.
    private struct Last {
        var view: WorklistView
        var room: RoomReading
        /// Tells a database that was replaced from the one that is open.
        var file: FileIdentity
        var event: Int64
        var list: LivingList
        var orderedAt: Timestamp
        var roomAt = Timestamp(microseconds: 0)
        /// What the last reading took.
        var processorSeconds = 0.0
    }

    private struct FileIdentity: Hashable {
        var device: UInt64
        var inode: UInt64
    }

    /// What waiting costs goes with the time: a list without events is ordered anew after so long …
    private static let reorderSeconds = 30.0
    /// … and after so long once a study has gone past its limit, for then it moves; many do at a time.
    private static let limitSeconds = 10.0
    private static let roomSeconds = 10.0
    /// Of a long list what only time moves is looked at less often: so many times as long as it took passes between.
    private static let pausePerReading = 200.0
    /// … but at least so often.
    private static let longestPauseSeconds = 60.0
    private static let pauseSeconds = 0.5
    private static let mostEvents = 5000

    /// Throws where the policy file can't be used; everything else may still come right while the board is shown.
    init(_ data: String, _ options: OrderingOptions) throws {
        folder = DataFolder(path: data)
        ordering = try options.chosen()
        acts = FolderActs(folder)
    }

    var source: BoardSource {
        var source = BoardSource(
            name: "data \(folder.path)", pauseSeconds: Self.pauseSeconds, read: { [self] in read(at: Timestamp(Date())) },
            order: { [self] policy in
                var view = try view()
                view.ordering = policy
                return BoardList(try view.snapshot(at: Timestamp(Date())))
            },
            study: { [self] uid in try acts.study(uid, view(), known: item(uid), at: Timestamp(Date())) },
            film: { [self] request in try acts.film(request, view()) },
            act: { [self] act in try acts.perform(act, view(), items(), at: Timestamp(Date())) })
        source.suggestedName = ProcessInfo.processInfo.environment["FIRSTREAD_NAME"] ?? ""
        return source
    }

    private func view() throws -> WorklistView {
        guard let view = last.withLock({ $0?.view }) else { throw Failure("the list is not here at the moment") }
        return view
    }

    private func item(_ uid: String) -> WorklistItem? { last.withLock { last in UID(uid).flatMap { last?.list.item(of: $0) } } }

    private func items() -> [WorklistItem] { last.withLock { $0?.list.items ?? [] } }

    private func read(at now: Timestamp) -> Reading {
        last.withLock { last in
            do {
                let trouble = folder.isServed == false ? "`firstread serve` does not run on this folder: nothing new comes in" : nil
                let began = ProcessorTime.ofThisThread
                let hasChanged = try refresh(&last, at: now)
                var reading = Reading(at: now, trouble: trouble)
                guard let known = last, hasChanged || isOld(known, known.roomAt, after: Self.roomSeconds, at: now) else { return reading }
                let items = known.list.items
                if hasChanged { reading.list = BoardList(WorklistSnapshot(takenAt: now, items: items)) }
                reading.room = try known.room.status(of: items, change: known.event, at: now)
                last?.roomAt = now
                if hasChanged { last?.processorSeconds = ProcessorTime.ofThisThread - began }
                return reading
            } catch {
                last = nil
                return Reading(at: now, trouble: "\(error)")
            }
        }
    }

    private func isOld(_ known: Last, _ moment: Timestamp, after seconds: Double, at now: Timestamp) -> Bool {
        !(0..<max(seconds, min(Self.longestPauseSeconds, known.processorSeconds * Self.pausePerReading)) ~= now.seconds(since: moment))
    }

    /// - Returns: whether the list is another one now.
    private func refresh(_ last: inout Last?, at now: Timestamp) throws -> Bool {
        guard let file = identity(), var known = last, known.file == file else {
            last = try opened(at: now)
            return true
        }
        let event = try known.view.store.lastEvent()
        let isPastLimit = known.list.nextLimit.map { now >= $0 } ?? false
        guard event != known.event || isOld(known, known.orderedAt, after: isPastLimit ? Self.limitSeconds : Self.reorderSeconds, at: now) else { return false }
        // Not kept where a reading fails: the whole list is read the next time.
        last = nil
        guard let touched = try known.view.store.studiesTouched(after: known.event, first: Self.mostEvents), try isOrderedAlike(known.view) else {
            last = try opened(at: now)
            return true
        }
        for uid in touched {
            if let study = try known.view.store.study(uid) { known.list.put(study, at: now) } else { known.list.remove(uid) }
        }
        known.list.order(at: now)
        (known.event, known.orderedAt) = (event, now)
        last = known
        return true
    }

    /// A service that was started anew may order by another policy.
    private func isOrderedAlike(_ view: WorklistView) throws -> Bool {
        let now = try ordering.view(of: view.store)
        return now.ordering == view.ordering && now.policy == view.policy
    }

    private func opened(at now: Timestamp) throws -> Last {
        let store = try WorklistStore(readingFrom: folder.databasePath)
        let view = try ordering.view(of: store)
        // Before the list: what happens in between is read the next time.
        let event = try store.lastEvent()
        var list = LivingList(ordering: view.ordering, policy: view.policy)
        for study in try store.openStudies() { list.put(study, at: now) }
        list.order(at: now)
        return Last(
            view: view, room: RoomReading(view: view, folder: folder), file: identity() ?? FileIdentity(device: 0, inode: 0), event: event, list: list,
            orderedAt: now)
    }

    private func identity() -> FileIdentity? {
        var status = stat()
        guard stat(folder.databasePath, &status) == 0 else { return nil }
        return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }
}
