#if canImport(Glibc)
    import Glibc
#endif
package import Worklist

/// A reading room to simulate: who comes, who reads, what the model knows, and how the list is ordered.
///
/// Times are in minutes; a week begins on Monday at 0:00.
package struct Scenario: Sendable {
    package var name: String
    package var description: String
    package var arrivals: Arrivals
    package var readers: WeeklyTable
    package var readingTime: ReadingTime
    package var findings: [SimulatedFinding]
    /// What a study is that nothing is flagged in.
    package var unflaggedCategory: Category
    package var otherExams: OtherExams?
    package var patientClasses: [Share<PatientClass>]
    package var orderPriorities: [Share<OrderPriority>]
    /// Hours of the day, Monday to Friday, whose studies are told apart from the others'.
    package var workHours: Range<Int>?
    /// Drawn from instead of the findings' own models, with what belongs together kept together.
    package var recordedCases: [RecordedCase]
    /// Whether a flagged study takes over a reader who has one open that is not flagged.
    package var interrupt: Bool
    package var policies: [PolicyName]
    package var limits: WaitingLimits
    /// Measured days, after the warm-up.
    package var days: Double
    /// Days before the measured ones, so that no study is measured in an empty room; as many follow them.
    package var warmupDays: Double
    /// One replication each.
    package var seeds: [UInt64]
}

/// 168 figures, one for each hour of the week from Monday 0:00 on.
package struct WeeklyTable: Sendable, Hashable {
    package var hours: [Double]

    package init(hours: [Double]) { self.hours = hours }

    package init(always figure: Double) { hours = [Double](repeating: figure, count: 168) }

    static let microsecondsPerHour: Int64 = 3_600_000_000

    func figure(at moment: Int64) -> Double { hours[Int(moment / Self.microsecondsPerHour % 168)] }

    package var mean: Double { hours.reduce(0, +) / 168 }
}

package enum Arrivals: Sendable {
    /// A Poisson process with this rate per hour.
    case poisson(WeeklyTable)
    /// Minutes since the start of the run, ascending.
    case recorded([Double])
}

package struct ReadingTime: Sendable, Hashable {
    package enum Distribution: String, Sendable, CaseIterable {
        case exponential
        case lognormal
        case fixed
    }

    package var mean: Double
    package var distribution: Distribution
    /// Standard deviation ÷ mean, of the lognormal distribution.
    package var coefficientOfVariation: Double
    /// The mean where a finding is present; the longest of those present counts.
    package var byFinding: [String: Double]

    package init(mean: Double, distribution: Distribution, coefficientOfVariation: Double = 0.5, byFinding: [String: Double] = [:]) {
        self.mean = mean
        self.distribution = distribution
        self.coefficientOfVariation = coefficientOfVariation
        self.byFinding = byFinding
    }

    /// A week, in minutes.
    static let longestMean = 7 * 1440.0
    static let widestVariation = 10.0
    /// Ten years, in minutes: a longer draw, of the far tail of a wide distribution, is cut to it.
    private static let longest = 10 * 365 * 1440.0

    /// Minutes, with this mean.
    func draw(mean: Double, _ random: inout RandomSource) -> Double { min(drawUncut(mean: mean, &random), Self.longest) }

    private func drawUncut(mean: Double, _ random: inout RandomSource) -> Double {
        switch distribution {
        case .fixed: return mean
        case .exponential: return mean * random.exponential()
        case .lognormal:
            let variance = log1p(coefficientOfVariation * coefficientOfVariation)
            return mean * exp(random.normal() * variance.squareRoot() - variance / 2)
        }
    }
}

/// A finding of the case mix, and what the model sees of it.
package struct SimulatedFinding: Sendable, Hashable {
    package enum Model: Sendable, Hashable {
        /// Flags or does not; the probability that it reports is that of being right.
        case flags(sensitivity: Double, specificity: Double)
        /// Scores normally distributed with equal variance, apart so far that the area under the ROC curve is this; flagged at
        /// this specificity; reports the calibrated probability of its score.
        case binormal(auc: Double, specificity: Double)
        /// Probabilities from recorded cases; flagged from this one on.
        case recorded(flaggedAt: Double)
    }

    package var name: String
    package var prevalence: Double
    package var model: Model
    /// What a flag makes of a study.
    package var category: Category
    package var cost: FindingCost

    package init(name: String, prevalence: Double, model: Model, category: Category, cost: FindingCost) {
        self.name = name
        self.prevalence = prevalence
        self.model = model
        self.category = category
        self.cost = cost
    }
}

/// Examinations that the same readers read and no model looks at.
package struct OtherExams: Sendable, Hashable {
    /// Of all arrivals.
    package var share: Double
    package var readingTime: ReadingTime
}

package struct Share<Value: Sendable & Hashable>: Sendable, Hashable {
    package var value: Value
    package var share: Double
}

/// A case as it was: what the model said, and what was there.
package struct RecordedCase: Sendable, Hashable {
    /// By finding, in the scenario's order.
    package var probabilities: [Double]
    package var truths: [Bool]
}

extension Scenario {
    /// The policy that the scenario's room goes by: categories by what is flagged, costs of its own findings, its own limits.
    func policy(under department: WorklistPolicy) -> WorklistPolicy {
        func flagged(_ category: Category) -> CategoryRule? {
            let conditions = findings.filter { $0.category == category }.map { FindingCondition(finding: Self.flag(of: $0.name), atLeast: 0.5) }
            return conditions.isEmpty ? nil : CategoryRule(category: category, any: conditions)
        }
        var rules = [Category.critical, .urgent, .routine].compactMap(flagged)
        if unflaggedCategory == .likelyNormal {
            rules.append(CategoryRule(category: .likelyNormal, all: findings.map { FindingCondition(finding: Self.flag(of: $0.name), below: 0.5) }))
        }
        var costs = department.costs
        costs.findings = findings.map(\.cost)
        return WorklistPolicy(name: name, version: department.version, categories: rules, limitsMinutes: limits, costs: costs)
    }

    static func flag(of finding: String) -> String { "\(finding) flagged" }
}
