import Dispatch
import Synchronization

/// Wakes the stage that comes next: whoever hands work over rings, whoever does it waits.
///
///     doorbell.ring()                       // from any thread
///     await doorbell.wait(atMost: 1)        // returns at once if it rang since the last wait
final class Doorbell: Sendable {
    private struct State {
        var hasRung = false
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var nextTicket: UInt64 = 0
    }

    private let state = Mutex(State())

    func ring() {
        let waiting = state.withLock { state in
            if state.waiting.isEmpty { state.hasRung = true }
            defer { state.waiting = [:] }
            return Array(state.waiting.values)
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when it rings, when `seconds` have passed, or when the task is cancelled.
    func wait(atMost seconds: Double) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let ticket: UInt64? = state.withLock { state in
                    if state.hasRung || Task.isCancelled {
                        state.hasRung = false
                        return nil
                    }
                    state.nextTicket += 1
                    state.waiting[state.nextTicket] = continuation
                    return state.nextTicket
                }
                guard let ticket else {
                    continuation.resume()
                    return
                }
                DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [self] in
                    state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume()
                }
            }
        } onCancel: {
            ring()
        }
    }
}

/// Runs blocking work (the database, decoders, the network's arithmetic) on a thread of Dispatch, never on Swift's cooperative ones.
func onBlockingThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global().async { continuation.resume(with: Result(catching: work)) }
    }
}
