internal import Synchronization

/// How many of the workers have an image in hand, so that one that comes alone gets all threads.
///
/// Where images queue, each worker takes one by itself (that gives the most images an hour); where there is only one, its
/// layers are split among the threads (that gives the shortest wait).
package final class Crew: Sendable {
    private let busy = Atomic(0)

    package init() {}

    /// Does the work of one image; `body` is told whether it is the only one in hand.
    package func withImage<Result>(_ body: (_ isAlone: Bool) throws -> Result) rethrows -> Result {
        let isAlone = busy.add(1, ordering: .relaxed).newValue == 1
        defer { busy.subtract(1, ordering: .relaxed) }
        return try body(isAlone)
    }
}
