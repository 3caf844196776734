import Testing
import Worklist

@Suite struct StudyAssemblyTests {
    private let t0 = Timestamp(microseconds: 1_000_000_000)
    private func at(_ seconds: Double) -> Timestamp { t0.advanced(bySeconds: seconds) }

    @Test func aStudyIsCompleteWhenNoImageHasComeForTheQuietTime() {
        var assembly = StudyAssembly(openedAt: t0)
        #expect(assembly.receive(at: t0) == .none)
        #expect(assembly.receive(at: at(8)) == .none)
        #expect(assembly.elapse(to: at(17.9), quietSeconds: 10) == .none)
        #expect(assembly.elapse(to: at(18), quietSeconds: 10) == .completed(round: 1))
        #expect(assembly.elapse(to: at(100), quietSeconds: 10) == .none)
    }

    @Test func aStudyIsCompleteAsSoonAsTheExpectedNumberIsThere() {
        var assembly = StudyAssembly(openedAt: t0)
        #expect(assembly.receive(at: t0, expected: 2) == .none)
        #expect(assembly.receive(at: at(1), expected: 2) == .completed(round: 1))
    }

    @Test func anOrderThatComesAfterTheLastImageCompletesTheStudy() {
        var assembly = StudyAssembly(openedAt: t0)
        _ = assembly.receive(at: t0)
        _ = assembly.receive(at: at(1))
        #expect(assembly.expect(3) == .none)
        #expect(assembly.expect(2) == .completed(round: 1))
        #expect(assembly.expect(2) == .none)
    }

    @Test func lateImagesReopenTheStudyAndCompleteItOnceMore() {
        var assembly = StudyAssembly(openedAt: t0)
        #expect(assembly.receive(at: t0, expected: 1) == .completed(round: 1))
        #expect(assembly.receive(at: at(60), expected: 1) == .reopened)
        #expect(assembly.receive(at: at(61), expected: 1) == .none)
        #expect(assembly.receive(at: at(62), expected: 1) == .none)
        #expect(assembly.elapse(to: at(72), quietSeconds: 10) == .completed(round: 2))
        #expect(assembly.elapse(to: at(500), quietSeconds: 10) == .none)
    }

    @Test func withoutImagesNoStudyIsComplete() {
        var assembly = StudyAssembly(openedAt: t0)
        #expect(assembly.expect(0) == .none)
        #expect(assembly.elapse(to: at(10_000), quietSeconds: 10) == .none)
    }

    @Test func aClockThatRunsBackwardsNeverShortensTheSilence() {
        var assembly = StudyAssembly(openedAt: t0)
        _ = assembly.receive(at: at(10))
        _ = assembly.receive(at: at(3))
        #expect(assembly.deadline(quietSeconds: 10) == at(20))
    }

    /// Whatever the order of events, rounds count up by one and never without an image since the last.
    @Test(arguments: 0..<50)
    func roundsAdvanceOnlyWithImages(seed: Int) {
        var random = LCG(state: UInt64(seed) + 1)
        var assembly = StudyAssembly(openedAt: t0)
        var now = t0
        var imagesSinceCompletion = 0
        var lastRound = 0
        for _ in 0..<300 {
            now = now.advanced(bySeconds: Double(random.next() % 6))
            let action: StudyAssembly.Action
            switch random.next() % 4 {
            case 0: action = assembly.elapse(to: now, quietSeconds: 10)
            case 1: action = assembly.expect(Int(random.next() % 8))
            default:
                action = assembly.receive(at: now, expected: random.next() % 3 == 0 ? Int(random.next() % 8) : nil)
                imagesSinceCompletion += 1
            }
            if case .completed(let round) = action {
                #expect(round == lastRound + 1)
                #expect(imagesSinceCompletion > 0)
                lastRound = round
                imagesSinceCompletion = 0
            }
        }
    }
}

/// A small seeded generator, so that a failing case can be run again.
struct LCG: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state >> 17
    }
}
