import Synchronization

/// Values that other threads leave for a loop which waits in `poll`.
final class Mailbox<Value: Sendable>: Sendable {
    private let pipe: WakePipe
    private let waiting = Mutex<[Value]>([])

    init() throws(BoardError) { pipe = try WakePipe() }

    /// To wait on; readable when something has come.
    var descriptor: Int32 { pipe.descriptor }

    func post(_ value: Value) {
        waiting.withLock { $0.append(value) }
        WakePipe.put(0, into: pipe.writing)
    }

    /// What has come since the last call, oldest first.
    func collect() -> [Value] {
        _ = pipe.drain()
        return waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}
