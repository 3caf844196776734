import Worklist

#if canImport(Glibc)
    import Glibc
#endif

/// A study as it is when it arrives: what is there, what the model says, how long reading it will take.
struct SimulatedStudy {
    var isScored: Bool
    /// Bits by the scenario's findings.
    var truths: UInt64 = 0
    var flags: UInt64 = 0
    var category: Category
    var patientClass: PatientClass
    var orderPriority: OrderPriority
    var readingMinutes: Double
    var claim: Claim
    /// What waiting costs this patient: findings that are there count fully, others not at all.
    var trueCost: MarginalCost
}

/// Draws studies; the same random numbers in the same order whatever the policy, so that policies are compared on the same patients.
struct CaseMix {
    private let scenario: Scenario
    private let weighing: Weighing
    private let findings: [Finding]
    private let expectedMinutes: Double
    private let expectedMinutesOfOthers: Double
    private let classes: Draw<PatientClass>
    private let priorities: Draw<OrderPriority>
    /// By slot of the weighing; refilled for each study.
    private var probabilities: [Double]

    private struct Finding {
        var prevalence: Double
        var model: SimulatedFinding.Model
        var slot: Int
        var flagSlot: Int
        var readingMinutes: Double?
        /// Binormal: the distance of the two means, and the score from which on it is flagged.
        var distance = 0.0
        var threshold = 0.0
        /// Flags: the probability reported with a flag and without.
        var whenFlagged = 0.0
        var whenNot = 0.0
    }

    init(_ scenario: Scenario, _ weighing: Weighing) {
        self.scenario = scenario
        self.weighing = weighing
        findings = scenario.findings.map { finding in
            var drawn = Finding(
                prevalence: finding.prevalence, model: finding.model, slot: weighing.slot(of: finding.name)!,
                flagSlot: weighing.slot(of: Scenario.flag(of: finding.name))!, readingMinutes: scenario.readingTime.byFinding[finding.name])
            switch finding.model {
            case .binormal(let auc, let specificity):
                drawn.distance = 2.0.squareRoot() * Normal.quantile(auc)
                drawn.threshold = Normal.quantile(specificity)
            case .flags(let sensitivity, let specificity):
                let p = finding.prevalence
                drawn.whenFlagged = Self.share(p * sensitivity, of: p * sensitivity + (1 - p) * (1 - specificity))
                drawn.whenNot = Self.share(p * (1 - sensitivity), of: p * (1 - sensitivity) + (1 - p) * specificity)
            case .recorded: break
            }
            return drawn
        }
        expectedMinutes = scenario.readingTime.mean
        expectedMinutesOfOthers = scenario.otherExams?.readingTime.mean ?? scenario.readingTime.mean
        classes = Draw(scenario.patientClasses)
        priorities = Draw(scenario.orderPriorities)
        probabilities = [Double](repeating: .nan, count: weighing.slotCount)
    }

    private static func share(_ part: Double, of whole: Double) -> Double { whole > 0 ? part / whole : 0 }

    mutating func draw(receivedAt: Timestamp, _ random: inout RandomSource) -> SimulatedStudy {
        let patientClass = classes.draw(&random)
        let priority = priorities.draw(&random)
        if let others = scenario.otherExams, random.uniform() < others.share {
            for slot in probabilities.indices { probabilities[slot] = .nan }
            let minutes = others.readingTime.draw(mean: others.readingTime.mean, &random)
            return study(nil, truths: 0, flags: 0, patientClass, priority, minutes, expectedMinutesOfOthers, receivedAt)
        }
        let recorded = scenario.recordedCases.isEmpty ? nil : scenario.recordedCases[Int(random.uniform() * Double(scenario.recordedCases.count))]
        var truths: UInt64 = 0, flags: UInt64 = 0
        var mean: Double?
        for (index, finding) in findings.enumerated() {
            let isThere: Bool, isFlagged: Bool
            switch finding.model {
            case .flags(let sensitivity, let specificity):
                isThere = random.uniform() < finding.prevalence
                isFlagged = random.uniform() < (isThere ? sensitivity : 1 - specificity)
                probabilities[finding.slot] = isFlagged ? finding.whenFlagged : finding.whenNot
            case .binormal:
                isThere = random.uniform() < finding.prevalence
                let score = random.normal() + (isThere ? finding.distance : 0)
                isFlagged = score >= finding.threshold
                let odds = finding.prevalence * exp(finding.distance * (score - finding.distance / 2))
                probabilities[finding.slot] = Self.share(odds, of: odds + 1 - finding.prevalence)
            case .recorded(let flaggedAt):
                isThere = recorded!.truths[index]
                probabilities[finding.slot] = recorded!.probabilities[index]
                isFlagged = recorded!.probabilities[index] >= flaggedAt
            }
            probabilities[finding.flagSlot] = isFlagged ? 1 : 0
            if isThere {
                truths |= 1 << UInt64(index)
                if let minutes = finding.readingMinutes { mean = max(mean ?? 0, minutes) }
            }
            if isFlagged { flags |= 1 << UInt64(index) }
        }
        let minutes = scenario.readingTime.draw(mean: mean ?? expectedMinutes, &random)
        let category = findings.isEmpty ? scenario.unflaggedCategory : weighing.category(probabilities)
        return study(category, truths: truths, flags: flags, patientClass, priority, minutes, expectedMinutes, receivedAt)
    }

    /// - Parameter category: nil where no model has looked.
    private mutating func study(
        _ category: Category?, truths: UInt64, flags: UInt64, _ patientClass: PatientClass, _ priority: OrderPriority, _ minutes: Double,
        _ expected: Double, _ receivedAt: Timestamp
    ) -> SimulatedStudy {
        let claim = weighing.claim(
            receivedAt: receivedAt, category: category ?? .unscored, probabilities: probabilities, priority: priority, patient: patientClass,
            readingMinutes: expected)
        if category != nil {
            for (index, finding) in findings.enumerated() { probabilities[finding.slot] = truths >> UInt64(index) & 1 == 1 ? 1 : 0 }
        }
        let trueCost = weighing.cost(ofFindings: probabilities) + weighing.cost(of: priority, patientClass)
        return SimulatedStudy(
            isScored: category != nil, truths: truths, flags: flags, category: category ?? .unscored, patientClass: patientClass,
            orderPriority: priority, readingMinutes: minutes, claim: claim, trueCost: trueCost)
    }
}

/// Draws one of a few values by their shares; without a random number where there is only one.
private struct Draw<Value: Sendable & Hashable> {
    private let values: [Value]
    private let upTo: [Double]

    init(_ shares: [Share<Value>]) {
        values = shares.map(\.value)
        var sum = 0.0
        upTo = shares.map {
            sum += $0.share
            return sum
        }
    }

    func draw(_ random: inout RandomSource) -> Value {
        guard values.count > 1 else { return values[0] }
        let point = random.uniform() * upTo[upTo.count - 1]
        return values[upTo.firstIndex { point < $0 } ?? values.count - 1]
    }
}

/// The moments of arrival, in microseconds.
struct ArrivalProcess {
    private let arrivals: Arrivals
    private var hour: Int64 = 0
    /// Hours since the start, as far as the process has gone.
    private var moment = 0.0
    private var next = 0

    init(_ arrivals: Arrivals) { self.arrivals = arrivals }

    /// The next arrival; nil where a recorded list has ended.
    mutating func draw(_ random: inout RandomSource) -> Int64? {
        switch arrivals {
        case .recorded(let minutes):
            guard next < minutes.count else { return nil }
            next += 1
            return Int64((minutes[next - 1] * 60_000_000).rounded())
        case .poisson(let rates):
            // A Poisson process of rate 1, on the time scale of the expected number of arrivals.
            var left = random.exponential()
            while true {
                let rate = rates.hours[Int(hour % 168)]
                let atEnd = Double(hour + 1)
                if rate * (atEnd - moment) > left {
                    moment += left / rate
                    return Int64((moment * Double(WeeklyTable.microsecondsPerHour)).rounded())
                }
                left -= rate * (atEnd - moment)
                moment = atEnd
                hour += 1
            }
        }
    }
}
