/// How the list is ordered. A policy says how one study's standing runs over time; the list at a moment is the studies
/// sorted by their standing then, ties in order of arrival. Nothing else goes into it: no clock, no memory.
///
///     let places = DelayCost().places(of: studies, under: policy, at: now)
///     places[0].study, places[0].reasons
///
/// The service and the simulator run the same policies: the one sorts (`Ranking`), the other takes the first again and again
/// (`Simulation`), both by these courses.
package protocol OrderingPolicy: Sendable {
    var name: PolicyName { get }

    /// The study's course as the policy alone has it; pins come on top, see `course(of:)`.
    func unpinnedCourse(of claim: Claim) -> Course
}

extension OrderingPolicy {
    package func course(of claim: Claim) -> Course {
        guard let pinnedAt = claim.pinnedAt else { return unpinnedCourse(of: claim) }
        return Course(Standing(.pinned, .moment(pinnedAt)))
    }
}

/// The policies by the names of `--policy`.
package enum PolicyName: String, Sendable, Codable, CaseIterable {
    case fifo
    case `class`
    case classCapped = "class-capped"
    case delayCost = "delay-cost"

    package var policy: any OrderingPolicy {
        switch self {
        case .fifo: FirstInFirstOut()
        case .class: ByClass()
        case .classCapped: ByClassCapped()
        case .delayCost: DelayCost()
        }
    }
}

/// Order of arrival.
package struct FirstInFirstOut: OrderingPolicy {
    package let name = PolicyName.fifo
    package init() {}

    package func unpinnedCourse(of claim: Claim) -> Course { Course(Standing(.open, .moment(claim.receivedAt))) }
}

/// Category, then due time, whatever the wait.
package struct ByClass: OrderingPolicy {
    package let name = PolicyName.class
    package init() {}

    package func unpinnedCourse(of claim: Claim) -> Course {
        // Without a limit a study counts as due ten years after it came: behind all that have one, and in order of arrival.
        let dueAt = claim.dueAt ?? claim.receivedAt.advanced(bySeconds: 10 * 365 * 86_400)
        return Course(Standing(Standing.Tier(claim.category), .moment(dueAt)))
    }
}

/// Category, then due time; what is past its limit comes before all but critical studies.
package struct ByClassCapped: OrderingPolicy {
    package let name = PolicyName.classCapped
    package init() {}

    package func unpinnedCourse(of claim: Claim) -> Course {
        let course = ByClass().unpinnedCourse(of: claim)
        return claim.isExempt ? course : Course(course.standing, limitedAt: claim.dueAt)
    }
}

/// The expected cost of one more minute of waiting for each minute that reading takes: the generalised cµ rule
/// (van Mieghem, Annals of Applied Probability 1995); what is past its limit comes before all but critical studies.
///
/// Where the policy has limits, critical studies are a tier of their own, since nothing past its limit may come between them.
/// Where it has none, the cost alone decides.
package struct DelayCost: OrderingPolicy {
    package let name = PolicyName.delayCost
    package init() {}

    package func unpinnedCourse(of claim: Claim) -> Course {
        let measure = Standing.Measure.cost(claim.cost, since: claim.receivedAt)
        return claim.isExempt ? Course(Standing(.critical, measure)) : Course(Standing(.open, measure), limitedAt: claim.dueAt)
    }
}
