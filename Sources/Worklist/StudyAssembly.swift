/// Decides when a study is complete: instances in, completions out. A pure state machine; time comes in as a parameter.
///
///     var assembly = StudyAssembly(receivedAt: t0)
///     assembly.receive(at: t0, expected: nil)             // .none
///     assembly.elapse(to: t0 + 10 s, quietSeconds: 10)    // .completed(round: 1)
///     assembly.receive(at: t0 + 60 s, expected: nil)      // .reopened: a late image
///     assembly.elapse(to: t0 + 70 s, quietSeconds: 10)    // .completed(round: 2)
///
/// DICOM itself has no sign that a study is complete (PS3.4 B.2.2 leaves it to the sender), so silence has to serve, unless
/// the order or Number of Study Related Instances (0020,1208) says how many to expect. Late images wait for silence: the
/// number they would have to reach has been passed, so a burst of them is scored and announced once.
package struct StudyAssembly: Hashable, Sendable {
    package enum Action: Hashable, Sendable {
        case none
        /// An image came after the study had been taken for complete.
        case reopened
        /// Complete for the `round`-th time, counted from 1.
        case completed(round: Int)
    }

    /// Distinct SOP Instances so far.
    package private(set) var instances: Int
    /// How many there will be, where somebody said so.
    package private(set) var expected: Int?
    package private(set) var lastReceivedAt: Timestamp
    /// How often the study has been complete.
    package private(set) var round: Int
    package private(set) var isComplete: Bool

    /// A study of which nothing has come yet.
    package init(openedAt: Timestamp) {
        self.init(instances: 0, expected: nil, lastReceivedAt: openedAt, round: 0, isComplete: false)
    }

    /// Resumes from what the store holds.
    package init(instances: Int, expected: Int?, lastReceivedAt: Timestamp, round: Int, isComplete: Bool) {
        self.instances = instances
        self.expected = expected
        self.lastReceivedAt = lastReceivedAt
        self.round = round
        self.isComplete = isComplete
    }

    /// A SOP Instance that was not there before has come.
    package mutating func receive(at now: Timestamp, expected number: Int? = nil) -> Action {
        instances += 1
        lastReceivedAt = max(lastReceivedAt, now)
        if let number, number > 0 { expected = max(expected ?? 0, number) }
        if isComplete {
            isComplete = false
            return .reopened
        }
        return completeIfAllAreHere()
    }

    /// The order says how many images there will be.
    package mutating func expect(_ number: Int) -> Action {
        guard number > 0 else { return .none }
        expected = number
        return isComplete ? .none : completeIfAllAreHere()
    }

    /// Time has passed.
    package mutating func elapse(to now: Timestamp, quietSeconds: Double) -> Action {
        // A clock that was set back must not keep a study waiting until it has caught up.
        lastReceivedAt = min(lastReceivedAt, now)
        guard !isComplete, instances > 0, now >= deadline(quietSeconds: quietSeconds) else { return .none }
        return complete()
    }

    /// When silence will have lasted long enough.
    package func deadline(quietSeconds: Double) -> Timestamp { lastReceivedAt.advanced(bySeconds: quietSeconds) }

    private mutating func completeIfAllAreHere() -> Action {
        guard round == 0, let expected, instances >= expected else { return .none }
        return complete()
    }

    private mutating func complete() -> Action {
        isComplete = true
        round += 1
        return .completed(round: round)
    }
}
