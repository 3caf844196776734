import Synchronization
package import Worklist

/// Which receivers can be reached, as their posts have found.
package final class ReceiverStandings: Sendable {
    package struct Standing: Sendable, Hashable {
        /// Nil: it can be reached.
        package var downSince: Timestamp?
        package var trouble: String?

        package var isUp: Bool { downSince == nil }
    }

    private let standings = Mutex<[String: Standing]>([:])

    package init() {}

    package var now: [String: Standing] { standings.withLock { $0 } }

    func reached(_ receiver: String) { standings.withLock { $0[receiver] = Standing() } }

    func missed(_ receiver: String, because trouble: String, at now: Timestamp) {
        standings.withLock { $0[receiver] = Standing(downSince: $0[receiver]?.downSince ?? now, trouble: trouble) }
    }
}
