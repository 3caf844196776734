import Testing
import Web
import Worklist

struct SignInLimitTests {
    private func moment(_ seconds: Double) -> Timestamp { Timestamp(microseconds: 1_800_000_000_000_000).advanced(bySeconds: seconds) }

    @Test func theSixthFailureOfANameWaitsWhereverItComesFrom() {
        var limit = SignInLimit(attempts: 5, seconds: 900)
        for attempt in 0..<5 { #expect(limit.begin(name: "Adler", address: "10.0.0.\(attempt)", at: moment(Double(attempt))) == nil) }
        #expect(limit.begin(name: "Adler", address: "10.0.0.9", at: moment(100)) == 800)
        #expect(limit.begin(name: "Brandt", address: "10.0.0.9", at: moment(100)) == nil)
        #expect(limit.begin(name: "Adler", address: "10.0.0.9", at: moment(900)) == nil)
    }

    @Test func theSixthFailureOfAnAddressWaitsWhateverTheName() {
        var limit = SignInLimit(attempts: 5, seconds: 900)
        for attempt in 0..<5 { #expect(limit.begin(name: "person \(attempt)", address: "10.0.0.1", at: moment(0)) == nil) }
        #expect(limit.begin(name: "another", address: "10.0.0.1", at: moment(1)) == 899)
        #expect(limit.begin(name: "another", address: "10.0.0.2", at: moment(1)) == nil)
    }

    @Test func aRefusalDoesNotLengthenTheWait() {
        var limit = SignInLimit(attempts: 1, seconds: 60)
        #expect(limit.begin(name: "Adler", address: "a", at: moment(0)) == nil)
        for second in 1..<60 { #expect(limit.begin(name: "Adler", address: "a", at: moment(Double(second))) != nil) }
        #expect(limit.begin(name: "Adler", address: "a", at: moment(60)) == nil)
    }

    @Test func theRightPasswordClearsTheNameAndGivesTheAddressBackOnlyItsOwnAttempt() {
        var limit = SignInLimit(attempts: 3, seconds: 900)
        #expect(limit.begin(name: "Adler", address: "a", at: moment(0)) == nil)
        #expect(limit.begin(name: "Adler", address: "a", at: moment(1)) == nil)
        #expect(limit.begin(name: "Adler", address: "a", at: moment(2)) == nil)
        limit.succeeded(name: "Adler", address: "a", begunAt: moment(2))
        // The name has no failure left, the address two.
        #expect(limit.begin(name: "Adler", address: "a", at: moment(3)) == nil)
        #expect(limit.begin(name: "Brandt", address: "a", at: moment(4)) != nil)
        #expect(limit.begin(name: "Adler", address: "b", at: moment(4)) == nil)
    }

    @Test func attemptsMadeAtOnceAreCountedBeforeAnyIsJudged() {
        var limit = SignInLimit(attempts: 5, seconds: 900)
        let admitted = (0..<100).filter { _ in limit.begin(name: "Adler", address: "a", at: moment(0)) == nil }
        #expect(admitted.count == 5)
    }

    @Test(arguments: [("2001:db8:1:2::7", "2001:db8:1:2:ffff::1", true), ("2001:db8:1:2::7", "2001:db8:1:3::7", false), ("::1", "::2", true)])
    func oneMachinesIPv6AddressesAreOne(_ one: String, _ other: String, areOne: Bool) {
        var limit = SignInLimit(attempts: 1, seconds: 900)
        #expect(limit.begin(name: "Adler", address: one, at: moment(0)) == nil)
        #expect((limit.begin(name: "Brandt", address: other, at: moment(0)) != nil) == areOne)
    }
}
