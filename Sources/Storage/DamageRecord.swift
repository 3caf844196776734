import Synchronization

/// Which damaged records have been told of, so that a list that is read every second fills no log.
final class DamageRecord: Sendable {
    private let tell: @Sendable (String) -> Void
    private let told = Mutex<Set<String>>([])

    init(_ tell: @escaping @Sendable (String) -> Void) { self.tell = tell }

    func note(_ sentence: String) {
        guard told.withLock({ $0.insert(sentence).inserted }) else { return }
        tell(sentence)
    }
}
