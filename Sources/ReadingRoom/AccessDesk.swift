import Foundation
import Logging
import Storage
import Synchronization
import Worklist

/// Writes who saw or did what into the access log.
///
/// The same look of the same person counts once a minute: a film is asked for again with every window that is set. A line that
/// can't be written is no reason to keep a study from its reader; it goes to the service's log.
final class AccessDesk: Sendable {
    private let store: WorklistStore
    private let clock: WallClock
    private let log: Logger
    private let looks = Mutex<[Look: Timestamp]>([:])

    private struct Look: Hashable {
        var name: String
        var act: String
        var study: String?
        var detail: String
    }

    private static let sameLookSeconds = 60.0
    private static let mostLooks = 10_000
    /// Whom nobody knows, where nobody signs in.
    static let unnamed = "(open)"

    init(store: WorklistStore, clock: @escaping WallClock, log: Logger) {
        self.store = store
        self.clock = clock
        self.log = log
    }

    /// Blocks.
    func saw(_ act: String, _ study: String?, by viewer: String, _ detail: String = "") {
        let look = Look(name: viewer.isEmpty ? Self.unnamed : viewer, act: act, study: study, detail: detail)
        let now = clock()
        let isNew = looks.withLock { looks in
            if let last = looks[look], 0..<Self.sameLookSeconds ~= now.seconds(since: last) { return false }
            if looks.count >= Self.mostLooks { looks = looks.filter { now.seconds(since: $0.value) < Self.sameLookSeconds } }
            looks[look] = now
            return true
        }
        if isNew { write(look, at: now) }
    }

    /// Blocks.
    func did(_ act: String, _ study: String?, by name: String, _ detail: String = "") {
        write(Look(name: name, act: act, study: study, detail: detail), at: clock())
    }

    private func write(_ look: Look, at now: Timestamp) {
        do {
            try store.note(AccessEntry(time: now, name: look.name, act: look.act, study: look.study, detail: look.detail))
        } catch {
            log.error("the access log cannot be written", metadata: ["access.act": "\(look.act)", "error.description": "\(error)"])
        }
    }
}
