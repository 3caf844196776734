import Synchronization

/// Keeps what was used last, as long as it takes no more than so many bytes together.
final class ByteLimitedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Kept {
        var value: Value
        var bytes: Int
        var used: UInt64
    }

    private struct State {
        var kept: [Key: Kept] = [:]
        var bytes = 0
        var uses: UInt64 = 0
    }

    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) { self.limit = limit }

    subscript(key: Key) -> Value? {
        state.withLock { state in
            state.uses += 1
            state.kept[key]?.used = state.uses
            return state.kept[key]?.value
        }
    }

    func keep(_ value: Value, for key: Key, bytes: Int) {
        guard bytes <= limit else { return }
        state.withLock { state in
            state.uses += 1
            state.bytes += bytes - (state.kept[key]?.bytes ?? 0)
            state.kept[key] = Kept(value: value, bytes: bytes, used: state.uses)
            while state.bytes > limit, let oldest = state.kept.min(by: { $0.value.used < $1.value.used }) {
                state.bytes -= oldest.value.bytes
                state.kept[oldest.key] = nil
            }
        }
    }
}
