import Foundation
import Testing
import Worklist

@Suite struct TimestampTests {
    private let noon = Timestamp(microseconds: 1_800_000_000_000_000)

    @Test func secondsAreAddedToTheMicrosecond() {
        #expect(noon.advanced(bySeconds: 1.5).microseconds == 1_800_000_001_500_000)
        #expect(noon.advanced(bySeconds: -0.000_001).microseconds == 1_799_999_999_999_999)
    }

    @Test(arguments: [1e13, 1e300, .infinity])
    func aMomentBeyondTheEndOfTimeIsTheEndOfTime(seconds: Double) {
        #expect(noon.advanced(bySeconds: seconds).microseconds == .max)
        #expect(Timestamp(microseconds: -5).advanced(bySeconds: -seconds).microseconds == .min)
        #expect(Timestamp(Date(timeIntervalSince1970: seconds)).microseconds == .max)
        #expect(Timestamp(Date(timeIntervalSince1970: -seconds)).microseconds == .min)
    }

    @Test func noNumberOfSecondsMovesNothing() {
        #expect(noon.advanced(bySeconds: .nan) == noon)
        #expect(Timestamp(Date(timeIntervalSince1970: .nan)).microseconds == 0)
    }

    @Test func theEndsOfTimeLieApartAndHaveADate() {
        let first = Timestamp(microseconds: .min), last = Timestamp(microseconds: .max)
        #expect(last.seconds(since: first) > 9e12 && first.seconds(since: last) < -9e12)
        #expect(last.rfc3339 > "" && first.rfc3339 > "")
    }
}
