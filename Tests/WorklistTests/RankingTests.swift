import Testing
import Worklist

@Suite struct RankingTests {
    private let now = Timestamp(microseconds: 1_800_000_000_000_000)

    /// The naive twin: each standing at the moment, sorted by comparison, ties by position.
    private func byComparison(_ courses: [Course], at now: Timestamp) -> [Int] {
        courses.indices.sorted { left, right in
            let a = courses[left].standing(at: now), b = courses[right].standing(at: now)
            if a.tier != b.tier { return a.tier > b.tier }
            let x = a.value(at: now), y = b.value(at: now)
            return x != y ? x > y : left < right
        }
    }

    private func courses(_ count: Int, seed: UInt64) -> [Course] {
        var random = LCG(state: seed)
        return (0..<count).map { _ in
            let moment = now.advanced(bySeconds: Double(random.next() % 2000) - 1000)
            let tier = Standing.Tier(rawValue: UInt8(random.next() % 7))!
            let measure =
                random.next() % 2 == 0
                ? Standing.Measure.moment(moment)
                : .cost(MarginalCost(perMinute: Double(random.next() % 10) / 7, growthPerMinute: Double(random.next() % 3) / 9), since: moment)
            return Course(Standing(tier, measure), limitedAt: random.next() % 2 == 0 ? moment.advanced(bySeconds: Double(random.next() % 900)) : nil)
        }
    }

    @Test(arguments: [0, 1, 2, 50, 3000])
    func theRadixSortIsTheSortByComparison(count: Int) {
        for seed in 1...5 as ClosedRange<UInt64> {
            let courses = courses(count, seed: seed)
            #expect(Ranking(courses).order(at: now) == byComparison(courses, at: now))
        }
    }

    @Test func theFirstFewAreTheBeginningOfTheOrder() {
        let courses = courses(3000, seed: 9)
        let ranking = Ranking(courses)
        let order = ranking.order(at: now)
        for wanted in [0, 1, 2, 50, 2999, 3000, 9000] { #expect(ranking.first(wanted, at: now) == Array(order.prefix(wanted))) }
    }
}
