/// What a department agreed on: which finding makes a study critical, urgent or likely normal, how long each may wait, and what
/// waiting costs.
///
/// Read from a JSON file (`--policy-file`); the shipped one is `default-policy.json` beside this file. Labels are compared
/// without regard to case, and blanks and hyphens are underscores: a row for `effusion` is also for a model's `Effusion`.
package struct WorklistPolicy: Hashable, Sendable, Encodable {
    package var name: String
    package var version: String
    package var categories: [CategoryRule]
    package var limitsMinutes: WaitingLimits
    package var costs: CostsOfDelay

    enum CodingKeys: String, CodingKey {
        case name, version, categories
        case limitsMinutes = "limits_minutes"
        case costs = "cost_of_delay"
    }

    package init(name: String, version: String, categories: [CategoryRule], limitsMinutes: WaitingLimits, costs: CostsOfDelay) {
        self.name = name
        self.version = version
        self.categories = categories
        self.limitsMinutes = limitsMinutes
        self.costs = costs
    }
}

/// One row of the policy: a study belongs to `category` when any condition of `any`, and every condition of `all`, holds.
package struct CategoryRule: Hashable, Sendable, Codable {
    package var category: Category
    package var any: [FindingCondition]?
    package var all: [FindingCondition]?

    package init(category: Category, any: [FindingCondition]? = nil, all: [FindingCondition]? = nil) {
        self.category = category
        self.any = any
        self.all = all
    }
}

/// A bound on one finding's probability, for example `{"finding": "effusion", "at_least": 0.5}`.
///
/// A finding that the model does not report meets no condition.
package struct FindingCondition: Hashable, Sendable, Codable {
    package var finding: String
    package var atLeast: Double?
    package var below: Double?

    enum CodingKeys: String, CodingKey {
        case finding
        case atLeast = "at_least"
        case below
    }

    package init(finding: String, atLeast: Double? = nil, below: Double? = nil) {
        self.finding = finding
        self.atLeast = atLeast
        self.below = below
    }

    /// Whether a probability meets it; NaN, which stands for "not reported", meets none.
    func holds(_ probability: Double) -> Bool {
        guard !probability.isNaN, atLeast != nil || below != nil else { return false }
        if let atLeast, probability < atLeast { return false }
        if let below, probability >= below { return false }
        return true
    }
}

/// The longest agreed wait in minutes, by category and by the order's own priority; the shorter of the two counts, absent means none.
///
/// A limit of 0 reads a class in order of arrival with everything else that is past its limit, critical studies included.
package struct WaitingLimits: Hashable, Sendable, Codable {
    package var category: [String: Double]
    package var orderPriority: [String: Double]

    enum CodingKeys: String, CodingKey {
        case category
        case orderPriority = "order_priority"
    }

    package init(category: [Category: Double] = [:], orderPriority: [OrderPriority: Double] = [:]) {
        self.category = Dictionary(uniqueKeysWithValues: category.map { ($0.key.rawValue, $0.value) })
        self.orderPriority = Dictionary(uniqueKeysWithValues: orderPriority.map { ($0.key.rawValue, $0.value) })
    }

    /// Ten years: longer than any study waits, and far from where the sum of a moment and a limit has no date.
    package static let longestMinutes = 10 * 365 * 1440.0

    package var isEmpty: Bool { category.isEmpty && orderPriority.isEmpty }

    /// Minutes that a study of this class may wait; nil where nothing was agreed.
    package func minutes(category: Category, orderPriority priority: OrderPriority) -> Double? {
        let byCategory = self.category[category.rawValue]
        let byPriority = orderPriority[priority.rawValue]
        guard let byCategory, let byPriority else { return byCategory ?? byPriority }
        return min(byCategory, byPriority)
    }
}

extension WorklistPolicy {
    /// The category of findings, and the conditions that put them there (empty for routine and unscored).
    ///
    /// The first rule in the file's order that applies wins. No findings at all: unscored.
    package func categorise(_ findings: [String: Double]) -> (category: Category, grounds: [FindingCondition]) {
        guard !findings.isEmpty else { return (.unscored, []) }
        let weighing = Weighing(self)
        return weighing.categorise(weighing.probabilities(findings))
    }

    /// What is odd about it, in sentences: a policy may say so, but a rising probability could then lower a study's place.
    package var warnings: [String] {
        var warnings: [String] = []
        let ranks: [Category] = [.critical, .urgent, .routine, .likelyNormal]
        let ruled = categories.compactMap { ranks.firstIndex(of: $0.category) }
        if ruled != ruled.sorted() { warnings.append("categories: the first rule that applies wins, and a less urgent category stands before a more urgent one") }
        for rule in categories where rule.category == .critical || rule.category == .urgent {
            for condition in (rule.any ?? []) + (rule.all ?? []) where condition.below != nil {
                warnings.append("categories: \(condition.finding) makes a study \(rule.category.rawValue) only below a bound")
            }
        }
        let limits = [Category.urgent, .routine, .likelyNormal].map { ($0, limitsMinutes.category[$0.rawValue] ?? .infinity) }
        for ((more, longer), (less, shorter)) in zip(limits, limits.dropFirst()) where longer > shorter {
            warnings.append("limits_minutes: \(more.rawValue) may wait longer than \(less.rawValue)")
        }
        return warnings
    }
}
