/// What a department agreed on: which finding makes a study critical, urgent or likely normal, and how long each may wait.
///
/// Read from a JSON file (`--policy-file`); the shipped one is `default-policy.json` beside this file.
package struct WorklistPolicy: Hashable, Sendable, Codable {
    package var name: String
    package var version: String
    package var categories: [CategoryRule]
    package var limitsMinutes: WaitingLimits

    enum CodingKeys: String, CodingKey {
        case name, version, categories
        case limitsMinutes = "limits_minutes"
    }

    package init(name: String, version: String, categories: [CategoryRule], limitsMinutes: WaitingLimits) {
        self.name = name
        self.version = version
        self.categories = categories
        self.limitsMinutes = limitsMinutes
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

    /// The conditions that put a study with these findings into the category; nil where it does not belong there.
    func grounds(_ findings: [String: Double]) -> [FindingCondition]? {
        var met: [FindingCondition] = []
        if let all {
            guard !all.isEmpty, all.allSatisfy({ $0.holds(findings) }) else { return nil }
            met += all
        }
        if let any {
            let holding = any.filter { $0.holds(findings) }
            guard !holding.isEmpty else { return nil }
            met += holding
        }
        return met.isEmpty ? nil : met
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

    func holds(_ findings: [String: Double]) -> Bool {
        guard atLeast != nil || below != nil, let value = findings[finding] else { return false }
        if let atLeast, value < atLeast { return false }
        if let below, value >= below { return false }
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
        for rule in categories {
            if let grounds = rule.grounds(findings) { return (rule.category, grounds) }
        }
        return (.routine, [])
    }
}
