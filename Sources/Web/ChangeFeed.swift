import Synchronization

/// Tells every open page that the list has changed.
///
///     let changes = ChangeFeed(maximumStreams: 500)
///     changes.publish(1042)                          // from any thread, at once
///     for await change in try changes.subscribe() { … }
///
/// Each subscriber holds the newest number alone, so that a slow one holds up nobody and misses nothing but what is past.
package final class ChangeFeed: Sendable {
    private struct State {
        var last: Int64 = 0
        var isClosed = false
        var nextID: UInt64 = 0
        var subscribers: [UInt64: AsyncStream<Int64>.Continuation] = [:]
    }

    private let maximumStreams: Int
    private let state = Mutex(State())

    package init(maximumStreams: Int) { self.maximumStreams = maximumStreams }

    package var streams: Int { state.withLock(\.subscribers.count) }

    /// The list has become that of this number; the same number again is a sign of life.
    package func publish(_ change: Int64) {
        let subscribers = state.withLock { state in
            state.last = change
            return Array(state.subscribers.values)
        }
        for subscriber in subscribers { subscriber.yield(change) }
    }

    /// Says the last number once more, so that whoever is gone is noticed.
    package func beat() { publish(state.withLock(\.last)) }

    /// Ends every stream, and each that is asked for later.
    package func close() {
        let subscribers = state.withLock { state in
            state.isClosed = true
            defer { state.subscribers = [:] }
            return Array(state.subscribers.values)
        }
        for subscriber in subscribers { subscriber.finish() }
    }

    /// The present number, and each that follows, until the reader goes away. Throws where too many listen already.
    package func subscribe() throws(WebRefusal) -> AsyncStream<Int64> {
        let (stream, continuation) = AsyncStream.makeStream(of: Int64.self, bufferingPolicy: .bufferingNewest(1))
        let id: UInt64? = state.withLock { state in
            guard !state.isClosed, state.subscribers.count < maximumStreams else { return nil }
            state.nextID += 1
            state.subscribers[state.nextID] = continuation
            continuation.yield(state.last)
            return state.nextID
        }
        guard let id else {
            throw WebRefusal(.unavailable, "\(maximumStreams) pages listen already", "close some, or raise --http-max-streams", retryAfter: 30)
        }
        continuation.onTermination = { [weak self] _ in _ = self?.state.withLock { $0.subscribers.removeValue(forKey: id) } }
        return stream
    }
}
