package import Worklist

/// What a scenario came to under one policy, over its replications.
package struct Outcome: Sendable {
    package var scenario: String
    package var policy: PolicyName
    package var seeds: Int
    package var days: Double
    package var warmupDays: Double
    /// All arrivals that were simulated, the warm-up's included.
    package var arrivals: Int
    /// Reading time of the measured studies ÷ time of the readers on duty.
    package var load: Double
    /// The cost of delay of all measured patients, points per day.
    package var costPerDay: Estimate
    package var groups: [Group]

    package subscript(group: String) -> Group? { groups.first { $0.name == group } }
}

/// A mean over replications, with its 99 % confidence interval (Student's t); no interval from a single replication.
package struct Estimate: Sendable, Hashable {
    package var mean: Double
    package var halfWidth: Double?
    /// Standard error of the mean.
    package var standardError: Double?

    package init(_ values: [Double]) {
        mean = values.reduce(0, +) / Double(values.count)
        guard values.count > 1 else { return }
        let mean = mean
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
        let error = (variance / Double(values.count)).squareRoot()
        standardError = error
        halfWidth = error * StudentT.halfWidth(confidence: 0.99, degreesOfFreedom: values.count - 1)
    }
}

package struct Group: Sendable {
    package var name: String
    /// Studies of all replications.
    package var n: Int
    /// nil where there was no study.
    package var wait: Waits?
    package var turnaround: Waits?
    /// How many were begun at or after their due time.
    package var pastLimit: Int
    /// The cost of delay of one of its studies, points.
    package var cost: Estimate?

    static let reserved = Groups.reserved

    /// Minutes. Mean, median and 95th percentile are means over the replications.
    package struct Waits: Sendable {
        package var mean: Estimate
        package var median: Estimate
        package var p95: Estimate
        /// The longest of all replications.
        package var max: Double
        /// The mean over the replications' longest.
        package var longest: Estimate

        init(_ replications: [Tally.Waits]) {
            mean = Estimate(replications.map(\.mean))
            median = Estimate(replications.map(\.median))
            p95 = Estimate(replications.map(\.p95))
            max = replications.map(\.max).max()!
            longest = Estimate(replications.map(\.max))
        }
    }
}

extension Scenario {
    /// Runs all replications under one policy.
    ///
    ///     let outcome = scenario.simulate(.delayCost, under: try .shipped())
    ///     outcome["pneumothorax"]?.wait?.mean
    package func simulate(
        _ name: PolicyName, under department: WorklistPolicy, lookingOn look: ((Int64, Replication.Happening) -> Void)? = nil
    ) -> Outcome {
        let weighing = Weighing(policy(under: department))
        let groups = Groups(self)
        var summaries = [[Tally.Summary]](repeating: [], count: groups.names.count)
        var arrivals = 0
        var readingMinutes = 0.0
        for seed in seeds {
            var replication = Replication(self, name.policy, weighing, groups, seed: seed, lookingOn: look)
            let tally = replication.run()
            arrivals += tally.arrivals
            readingMinutes += tally.readingMinutes
            for group in groups.names.indices {
                if let summary = tally.summary(of: group) { summaries[group].append(summary) }
            }
        }
        return Outcome(
            scenario: self.name, policy: name, seeds: seeds.count, days: days, warmupDays: warmupDays, arrivals: arrivals,
            load: readingMinutes / (readers.mean * days * 1440 * Double(seeds.count)),
            costPerDay: Estimate(summaries[0].isEmpty ? [0] : summaries[0].map { $0.cost / days }),
            groups: zip(groups.names, summaries).map { name, summaries in
                guard !summaries.isEmpty else { return Group(name: name, n: 0, pastLimit: 0) }
                return Group(
                    name: name, n: summaries.reduce(0) { $0 + $1.n }, wait: Group.Waits(summaries.map(\.wait)),
                    turnaround: Group.Waits(summaries.map(\.turnaround)), pastLimit: summaries.reduce(0) { $0 + $1.pastLimit },
                    cost: Estimate(summaries.map { $0.cost / Double($0.n) }))
            })
    }
}

extension Outcome: Encodable {
    enum CodingKeys: String, CodingKey {
        case scenario, policy, seeds, days, arrivals, load, groups
        case warmupDays = "warmup_days"
        case costPerDay = "cost_points_per_day"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(scenario, forKey: .scenario)
        try container.encode(policy, forKey: .policy)
        try container.encode(seeds, forKey: .seeds)
        try container.encode(days, forKey: .days)
        try container.encode(warmupDays, forKey: .warmupDays)
        try container.encode(arrivals, forKey: .arrivals)
        try container.encode(load, forKey: .load)
        try container.encode(costPerDay, forKey: .costPerDay)
        try container.encode(groups, forKey: .groups)
    }
}

extension Estimate: Encodable {
    enum CodingKeys: String, CodingKey { case mean, ci99 }

    /// Low and high; null twice where a single replication gives none.
    var ci99: [Double?] { halfWidth.map { [mean - $0, mean + $0] } ?? [nil, nil] }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(mean, forKey: .mean)
        try container.encode(ci99, forKey: .ci99)
    }
}

extension Group: Encodable {
    enum CodingKeys: String, CodingKey {
        case name, n
        case wait = "wait_minutes"
        case turnaround = "turnaround_minutes"
        case pastLimit = "past_limit"
        case cost = "cost_points_per_study"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(n, forKey: .n)
        try container.encode(wait, forKey: .wait)
        try container.encode(turnaround, forKey: .turnaround)
        try container.encode(pastLimit, forKey: .pastLimit)
        try container.encode(cost, forKey: .cost)
    }
}

extension Group.Waits: Encodable {
    enum CodingKeys: String, CodingKey {
        case mean, ci99, median, p95, max
        case medianCI99 = "median_ci99"
        case p95CI99 = "p95_ci99"
        case maxMean = "max_mean"
        case maxCI99 = "max_ci99"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(mean.mean, forKey: .mean)
        try container.encode(mean.ci99, forKey: .ci99)
        try container.encode(median.mean, forKey: .median)
        try container.encode(median.ci99, forKey: .medianCI99)
        try container.encode(p95.mean, forKey: .p95)
        try container.encode(p95.ci99, forKey: .p95CI99)
        try container.encode(max, forKey: .max)
        try container.encode(longest.mean, forKey: .maxMean)
        try container.encode(longest.ci99, forKey: .maxCI99)
    }
}
