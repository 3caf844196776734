import Testing
import Worklist

@Suite struct WaitsByCategoryTests {
    private let now = Timestamp(rfc3339: "2026-11-26T10:30:00Z")!

    private func wait(_ minutes: Double, readAgo: Double?, due: Double? = nil, _ category: Worklist.Category = .urgent) -> WaitsByCategory.Wait {
        let readAt = readAgo.map { now.advanced(bySeconds: -$0 * 60) }
        let received = (readAt ?? now).advanced(bySeconds: -minutes * 60)
        return WaitsByCategory.Wait(category: category, receivedAt: received, dueAt: due.map { received.advanced(bySeconds: $0 * 60) }, readAt: readAt)
    }

    @Test func meanMedianAndPercentileAreThoseOfHandArithmetic() {
        // 10, 20, 30, 100: mean 40; the smallest that half are not above is 20; that 95 % are not above, 100.
        let waits = WaitsByCategory.of(
            [wait(20, readAgo: 5), wait(100, readAgo: 70, due: 60), wait(10, readAgo: 6), wait(30, readAgo: 7, due: 60)],
            limits: WaitingLimits(category: [.urgent: 60]), over: .day, at: now)
        let urgent = waits[1]
        #expect(urgent.category == .urgent && urgent.n == 4 && urgent.limitMinutes == 60)
        #expect(urgent.meanMinutes == 40 && urgent.medianMinutes == 20 && urgent.p95Minutes == 100 && urgent.pastLimit == 1)
    }

    @Test func openStudiesAreCountedApart() {
        let urgent = WaitsByCategory.of([wait(20, readAgo: nil), wait(45, readAgo: nil)], limits: WaitingLimits(), over: .day, at: now)[1]
        #expect(urgent.n == 0 && urgent.medianMinutes == nil && urgent.open == 2 && urgent.openOldestMinutes == 45 && urgent.limitMinutes == nil)
    }

    @Test func aDayIsTwentyFourHoursAndAWeekSevenDays() {
        // Read at 10:25 and at 9:20 of the same day.
        let waits = [wait(10, readAgo: 5), wait(50, readAgo: 70)]
        let day = WaitsByCategory.of(waits, limits: WaitingLimits(), over: .day, at: now)[1].over
        #expect(day.count == 24 && day.last?.from == Timestamp(rfc3339: "2026-11-26T10:00:00Z"))
        #expect(day.suffix(3).map(\.n) == [0, 1, 1] && day.last?.medianMinutes == 10 && day[22].p95Minutes == 50)
        let week = WaitsByCategory.of(waits, limits: WaitingLimits(), over: .week, at: now)[1].over
        #expect(week.count == 7 && week.first?.from == Timestamp(rfc3339: "2026-11-20T00:00:00Z") && week.last?.n == 2)
    }

    @Test func whatWasReadBeforeThePeriodIsNotInIt() {
        let waits = [wait(10, readAgo: 25 * 60)]
        #expect(WaitsByCategory.of(waits, limits: WaitingLimits(), over: .day, at: now)[1].n == 0)
        #expect(WaitsByCategory.of(waits, limits: WaitingLimits(), over: .week, at: now)[1].n == 1)
    }
}
