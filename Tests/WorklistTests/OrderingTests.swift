import Foundation
import Testing
import Worklist

@Suite struct OrderingTests {
    private let now = Timestamp(microseconds: 1_800_000_000_000_000)
    private let policy = WorklistPolicy(
        name: "test", version: "1",
        categories: [
            CategoryRule(category: .critical, any: [FindingCondition(finding: "pneumothorax", atLeast: 0.6)]),
            CategoryRule(category: .urgent, any: [FindingCondition(finding: "effusion", atLeast: 0.5)]),
            CategoryRule(category: .likelyNormal, all: [FindingCondition(finding: "abnormal", below: 0.1)]),
        ],
        limitsMinutes: WaitingLimits(
            category: [.critical: 15, .urgent: 60, .routine: 240, .unscored: 240, .likelyNormal: 480], orderPriority: [.stat: 30]),
        costs: CostsOfDelay(
            unit: "a point",
            findings: [
                FindingCost(
                    finding: "pneumothorax", actionable: .minutes,
                    cost: CostRow(atArrival: 60, atHorizon: 120, horizonMinutes: 60, source: "test"), prior: 0.05, priorSource: "test"),
                FindingCost(
                    finding: "effusion", actionable: .hours,
                    cost: CostRow(atArrival: 6, atHorizon: 12, horizonMinutes: 360, source: "test"), prior: 0.1, priorSource: "test"),
            ],
            orderPriority: ["STAT": CostRow(atArrival: 30, atHorizon: 60, horizonMinutes: 30, source: "test")],
            patientClass: ["emergency": CostRow(atArrival: 3, atHorizon: 6, horizonMinutes: 60, source: "test")],
            agreedTurnaround: ["emergency": CostRow(atArrival: 0, atHorizon: 6, horizonMinutes: 60, source: "test")],
            readingMinutes: ReadingMinutes(byModality: ["CT": 12], others: 3, source: "test")))

    private func study(_ number: Int, _ category: Category, waited minutes: Double, _ priority: OrderPriority = .routine) -> Study {
        var study = Study(studyInstanceUID: UID("1.2.\(number)")!, receivedAt: now.advanced(bySeconds: -minutes * 60))
        study.category = category
        study.state = category == .unscored ? .unscored : .scored
        study.orderPriority = priority
        study.findings = category == .critical ? ["pneumothorax": 0.83] : category == .urgent ? ["effusion": 0.7] : category == .likelyNormal ? ["abnormal": 0.03] : [:]
        return study
    }

    private func order(_ studies: [Study], _ ordering: PolicyName, _ policy: WorklistPolicy? = nil) -> [String] {
        ordering.policy.places(of: studies, under: policy ?? self.policy, at: now).map { String($0.study.studyInstanceUID.text.dropFirst(4)) }
    }

    @Test func categoryDecidesThenDueTime() {
        let studies = [
            study(1, .likelyNormal, waited: 50), study(2, .routine, waited: 40), study(3, .urgent, waited: 5), study(4, .critical, waited: 1),
            study(5, .urgent, waited: 20), study(6, .unscored, waited: 45),
        ]
        #expect(order(studies, .classCapped) == ["4", "5", "3", "6", "2", "1"])
        #expect(order(studies, .fifo) == ["1", "6", "2", "5", "3", "4"])
    }

    @Test func whatIsPastItsLimitWaitsBehindCriticalStudiesOnly() {
        let studies = [study(1, .likelyNormal, waited: 481), study(2, .urgent, waited: 10), study(3, .critical, waited: 20), study(4, .routine, waited: 241)]
        // Both are a minute past: the same due time, so the one that came first.
        #expect(order(studies, .classCapped) == ["3", "1", "4", "2"])
        #expect(order(studies, .class) == ["3", "2", "4", "1"])
    }

    @Test func aStatOrderIsDueSoonerWithinItsCategory() {
        let studies = [study(1, .routine, waited: 25), study(2, .routine, waited: 5, .stat)]
        #expect(order(studies, .classCapped) == ["2", "1"])
    }

    @Test(arguments: [PolicyName.classCapped, .delayCost])
    func withAllLimitsZeroTheListIsFirstInFirstOut(ordering: PolicyName) {
        var fifo = policy
        fifo.limitsMinutes = WaitingLimits(
            category: Dictionary(uniqueKeysWithValues: Category.allCases.map { ($0, 0) }), orderPriority: [.stat: 30])
        for seed in 1...20 as ClosedRange<UInt64> {
            let studies = mixture(300, seed: seed)
            #expect(order(studies, ordering, fifo) == order(studies, .fifo))
        }
    }

    @Test func withoutLimitsTheListIsThePurePolicy() {
        var unlimited = policy
        unlimited.limitsMinutes = WaitingLimits()
        let studies = [study(1, .routine, waited: 9_000), study(2, .critical, waited: 8), study(3, .urgent, waited: 30)]
        #expect(order(studies, .classCapped, unlimited) == order(studies, .class, unlimited))
        #expect(order(studies, .classCapped, unlimited) == ["2", "3", "1"])
        for seed in 1...20 as ClosedRange<UInt64> {
            let studies = mixture(300, seed: seed)
            #expect(order(studies, .classCapped, unlimited) == order(studies, .class, unlimited))
        }
    }

    @Test func withoutLimitsDelayCostGoesByTheIndexAlone() {
        var unlimited = policy
        unlimited.limitsMinutes = WaitingLimits()
        for seed in 1...20 as ClosedRange<UInt64> {
            let places = DelayCost().places(of: mixture(300, seed: seed), under: unlimited, at: now)
            let indices = places.map { Account(of: $0, under: unlimited, at: now).index }
            #expect(zip(indices, indices.dropFirst()).allSatisfy { $0 >= $1 - 1e-12 })
            #expect(places.allSatisfy { $0.dueAt == nil })
        }
        // A critical study that came just now stands behind an emergency that has waited for days: nothing but the cost decides.
        let studies = [study(1, .critical, waited: 0), study(2, .unscored, waited: 9_000, .stat)]
        #expect(order(studies, .delayCost, unlimited) == ["2", "1"])
        #expect(order(studies, .delayCost) == ["1", "2"])
    }

    @Test(arguments: [PolicyName.classCapped, .delayCost])
    func noStudyThatIsNotCriticalComesBeforeOnePastItsLimit(ordering: PolicyName) {
        for seed in 1...20 as ClosedRange<UInt64> {
            let places = ordering.policy.places(of: mixture(400, seed: seed), under: policy, at: now)
            let isPast = { (place: Place) in place.dueAt.map { now >= $0 } ?? false }
            let critical = places.prefix { $0.study.category == .critical }
            let past = places.dropFirst(critical.count).prefix { isPast($0) }
            #expect(places.dropFirst(critical.count).allSatisfy { $0.study.category != .critical })
            #expect(places.dropFirst(critical.count + past.count).allSatisfy { !isPast($0) })
            #expect(!past.isEmpty && past.count < places.count)
            let due = past.map { $0.dueAt! }
            #expect(due == due.sorted())
        }
    }

    @Test(arguments: PolicyName.allCases)
    func raisingOneProbabilityNeverLowersThatStudysPlace(ordering: PolicyName) {
        var random = LCG(state: 11)
        for seed in 1...40 as ClosedRange<UInt64> {
            var studies = mixture(80, seed: seed)
            let chosen = Int(random.next() % 80)
            let uid = studies[chosen].studyInstanceUID
            let rank = { (studies: [Study]) in ordering.policy.places(of: studies, under: policy, at: now).first { $0.study.studyInstanceUID == uid }!.rank }
            for label in ["pneumothorax", "effusion"] {
                let before = rank(studies)
                // A study without any score stays without one.
                guard let probability = studies[chosen].findings[label] else { continue }
                studies[chosen].findings[label] = probability + (1 - probability) * Double(random.next() % 1000) / 1000
                studies[chosen].category = policy.categorise(studies[chosen].findings).category
                #expect(rank(studies) <= before)
            }
        }
    }

    @Test(arguments: PolicyName.allCases)
    func theFirstPlacesAreTheBeginningOfTheWholeList(ordering: PolicyName) {
        for wanted in [0, 1, 7, 299, 300, 500] {
            let studies = mixture(300, seed: 5)
            let whole = ordering.policy.places(of: studies, under: policy, at: now)
            #expect(ordering.policy.places(of: studies, under: policy, at: now, first: wanted) == Array(whole.prefix(wanted)))
        }
    }

    /// Studies with findings, or without, of every class and wait; some of the same moment.
    private func mixture(_ count: Int, seed: UInt64) -> [Study] {
        var random = LCG(state: seed)
        return (0..<count).map { number in
            var study = study(number + 1, .unscored, waited: Double(random.next() % 600), OrderPriority.allCases[Int(random.next() % 3)])
            study.patientClass = PatientClass.allCases[Int(random.next() % 4)]
            if random.next() % 5 > 0 {
                let uniform = { Double(random.next() % 1000) / 1000 }
                study.findings = ["pneumothorax": uniform() * uniform() * uniform(), "effusion": uniform() * uniform(), "abnormal": uniform()]
                study.category = policy.categorise(study.findings).category
                study.state = .scored
            }
            return study
        }
    }

    @Test func tiesKeepTheOrderOfArrival() {
        let studies = (1...9).map { study($0, .routine, waited: 100 - Double($0)) }
        #expect(order(studies.shuffled(), .classCapped) == (1...9).map(String.init))
        let together = (1...9).map { study($0, .routine, waited: 100) }
        for ordering in PolicyName.allCases { #expect(order(together.shuffled(), ordering) == (1...9).map(String.init)) }
    }

    @Test(arguments: PolicyName.allCases)
    func urgencyFallsFromPlaceToPlace(ordering: PolicyName) {
        var random = LCG(state: 7)
        let studies = (0..<200).map { number in
            study(number, Category.allCases[Int(random.next() % 5)], waited: Double(random.next() % 600), OrderPriority.allCases[Int(random.next() % 3)])
        }
        let places = ordering.policy.places(of: studies, under: policy, at: now)
        #expect(zip(places, places.dropFirst()).allSatisfy { $0.urgency >= $1.urgency })
        #expect(places.map(\.rank) == Array(1...200))
    }

    @Test func everyPlaceSaysWhatPutItThere() {
        var critical = study(1, .critical, waited: 14)
        critical.patientClass = .emergency
        critical.model = ModelReference(name: "m", version: "1", sha256: "00", isCalibrated: true)
        let place = ByClassCapped().places(of: [critical], under: policy, at: now)[0]
        #expect(place.reasons == ["pneumothorax 0.83: critical from 0.60", "waited 14 of 15 minutes", "emergency department"])
        #expect(place.nextStep == "Read now and tell the referring physician directly, within minutes.")

        var unscored = study(2, .unscored, waited: 3)
        unscored.unscoredReason = "CT images are not what the model is made for (DX)"
        unscored.state = .unscored
        #expect(
            ByClassCapped().places(of: [unscored], under: policy, at: now)[0].reasons
                == ["unscored: CT images are not what the model is made for (DX); keeps its turn among the routine studies", "waited 3 of 240 minutes",
                    "in 237 minutes it is past its limit; then only critical studies come before it"])
    }

    @Test func anUncalibratedFigureIsCalledAScore() {
        var film = study(1, .urgent, waited: 1)
        film.model = ModelReference(name: "m", version: "1", sha256: "00", isCalibrated: false)
        #expect(ByClassCapped().places(of: [film], under: policy, at: now)[0].reasons[0] == "effusion 0.70 (score, not calibrated): urgent from 0.50")
    }
}
