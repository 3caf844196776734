/// What one more minute of waiting costs, as a straight line over the time waited, in points per minute; the cost itself is then
/// a convex (quadratic) curve.
///
///     let cost = MarginalCost(perMinute: 1, growthPerMinute: 0.1)
///     cost.after(minutes: 10)   // 2 points a minute
///     cost.total(minutes: 10)   // 15 points: 10 · 1 + 0.1 · 10² / 2
///
/// A straight line is the simplest curve that says "the longer, the worse". Sums and expectations of lines are lines, so a
/// study's index is two numbers, however many findings stand behind it.
package struct MarginalCost: Hashable, Sendable {
    /// At arrival, points per minute.
    package var perMinute: Double
    /// How much it grows with each minute waited, points per minute and minute.
    package var growthPerMinute: Double

    package static let none = MarginalCost(perMinute: 0, growthPerMinute: 0)

    package init(perMinute: Double, growthPerMinute: Double) {
        self.perMinute = perMinute
        self.growthPerMinute = growthPerMinute
    }

    /// What the next minute costs after so many waited.
    package func after(minutes: Double) -> Double { perMinute + growthPerMinute * minutes }

    /// What so many minutes have cost together.
    package func total(minutes: Double) -> Double { perMinute * minutes + growthPerMinute * minutes * minutes / 2 }

    package static func + (left: MarginalCost, right: MarginalCost) -> MarginalCost {
        MarginalCost(perMinute: left.perMinute + right.perMinute, growthPerMinute: left.growthPerMinute + right.growthPerMinute)
    }

    package static func * (cost: MarginalCost, factor: Double) -> MarginalCost {
        MarginalCost(perMinute: cost.perMinute * factor, growthPerMinute: cost.growthPerMinute * factor)
    }

    package static func += (left: inout MarginalCost, right: MarginalCost) { left = left + right }
}

/// A row of the policy file: what an hour of waiting costs at arrival, and what it costs once `horizonMinutes` have been waited.
///
///     { "at_arrival": 60, "at_horizon": 240, "horizon_minutes": 60, "source": "…" }
package struct CostRow: Hashable, Sendable, Codable {
    /// Points per hour of waiting.
    package var atArrival: Double
    /// Points per hour of waiting; not less than at arrival, so that the cost is convex.
    package var atHorizon: Double
    package var horizonMinutes: Double
    /// Where the row comes from.
    package var source: String

    enum CodingKeys: String, CodingKey {
        case atArrival = "at_arrival"
        case atHorizon = "at_horizon"
        case horizonMinutes = "horizon_minutes"
        case source
    }

    package init(atArrival: Double, atHorizon: Double, horizonMinutes: Double, source: String) {
        self.atArrival = atArrival
        self.atHorizon = atHorizon
        self.horizonMinutes = horizonMinutes
        self.source = source
    }

    package var marginalCost: MarginalCost {
        MarginalCost(perMinute: atArrival / 60, growthPerMinute: (atHorizon - atArrival) / 60 / horizonMinutes)
    }
}

/// How fast a finding must be told: the three categories of the ACR's Actionable Reporting Work Group (Larson et al., JACR 2014).
package enum ActionableCategory: String, Hashable, Sendable, Codable, CaseIterable {
    /// Category 1.
    case minutes
    /// Category 2.
    case hours
    /// Category 3.
    case days

    /// As a reason says it: "each minute counts".
    var words: String {
        switch self {
        case .minutes: "each minute counts"
        case .hours: "each hour counts"
        case .days: "each day counts"
        }
    }
}

/// A finding's row of the policy file: how fast it must be told, what waiting costs, and how usual it is.
package struct FindingCost: Hashable, Sendable, Codable {
    package var finding: String
    package var actionable: ActionableCategory
    package var cost: CostRow
    /// The probability to go by where no model has reported on this finding.
    package var prior: Double
    package var priorSource: String

    enum CodingKeys: String, CodingKey {
        case finding, prior
        case actionable = "acr_category"
        case priorSource = "prior_source"
    }

    package init(finding: String, actionable: ActionableCategory, cost: CostRow, prior: Double, priorSource: String) {
        self.finding = finding
        self.actionable = actionable
        self.cost = cost
        self.prior = prior
        self.priorSource = priorSource
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        finding = try container.decode(String.self, forKey: .finding)
        actionable = try container.decode(ActionableCategory.self, forKey: .actionable)
        prior = try container.decode(Double.self, forKey: .prior)
        priorSource = try container.decode(String.self, forKey: .priorSource)
        cost = try CostRow(from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(finding, forKey: .finding)
        try container.encode(actionable, forKey: .actionable)
        try container.encode(prior, forKey: .prior)
        try container.encode(priorSource, forKey: .priorSource)
        try cost.encode(to: encoder)
    }
}

/// What waiting costs whom: the part of the policy file that the policy `delay-cost` goes by.
package struct CostsOfDelay: Hashable, Sendable, Codable {
    /// What a point is.
    package var unit: String
    package var findings: [FindingCost]
    /// By the order's own priority: `STAT`, `ASAP`, `ROUTINE`.
    package var orderPriority: [String: CostRow]
    /// By where the patient is: `emergency`, `inpatient`, `outpatient`, `unknown`.
    package var patientClass: [String: CostRow]
    /// The turnaround agreed with each of them, as a cost that begins at nothing and is whole when the time is up.
    package var agreedTurnaround: [String: CostRow]
    package var readingMinutes: ReadingMinutes

    enum CodingKeys: String, CodingKey {
        case unit, findings
        case orderPriority = "order_priority"
        case patientClass = "patient_class"
        case agreedTurnaround = "agreed_turnaround"
        case readingMinutes = "reading_minutes"
    }

    package init(
        unit: String, findings: [FindingCost], orderPriority: [String: CostRow] = [:], patientClass: [String: CostRow] = [:],
        agreedTurnaround: [String: CostRow] = [:], readingMinutes: ReadingMinutes
    ) {
        self.unit = unit
        self.findings = findings
        self.orderPriority = orderPriority
        self.patientClass = patientClass
        self.agreedTurnaround = agreedTurnaround
        self.readingMinutes = readingMinutes
    }
}

/// How long reading an examination is expected to take, by modality. It never goes by what was found, or a finding could
/// lower a study's place.
package struct ReadingMinutes: Hashable, Sendable, Codable {
    package var byModality: [String: Double]
    package var others: Double
    package var source: String

    enum CodingKeys: String, CodingKey {
        case byModality = "by_modality"
        case others, source
    }

    package init(byModality: [String: Double] = [:], others: Double, source: String) {
        self.byModality = byModality
        self.others = others
        self.source = source
    }

    package func expected(modality: String) -> Double { byModality[modality] ?? others }
}
