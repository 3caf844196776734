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
            category: [.critical: 15, .urgent: 60, .routine: 240, .unscored: 240, .likelyNormal: 480], orderPriority: [.stat: 30]))

    private func study(_ number: Int, _ category: Category, waited minutes: Double, _ priority: OrderPriority = .routine) -> Study {
        var study = Study(studyInstanceUID: UID("1.2.\(number)")!, receivedAt: now.advanced(bySeconds: -minutes * 60))
        study.category = category
        study.state = category == .unscored ? .unscored : .scored
        study.orderPriority = priority
        study.findings = category == .critical ? ["pneumothorax": 0.83] : category == .urgent ? ["effusion": 0.7] : category == .likelyNormal ? ["abnormal": 0.03] : [:]
        return study
    }

    private func order(_ studies: [Study], _ ordering: OrderingPolicy, _ policy: WorklistPolicy? = nil) -> [String] {
        ordering.places(of: studies, under: policy ?? self.policy, at: now).map { String($0.study.studyInstanceUID.text.dropFirst(4)) }
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

    @Test func withAllLimitsZeroTheListIsFirstInFirstOut() {
        var fifo = policy
        fifo.limitsMinutes = WaitingLimits(category: Dictionary(uniqueKeysWithValues: Category.allCases.map { ($0, 0) }))
        let studies = [study(1, .routine, waited: 9), study(2, .critical, waited: 8), study(3, .urgent, waited: 30), study(4, .critical, waited: 1)]
        #expect(order(studies, .classCapped, fifo) == order(studies, .fifo))
    }

    @Test func withoutLimitsTheListIsThePurePolicy() {
        var unlimited = policy
        unlimited.limitsMinutes = WaitingLimits()
        let studies = [study(1, .routine, waited: 9_000), study(2, .critical, waited: 8), study(3, .urgent, waited: 30)]
        #expect(order(studies, .classCapped, unlimited) == order(studies, .class, unlimited))
        #expect(order(studies, .classCapped, unlimited) == ["2", "3", "1"])
    }

    @Test func tiesKeepTheOrderOfArrival() {
        let studies = (1...9).map { study($0, .routine, waited: 100 - Double($0)) }
        #expect(order(studies.shuffled(), .classCapped) == (1...9).map(String.init))
    }

    @Test(arguments: OrderingPolicy.allCases)
    func urgencyFallsFromPlaceToPlace(ordering: OrderingPolicy) {
        var random = LCG(state: 7)
        let studies = (0..<200).map { number in
            study(number, Category.allCases[Int(random.next() % 5)], waited: Double(random.next() % 600), OrderPriority.allCases[Int(random.next() % 3)])
        }
        let places = ordering.places(of: studies, under: policy, at: now)
        #expect(zip(places, places.dropFirst()).allSatisfy { $0.urgency >= $1.urgency })
        #expect(places.map(\.rank) == Array(1...200))
    }

    @Test func everyPlaceSaysWhatPutItThere() {
        var critical = study(1, .critical, waited: 14)
        critical.patientClass = .emergency
        critical.model = ModelReference(name: "m", version: "1", sha256: "00", isCalibrated: true)
        let place = OrderingPolicy.classCapped.places(of: [critical], under: policy, at: now)[0]
        #expect(place.reasons == ["pneumothorax 0.83: critical from 0.60", "waited 14 of 15 minutes", "emergency department"])
        #expect(place.nextStep == "Read now and tell the referring physician directly, within minutes.")

        var unscored = study(2, .unscored, waited: 3)
        unscored.unscoredReason = "CT images are not what the model is made for (DX)"
        unscored.state = .unscored
        #expect(
            OrderingPolicy.classCapped.places(of: [unscored], under: policy, at: now)[0].reasons
                == ["unscored: CT images are not what the model is made for (DX); keeps its turn among the routine studies", "waited 3 of 240 minutes"])
    }

    @Test func anUncalibratedFigureIsCalledAScore() {
        var film = study(1, .urgent, waited: 1)
        film.model = ModelReference(name: "m", version: "1", sha256: "00", isCalibrated: false)
        #expect(OrderingPolicy.classCapped.places(of: [film], under: policy, at: now)[0].reasons[0] == "effusion 0.70 (score, not calibrated): urgent from 0.50")
    }
}

@Suite struct PolicyFileTests {
    @Test func theShippedPolicyIsValidAndKnowsEveryCategory() throws {
        let policy = try WorklistPolicy.shipped()
        #expect(policy.categorise(["pneumothorax": 0.9]).category == .critical)
        #expect(policy.categorise(["abnormal": 0.9]).category == .urgent)
        #expect(policy.categorise(["abnormal": 0.3]).category == .routine)
        #expect(policy.categorise(["abnormal": 0.02]).category == .likelyNormal)
        #expect(policy.categorise([:]).category == .unscored)
        for category in Category.allCases { #expect(policy.limitsMinutes.category[category.rawValue] != nil) }
    }

    @Test(arguments: [
        (#"{"name":"x","version":"1","limits_minutes":{"category":{},"order_priority":{}}}"#, "categories"),
        (#"{"name":"x","version":"1","categories":[{"category":"urgent"}],"limits_minutes":{"category":{},"order_priority":{}}}"#, "no condition"),
        (#"{"name":"x","version":"1","categories":[{"category":"urgent","any":[{"finding":"a","at_least":7}]}],"limits_minutes":{"category":{},"order_priority":{}}}"#, "no probability"),
        (#"{"name":"x","version":"1","categories":[],"limits_minutes":{"category":{"urgnt":5},"order_priority":{}}}"#, "urgnt"),
        (#"{"name":"x","version":"1","categories":[],"limits_minutes":{"category":{"urgent":-5},"order_priority":{}}}"#, "negative"),
        ("not json", "no policy file"),
    ])
    func aWrongPolicyFileIsRefusedWithWhatIsWrong(text: String, word: String) {
        let error = #expect(throws: PolicyFileError.self) { try WorklistPolicy(json: Data(text.utf8), from: "policy.json") }
        #expect(error?.description.contains(word) == true)
        #expect(error?.description.contains("policy.json") == true)
    }
}

@Suite struct UIDTests {
    @Test(arguments: ["1", "1.2.840.10008.1.1", "2.25.329800735698586629295641978511506172918", "0.0", String(repeating: "1", count: 64)])
    func validUIDsAreTaken(text: String) { #expect(UID(text)?.text == text) }

    @Test(arguments: ["", ".", "1.", ".1", "1..2", "1.2.abc", "../../etc/passwd", "1.2/3", "1.2 ", "1.2\0", String(repeating: "1", count: 65)])
    func malformedUIDsAreRefused(text: String) { #expect(UID(text) == nil) }
}
