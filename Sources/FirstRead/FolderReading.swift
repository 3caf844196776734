import Board
import Foundation
import ReadingRoom
import Storage
import Synchronization
import Worklist

/// The board's list, read from the data folder of a service; the service need not run, and need not have run yet.
final class FolderReading: Sendable {
    private let folder: DataFolder
    private let ordering: OrderingOptions.Chosen
    private let last = Mutex<Last?>(nil)

    /// What the last reading came from.
    private struct Last {
        var view: WorklistView
        /// Tells a database that was replaced from the one that is open.
        var file: FileIdentity
        var event: Int64
        var at: Timestamp
        /// When the next study goes past its limit, and moves.
        var nextDue: Timestamp?
    }

    private struct FileIdentity: Hashable {
        var device: UInt64
        var inode: UInt64
    }

    /// What waiting costs goes with the time: a list without events is ordered anew after so long.
    private static let rereadSeconds = 20.0
    /// And after so long once a study has gone past its limit, for then it moves; many do at a time.
    private static let dueSeconds = 2.0
    private static let pauseSeconds = 0.5

    /// Throws where the policy file can't be used; everything else may still come right while the board is shown.
    init(_ data: String, _ options: OrderingOptions) throws {
        folder = DataFolder(path: data)
        ordering = try options.chosen()
    }

    var source: ListSource {
        ListSource(name: "data \(folder.path)", pauseSeconds: Self.pauseSeconds) { [self] in read(at: Timestamp(Date())) }
    }

    private func read(at now: Timestamp) -> Reading {
        last.withLock { last in
            do {
                let list = try readIfChanged(&last, at: now)
                let trouble = folder.isServed == false ? "`firstread serve` does not run on this folder: nothing new comes in" : nil
                return Reading(at: now, list: list, trouble: trouble)
            } catch {
                last = nil
                return Reading(at: now, trouble: "\(error)")
            }
        }
    }

    private func readIfChanged(_ last: inout Last?, at now: Timestamp) throws -> BoardList? {
        let file = identity()
        let view: WorklistView
        if let known = last, known.file == file {
            let age = now.seconds(since: known.at)
            let isDue = known.nextDue.map { now >= $0 } ?? false
            let isOld = age >= (isDue ? Self.dueSeconds : Self.rereadSeconds) || age < 0
            guard try isOld || known.view.store.lastEvent() != known.event else { return nil }
            view = known.view
        } else {
            view = try ordering.view(of: try WorklistStore(readingFrom: folder.databasePath))
        }
        // Before the list: what happens in between is read the next time.
        let event = try view.store.lastEvent()
        let snapshot = try view.snapshot(at: now)
        last = file.map { file in
            Last(view: view, file: file, event: event, at: now, nextDue: snapshot.items.compactMap(\.dueAt).filter { $0 > now }.min())
        }
        return BoardList(snapshot)
    }

    private func identity() -> FileIdentity? {
        var status = stat()
        guard stat(folder.databasePath, &status) == 0 else { return nil }
        return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    }
}
