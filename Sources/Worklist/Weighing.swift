/// A policy made ready to weigh studies: rules and rows by number instead of by name.
///
///     let weighing = Weighing(policy)
///     let claim = weighing.claim(of: study)                // what the ordering policies go by
///     let terms = weighing.terms(of: study, at: now)       // why, figure by figure
///
/// Making one takes microseconds for each row of the policy; weighing a study, less than a microsecond for each finding.
package struct Weighing: Sendable {
    package let policy: WorklistPolicy
    /// Folded finding labels → slot. Every label that a rule or a cost row names has a slot.
    private let slots: [String: Int]
    private let rules: [Rule]
    private let findingCosts: [MarginalCost]
    private let orderCosts: [MarginalCost]
    private let patientCosts: [MarginalCost]
    private let turnaroundCosts: [MarginalCost]
    private let priors: [Double]
    /// Minutes by category and order priority.
    private let limits: [[Double?]]
    private let hasLimits: Bool

    private struct Rule {
        var category: Category
        var any: [Bound]?
        var all: [Bound]?

        func applies(_ probabilities: [Double]) -> Bool {
            if let all, all.isEmpty || !all.allSatisfy({ $0.holds(probabilities) }) { return false }
            if let any, !any.contains(where: { $0.holds(probabilities) }) { return false }
            return all != nil || any != nil
        }
    }

    private struct Bound {
        var slot: Int
        var condition: FindingCondition

        func holds(_ probabilities: [Double]) -> Bool { condition.holds(probabilities[slot]) }
    }

    package init(_ policy: WorklistPolicy) {
        self.policy = policy
        var slots: [String: Int] = [:]
        func slot(_ label: String) -> Int {
            let label = Label.folded(label)
            if let known = slots[label] { return known }
            slots[label] = slots.count
            return slots.count - 1
        }
        // The cost rows take the first slots, in the file's order: their number is their slot.
        for row in policy.costs.findings { _ = slot(row.finding) }
        let bounds = { (conditions: [FindingCondition]?) in conditions?.map { Bound(slot: slot($0.finding), condition: $0) } }
        rules = policy.categories.map { Rule(category: $0.category, any: bounds($0.any), all: bounds($0.all)) }
        self.slots = slots
        findingCosts = policy.costs.findings.map(\.cost.marginalCost)
        orderCosts = OrderPriority.allCases.map { policy.costs.orderPriority[$0.rawValue]?.marginalCost ?? .none }
        patientCosts = PatientClass.allCases.map { policy.costs.patientClass[$0.rawValue]?.marginalCost ?? .none }
        turnaroundCosts = PatientClass.allCases.map { policy.costs.agreedTurnaround[$0.rawValue]?.marginalCost ?? .none }
        priors = policy.costs.findings.map(\.prior)
        limits = Category.allCases.map { category in
            OrderPriority.allCases.map { policy.limitsMinutes.minutes(category: category, orderPriority: $0) }
        }
        hasLimits = !policy.limitsMinutes.isEmpty
    }

    /// How many probabilities a study is weighed by.
    package var slotCount: Int { slots.count }

    package func slot(of label: String) -> Int? { slots[Label.folded(label)] }

    /// Probabilities by slot; NaN where the study's model says nothing.
    package func probabilities(_ findings: [String: Double]) -> [Double] {
        var probabilities = [Double](repeating: .nan, count: slots.count)
        for (label, probability) in findings {
            if let slot = slots[label] ?? slots[Label.folded(label)] { probabilities[slot] = probability }
        }
        return probabilities
    }

    /// The category of a scored study: that of the first rule in the file's order that applies.
    package func category(_ probabilities: [Double]) -> Category { rules.first { $0.applies(probabilities) }?.category ?? .routine }

    /// The category of a scored study, and the conditions that put it there (none for routine).
    package func categorise(_ probabilities: [Double]) -> (category: Category, grounds: [FindingCondition]) {
        guard let rule = rules.first(where: { $0.applies(probabilities) }) else { return (.routine, []) }
        return (rule.category, ((rule.all ?? []) + (rule.any ?? []).filter { $0.holds(probabilities) }).map(\.condition))
    }

    /// The expected marginal cost of findings with these probabilities (by slot); the prior where there is none.
    package func cost(ofFindings probabilities: [Double]) -> MarginalCost {
        var sum = MarginalCost.none
        for row in findingCosts.indices {
            let probability = probabilities[row]
            sum += findingCosts[row] * (probability.isNaN ? priors[row] : probability)
        }
        return sum
    }

    /// What waiting costs whatever was found: the order's own priority, the patient's class and the turnaround agreed with it.
    package func cost(of priority: OrderPriority, _ patient: PatientClass) -> MarginalCost {
        orderCosts[priority.rank] + patientCosts[patient.number] + turnaroundCosts[patient.number]
    }

    /// What the ordering policies need to know of a study with these probabilities (by slot; NaN: not reported).
    package func claim(
        receivedAt: Timestamp, category: Category, probabilities: [Double], priority: OrderPriority, patient: PatientClass,
        readingMinutes: Double, pinnedAt: Timestamp? = nil
    ) -> Claim {
        let limit = limits[category.number][priority.rank]
        let cost = cost(ofFindings: probabilities) + cost(of: priority, patient)
        return Claim(
            receivedAt: receivedAt, category: category, dueAt: limit.map { receivedAt.advanced(bySeconds: $0 * 60) },
            isExempt: category == .critical && hasLimits && limit != 0, cost: cost * (1 / readingMinutes), pinnedAt: pinnedAt)
    }

    package func claim(of study: Study) -> Claim {
        claim(
            receivedAt: study.receivedAt, category: study.category, probabilities: probabilities(study.findings), priority: study.orderPriority,
            patient: study.patientClass, readingMinutes: policy.costs.readingMinutes.expected(modality: study.modality), pinnedAt: study.pin?.at)
    }

    package func grounds(of study: Study) -> [FindingCondition] {
        study.findings.isEmpty ? [] : categorise(probabilities(study.findings)).grounds
    }
}

/// A summand of a study's index.
package struct CostTerm: Hashable, Sendable {
    package enum Ground: Hashable, Sendable {
        /// By its number in the policy file.
        case finding(Int)
        /// No model has reported on it: its usual frequency counts.
        case prior(Int)
        case orderPriority
        case patientClass
        case agreedTurnaround
    }

    package var ground: Ground
    package var name: String
    /// nil where the term is no finding.
    package var probability: Double?
    /// Points per minute of waiting, for each minute that reading takes.
    package var marginalCost: Double
    package var value: Double
}

extension Weighing {
    /// The summands of the study's index at `now`, largest first.
    package func terms(of study: Study, at now: Timestamp) -> [CostTerm] {
        let waited = now.seconds(since: study.receivedAt) / 60
        let perReadingMinute = 1 / policy.costs.readingMinutes.expected(modality: study.modality)
        func marginal(_ cost: MarginalCost) -> Double { cost.after(minutes: waited) * perReadingMinute }
        let probabilities = probabilities(study.findings)
        var terms = policy.costs.findings.enumerated().map { row, finding in
            let cost = marginal(findingCosts[row])
            guard probabilities[row].isNaN else {
                return CostTerm(
                    ground: .finding(row), name: finding.finding, probability: probabilities[row], marginalCost: cost, value: probabilities[row] * cost)
            }
            return CostTerm(
                ground: .prior(row), name: "\(finding.finding) (prior: no model reported on it)", probability: finding.prior, marginalCost: cost,
                value: finding.prior * cost)
        }
        let others: [(CostTerm.Ground, String, MarginalCost)] = [
            (.orderPriority, "order priority \(study.orderPriority.rawValue)", orderCosts[study.orderPriority.rank]),
            (.patientClass, "patient class \(study.patientClass.rawValue)", patientCosts[study.patientClass.number]),
            (.agreedTurnaround, "agreed turnaround for \(study.patientClass.rawValue)", turnaroundCosts[study.patientClass.number]),
        ]
        terms += others.map { ground, name, cost in
            CostTerm(ground: ground, name: name, probability: nil, marginalCost: marginal(cost), value: marginal(cost))
        }
        return terms.sorted { ($0.value, $1.name) > ($1.value, $0.name) }
    }
}

extension Category {
    /// Its place in `allCases`.
    var number: Int {
        switch self {
        case .critical: 0
        case .urgent: 1
        case .routine: 2
        case .likelyNormal: 3
        case .unscored: 4
        }
    }
}

extension PatientClass {
    /// Its place in `allCases`.
    var number: Int {
        switch self {
        case .emergency: 0
        case .inpatient: 1
        case .outpatient: 2
        case .unknown: 3
        }
    }
}

/// Finding labels as they are compared: models write "Pleural_Thickening", "Lung Opacity", "effusion".
package enum Label {
    package static func folded(_ label: String) -> String {
        String(decoding: label.lowercased().utf8.map { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
    }
}
