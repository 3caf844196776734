/// A study's place on the list, and why it stands there.
package struct Place: Hashable, Sendable {
    /// 1 is read first.
    package var rank: Int
    package var study: Study
    package var dueAt: Timestamp?
    package var standing: Standing
    package var urgency: Double
    /// Short sentences, strongest first.
    package var reasons: [String]
    package var nextStep: String
}

extension OrderingPolicy {
    /// The open studies in reading order, each with its reasons; at most the first `wanted`. Ties keep the order of arrival.
    package func places(of studies: [Study], under policy: WorklistPolicy, at now: Timestamp, first wanted: Int? = nil) -> [Place] {
        let studies = Self.inOrderOfArrival(studies)
        let weighing = Weighing(policy)
        let claims = studies.map(weighing.claim)
        let ranking = Ranking(claims.lazy.map(course))
        return ranking.first(wanted ?? studies.count, at: now).enumerated().map { index, position in
            place(index + 1, of: studies[position], claims[position], weighing, now)
        }
    }

    /// The place that a study would have alone: its urgency and reasons do not depend on who else waits.
    package func place(of study: Study, under policy: WorklistPolicy, at now: Timestamp) -> Place {
        let weighing = Weighing(policy)
        return place(1, of: study, weighing.claim(of: study), weighing, now)
    }

    func place(_ rank: Int, of study: Study, _ claim: Claim, _ weighing: Weighing, _ now: Timestamp) -> Place {
        let standing = course(of: claim).standing(at: now)
        let reasons = Reasons(study: study, claim: claim, standing: standing, policy: name, weighing: weighing, now: now)
        return Place(
            rank: rank, study: study, dueAt: claim.dueAt, standing: standing, urgency: standing.urgency(at: now), reasons: reasons.sentences,
            nextStep: reasons.nextStep)
    }

    private static func inOrderOfArrival(_ studies: [Study]) -> [Study] {
        func came(_ left: Study, before right: Study) -> Bool {
            left.receivedAt != right.receivedAt ? left.receivedAt < right.receivedAt : left.studyInstanceUID < right.studyInstanceUID
        }
        let isSorted = zip(studies, studies.dropFirst()).allSatisfy { !came($1, before: $0) }
        return isSorted ? studies : studies.sorted(by: came)
    }
}

/// The sum behind a place: what `explain` shows.
package struct Account: Hashable, Sendable {
    package struct Term: Hashable, Sendable {
        package var name: String
        package var probability: Double?
        package var marginalCost: Double?
        package var value: Double
    }

    package var index: Double
    package var terms: [Term]
    /// How the terms combine to the index, and the index to the place.
    package var formula: String

    package init(of place: Place, under policy: WorklistPolicy, at now: Timestamp) {
        let tier = Double(place.standing.tier.rawValue)
        let tiers = "tier: pinned 6, critical 5, past its limit 4, urgent 3, routine and unscored 2, likely normal 1, none 0"
        switch place.standing.measure {
        case .cost:
            let minutes = policy.costs.readingMinutes.expected(modality: place.study.modality)
            terms = Weighing(policy).terms(of: place.study, at: now).map {
                Term(name: $0.name, probability: $0.probability, marginalCost: $0.marginalCost, value: $0.value)
            }
            index = terms.reduce(0) { $0 + $1.value }
            formula =
                "index = the sum of the values: points that one more minute of waiting is expected to cost, for each minute of reading; "
                + "value = probability × marginal_cost, or marginal_cost where there is no probability; every marginal_cost is divided by the expected "
                + "reading time, \(minutes) min; urgency = tier + index / (1 + index) (\(tiers)); a point is \(policy.costs.unit)"
        case .moment(let moment):
            terms = [
                Term(name: "tier", probability: nil, marginalCost: nil, value: tier),
                Term(name: "nearness of \(moment.rfc3339)", probability: nil, marginalCost: nil, value: place.urgency - tier),
            ]
            index = place.urgency
            formula = "index = the sum of the values = urgency (\(tiers)); nearness = (1 − h / (1 + |h|)) / 2, h hours until then, so that it lies in 0…1"
        }
    }
}
