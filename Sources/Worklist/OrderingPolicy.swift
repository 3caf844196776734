/// How the list is ordered: a pure function of the open studies and the time.
///
///     let places = OrderingPolicy.classCapped.places(of: studies, under: policy, at: now)
///     places[0].study, places[0].reasons
package enum OrderingPolicy: String, Sendable, CaseIterable {
    /// Order of arrival.
    case fifo
    /// Category, then due time.
    case `class`
    /// Category, then due time; what is past its limit comes before all but critical studies.
    case classCapped = "class-capped"

    /// The open studies in reading order, each with its reasons. Ties keep the order of arrival.
    package func places(of studies: [Study], under policy: WorklistPolicy, at now: Timestamp) -> [Place] {
        let keyed = studies.map { study in (study: study, key: key(of: study, under: policy, at: now)) }
        let sorted = keyed.sorted { $0.key < $1.key }
        return sorted.enumerated().map { index, entry in
            Place(rank: index + 1, study: entry.study, key: entry.key, orderedBy: self, policy: policy, now: now)
        }
    }

    /// Where a study stands: smaller is read earlier.
    package func key(of study: Study, under policy: WorklistPolicy, at now: Timestamp) -> PlaceKey {
        let limit = policy.limitsMinutes.minutes(category: study.category, orderPriority: study.orderPriority)
        let dueAt = limit.map { study.receivedAt.advanced(bySeconds: $0 * 60) }
        return PlaceKey(
            tier: tier(of: study, limit: limit, dueAt: dueAt, at: now),
            dueAt: dueAt, receivedAt: study.receivedAt, studyInstanceUID: study.studyInstanceUID)
    }

    private func tier(of study: Study, limit: Double?, dueAt: Timestamp?, at now: Timestamp) -> PlaceKey.Tier {
        switch self {
        case .fifo: return .arrival
        case .class: return PlaceKey.Tier(study.category)
        case .classCapped:
            // A limit of 0 gives up the precedence of critical studies too: with all limits 0 the list is first in, first out.
            if study.category == .critical, limit != 0 { return .critical }
            if let dueAt, now >= dueAt { return .pastLimit }
            return PlaceKey.Tier(study.category)
        }
    }
}

/// What a place is decided by: the tier, then the due time (arrival where there is no limit), then arrival.
package struct PlaceKey: Hashable, Sendable, Comparable {
    package enum Tier: Int, Sendable, Comparable {
        case critical = 4
        case pastLimit = 3
        case urgent = 2
        /// Routine and unscored studies share a tier: nobody is last for want of a score.
        case routine = 1
        case likelyNormal = 0
        case arrival = -1

        init(_ category: Category) {
            switch category {
            case .critical: self = .critical
            case .urgent: self = .urgent
            case .routine, .unscored: self = .routine
            case .likelyNormal: self = .likelyNormal
            }
        }

        package static func < (left: Tier, right: Tier) -> Bool { left.rawValue < right.rawValue }
    }

    package var tier: Tier
    package var dueAt: Timestamp?
    package var receivedAt: Timestamp
    package var studyInstanceUID: UID

    /// Without a limit a study counts as due ten years after it came: behind all that have one, and in order of arrival.
    private var effectiveDueAt: Timestamp {
        if tier == .arrival { return receivedAt }
        return dueAt ?? receivedAt.advanced(bySeconds: 10 * 365 * 86_400)
    }

    package static func < (left: PlaceKey, right: PlaceKey) -> Bool {
        if left.tier != right.tier { return left.tier > right.tier }
        let leftDue = left.effectiveDueAt, rightDue = right.effectiveDueAt
        if leftDue != rightDue { return leftDue < rightDue }
        if left.receivedAt != right.receivedAt { return left.receivedAt < right.receivedAt }
        return left.studyInstanceUID < right.studyInstanceUID
    }

    /// The place as one number, higher is read earlier: the tier, plus a share of 1 that grows as the due time comes nearer.
    package func urgency(at now: Timestamp) -> Double {
        let hoursLeft = effectiveDueAt.seconds(since: now) / 3600
        return Double(tier.rawValue) + 0.5 * (1 - hoursLeft / (1 + abs(hoursLeft)))
    }
}

/// A study's place on the list, and why it stands there.
package struct Place: Hashable, Sendable {
    /// 1 is read first.
    package var rank: Int
    package var study: Study
    package var dueAt: Timestamp?
    package var urgency: Double
    /// Short sentences, strongest first.
    package var reasons: [String]
    package var nextStep: String

    init(rank: Int, study: Study, key: PlaceKey, orderedBy ordering: OrderingPolicy, policy: WorklistPolicy, now: Timestamp) {
        self.rank = rank
        self.study = study
        self.dueAt = key.dueAt
        self.urgency = key.urgency(at: now)
        self.reasons = Reasons.sentences(for: study, key: key, orderedBy: ordering, policy: policy, now: now)
        self.nextStep = Reasons.nextStep(for: study, key: key, at: now)
    }
}
