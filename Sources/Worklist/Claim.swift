/// All that the order of the list needs to know of one study, in a few numbers.
package struct Claim: Hashable, Sendable {
    package var receivedAt: Timestamp
    package var category: Category
    /// `receivedAt` + the limit on waiting of its class; nil where nothing was agreed.
    package var dueAt: Timestamp?
    /// A critical study of a policy that has limits, unless its own limit is 0: what is past its limit does not come before it.
    package var isExempt: Bool
    /// The expected cost of one more minute of waiting, for each minute that reading takes.
    package var cost: MarginalCost
    package var pinnedAt: Timestamp?

    package init(
        receivedAt: Timestamp, category: Category, dueAt: Timestamp? = nil, isExempt: Bool = false, cost: MarginalCost = .none,
        pinnedAt: Timestamp? = nil
    ) {
        self.receivedAt = receivedAt
        self.category = category
        self.dueAt = dueAt
        self.isExempt = isExempt
        self.cost = cost
        self.pinnedAt = pinnedAt
    }
}

/// Where a study stands: its tier, and within the tier its measure.
package struct Standing: Hashable, Sendable {
    /// What is compared first; the higher one is read earlier.
    package enum Tier: UInt8, Sendable, Comparable, CaseIterable {
        /// No class decides: the measure alone.
        case open = 0
        case likelyNormal
        /// Routine and unscored studies share a tier: nobody is last for want of a score.
        case routine
        case urgent
        case pastLimit
        case critical
        case pinned

        package init(_ category: Category) {
            switch category {
            case .critical: self = .critical
            case .urgent: self = .urgent
            case .routine, .unscored: self = .routine
            case .likelyNormal: self = .likelyNormal
            }
        }

        package static func < (left: Tier, right: Tier) -> Bool { left.rawValue < right.rawValue }
    }

    package enum Measure: Hashable, Sendable {
        /// The earlier moment is read earlier.
        case moment(Timestamp)
        /// What costs more at the present wait is read earlier.
        case cost(MarginalCost, since: Timestamp)
    }

    package var tier: Tier
    package var measure: Measure

    package init(_ tier: Tier, _ measure: Measure) {
        self.tier = tier
        self.measure = measure
    }

    /// The measure as a number: higher is read earlier.
    package func value(at now: Timestamp) -> Double {
        let line = line
        return line.base + line.growth * Double(now.microseconds - line.since)
    }

    /// The measure as a straight line over time, in microseconds: whole numbers below 2⁵³, so moments stay exact.
    package var line: (base: Double, growth: Double, since: Int64) {
        switch measure {
        case .moment(let moment): (-Double(moment.microseconds), 0, 0)
        case .cost(let cost, let since): (cost.perMinute, cost.growthPerMinute / 60_000_000, since.microseconds)
        }
    }

    /// The place as one number, higher is read earlier: the tier, and a share of 1 that grows with the measure.
    package func urgency(at now: Timestamp) -> Double {
        switch measure {
        case .moment(let moment):
            let hoursLeft = moment.seconds(since: now) / 3600
            return Double(tier.rawValue) + 0.5 * (1 - hoursLeft / (1 + abs(hoursLeft)))
        case .cost:
            let index = value(at: now)
            return Double(tier.rawValue) + index / (1 + index)
        }
    }
}

/// A study's standing over time: the policy's own, and from `limitedAt` on that of a study past its limit.
package struct Course: Hashable, Sendable {
    package var standing: Standing
    /// nil: the policy knows no limit for it.
    package var limitedAt: Timestamp?

    package init(_ standing: Standing, limitedAt: Timestamp? = nil) {
        self.standing = standing
        self.limitedAt = limitedAt
    }

    package func standing(at now: Timestamp) -> Standing {
        if let limitedAt, now >= limitedAt { return Self.pastLimit(dueAt: limitedAt) }
        return standing
    }

    /// Those past their limit go by their due time.
    package static func pastLimit(dueAt: Timestamp) -> Standing { Standing(.pastLimit, .moment(dueAt)) }
}
