import Foundation
import Testing
import Worklist

@Suite struct DelayCostTests {
    private let now = Timestamp(microseconds: 1_800_000_000_000_000)

    private func policy(limits: WaitingLimits = WaitingLimits()) -> WorklistPolicy {
        func row(_ atArrival: Double, _ atHorizon: Double, _ horizonMinutes: Double) -> CostRow {
            CostRow(atArrival: atArrival, atHorizon: atHorizon, horizonMinutes: horizonMinutes, source: "test")
        }
        return WorklistPolicy(
            name: "test", version: "1",
            categories: [CategoryRule(category: .critical, any: [FindingCondition(finding: "pneumothorax", atLeast: 0.6)])], limitsMinutes: limits,
            costs: CostsOfDelay(
                unit: "a point",
                findings: [
                    FindingCost(finding: "pneumothorax", actionable: .minutes, cost: row(60, 120, 60), prior: 0.05, priorSource: "test"),
                    FindingCost(finding: "nodule", actionable: .days, cost: row(0.6, 1.2, 1440), prior: 0.1, priorSource: "test"),
                ],
                orderPriority: ["STAT": row(30, 60, 30)], patientClass: ["emergency": row(3, 6, 60)],
                agreedTurnaround: ["emergency": row(0, 6, 60)],
                readingMinutes: ReadingMinutes(byModality: ["CT": 12], others: 3, source: "test")))
    }

    private func study(_ number: Int, waited minutes: Double, _ findings: [String: Double] = [:], _ change: (inout Study) -> Void = { _ in }) -> Study {
        var study = Study(studyInstanceUID: UID("1.2.\(number)")!, receivedAt: now.advanced(bySeconds: -minutes * 60))
        study.findings = findings
        study.category = policy().categorise(findings).category
        study.state = findings.isEmpty ? .unscored : .scored
        study.modality = "DX"
        change(&study)
        return study
    }

    private func account(_ study: Study) -> Account {
        Account(of: DelayCost().place(of: study, under: policy(), at: now), under: policy(), at: now)
    }

    /// By hand, after 30 minutes in the emergency department: pneumothorax costs 60 + (120 − 60) · 30/60 = 90 points an hour, 1.5 a
    /// minute, and 0.5 for each minute that reading takes; at 0.8 that is 0.4. Nodule: (0.6 + 0.6 · 30/1440) / 60 / 3 · 0.5.
    /// Emergency: (3 + 3 · 30/60) / 60 / 3 = 0.025. Turnaround: 6 · 30/60 / 60 / 3 = 1/60.
    @Test func theIndexIsTheSumByHand() throws {
        let account = account(study(1, waited: 30, ["pneumothorax": 0.8, "nodule": 0.5]) { $0.patientClass = .emergency })
        let nodule = 0.5 * (0.6 + 0.6 * 30 / 1440) / 180
        #expect(abs(account.index - (0.4 + nodule + 0.025 + 1.0 / 60)) < 1e-12)
        #expect(account.terms.map(\.name) == [
            "pneumothorax", "patient class emergency", "agreed turnaround for emergency", "nodule", "order priority ROUTINE",
        ])
        let pneumothorax = try #require(account.terms.first)
        #expect(abs(pneumothorax.marginalCost! - 0.5) < 1e-12 && pneumothorax.probability == 0.8)
    }

    @Test func theTermsAddUpToTheIndexThatTheListIsSortedBy() {
        for minutes in [0.0, 1, 14.5, 600] {
            for findings in [["pneumothorax": 0.3, "nodule": 0.9], [:]] {
                let study = study(1, waited: minutes, findings) { $0.orderPriority = .stat }
                let place = DelayCost().place(of: study, under: policy(), at: now)
                let account = Account(of: place, under: policy(), at: now)
                #expect(abs(account.terms.reduce(0) { $0 + $1.value } - account.index) < 1e-12)
                #expect(abs(place.standing.value(at: now) - account.index) < 1e-12)
                #expect(abs(place.urgency - account.index / (1 + account.index)) < 1e-12)
                #expect(account.terms.allSatisfy { abs($0.value - ($0.probability ?? 1) * $0.marginalCost!) < 1e-12 })
            }
        }
    }

    @Test func anUnscoredStudyCountsWithItsPriorsAndStandsBetweenFlaggedAndClearedOnes() {
        let places = DelayCost().places(
            of: [
                study(1, waited: 10, ["pneumothorax": 0.001, "nodule": 0.01]), study(2, waited: 10), study(3, waited: 10, ["pneumothorax": 0.4, "nodule": 0.1]),
            ], under: policy(), at: now)
        #expect(places.map(\.study.studyInstanceUID.text) == ["1.2.3", "1.2.2", "1.2.1"])
        let unscored = account(study(2, waited: 0))
        #expect(abs(unscored.index - (0.05 * 1 + 0.1 * 0.01) / 3) < 1e-12)
        #expect(unscored.terms[0].name == "pneumothorax (prior: no model reported on it)" && unscored.terms[0].probability == 0.05)
    }

    @Test func whatIsReadFasterComesFirstWhereTheCostIsTheSame() {
        let places = DelayCost().places(
            of: [study(1, waited: 10) { $0.modality = "CT" }, study(2, waited: 9)], under: policy(), at: now)
        #expect(places.map(\.study.studyInstanceUID.text) == ["1.2.2", "1.2.1"])
    }

    @Test func reasonsSayWhatWeighsMostFirstAndWhatWouldMoveIt() {
        let limits = WaitingLimits(category: [.critical: 30, .routine: 240])
        var film = study(1, waited: 14, ["pneumothorax": 0.83, "nodule": 0.2]) { $0.patientClass = .emergency }
        #expect(DelayCost().place(of: film, under: policy(limits: limits), at: now).reasons == [
            "pneumothorax 0.83: each minute counts, critical from 0.60 (92 % of its index)", "emergency department", "waited 14 of 30 minutes",
        ])
        film = study(1, waited: 14, ["pneumothorax": 0.001, "nodule": 0.01])
        #expect(DelayCost().place(of: film, under: policy(limits: limits), at: now).reasons == [
            "routine: no finding reaches a bound; highest is nodule 0.01", "waited 14 of 240 minutes",
            "in 226 minutes it is past its limit; then only critical studies come before it",
        ])
        film.unscoredReason = "view is lateral"
        film.findings = [:]
        film.category = .unscored
        #expect(DelayCost().place(of: film, under: policy(limits: limits), at: now).reasons == [
            "unscored: view is lateral; counts as a study with the usual frequency of findings", "waited 14 minutes; no limit agreed",
            "moves up with every minute it waits",
        ])
    }

    /// Nothing costs anything, or more than a number can hold: there are no shares, and there is still a list.
    @Test(arguments: [0.0, .greatestFiniteMagnitude])
    func reasonsAreGivenWhereThereAreNoShares(cost: Double) {
        let row = CostRow(atArrival: cost, atHorizon: cost, horizonMinutes: 1, source: "test")
        var policy = policy()
        for index in policy.costs.findings.indices { policy.costs.findings[index].cost = row }
        policy.costs.orderPriority = ["STAT": row]
        policy.costs.patientClass = ["emergency": row]
        policy.costs.agreedTurnaround = [:]
        policy.costs.readingMinutes.others = 1e-9
        let film = study(1, waited: 14, ["pneumothorax": 0.8, "nodule": 0.5]) { $0.orderPriority = .stat }
        let place = DelayCost().place(of: film, under: policy, at: now)
        #expect(place.reasons.contains("pneumothorax 0.80: each minute counts, critical from 0.60 (0 % of its index)"), "\(place.reasons)")
    }

    @Test func aFigureThatIsNoProbabilityIsShownAsItIs() {
        #expect([0, 0.005, 0.125, 0.5, 0.995, 1].map(Reasons.figure) == ["0.00", "<0.01", "0.13", "0.50", ">0.99", "1.00"])
        #expect([.nan, .infinity, 1e300, -2].map(Reasons.figure) == ["nan", "inf", "1e+300", "-2.0"])
    }
}

@Suite struct PinTests {
    private let now = Timestamp(microseconds: 1_800_000_000_000_000)

    @Test(arguments: PolicyName.allCases)
    func aPinnedStudyIsFirstUntilItIsReleased(ordering: PolicyName) throws {
        let policy = try WorklistPolicy.shipped()
        var studies = (1...9).map { number in
            var study = Study(studyInstanceUID: UID("1.2.\(number)")!, receivedAt: now.advanced(bySeconds: Double(number) - 100))
            study.findings = number == 1 ? ["pneumothorax": 0.9] : ["abnormal": 0.01]
            study.category = policy.categorise(study.findings).category
            return study
        }
        let before = ordering.policy.places(of: studies, under: policy, at: now).map(\.study.studyInstanceUID)
        try studies[8].apply(.pin, by: "Dr. Lead", reason: "patient in theatre", at: now)
        let pinned = ordering.policy.places(of: studies, under: policy, at: now)
        #expect(pinned[0].study.studyInstanceUID.text == "1.2.9")
        #expect(pinned[0].reasons[0] == "put first by Dr. Lead: patient in theatre")
        #expect(pinned[0].urgency > pinned[1].urgency)
        try studies[8].apply(.release, by: "Dr. Lead", reason: "done", at: now)
        #expect(ordering.policy.places(of: studies, under: policy, at: now).map(\.study.studyInstanceUID) == before)
    }

    @Test func aPinNeedsANameAndAReasonAndAFreeStudy() throws {
        var study = Study(studyInstanceUID: UID("1.2")!, receivedAt: now)
        #expect(throws: PinRefusal.self) { try study.apply(.pin, by: " ", reason: "x", at: now) }
        #expect(throws: PinRefusal.self) { try study.apply(.pin, by: "A", reason: "", at: now) }
        #expect(throws: PinRefusal.self) { try study.apply(.release, by: "A", reason: "x", at: now) }
        try study.apply(.pin, by: "A", reason: "x", at: now)
        #expect(throws: PinRefusal.self) { try study.apply(.pin, by: "B", reason: "y", at: now) }
        #expect(study.pin == Pin(at: now, by: "A", reason: "x"))
        study.pin = nil
        study.state = .reported
        #expect(throws: PinRefusal.self) { try study.apply(.pin, by: "A", reason: "x", at: now) }
    }
}
