import Foundation
package import Reporting
package import Storage
package import Worklist

/// Why a study is where it is: the list's item, the figures term by term, their inputs, and the study's history.
package struct Explanation: Encodable, Sendable {
    package struct Term: Encodable, Sendable {
        package var name: String
        package var probability: Double?
        package var marginalCost: Double?
        package var value: Double

        enum CodingKeys: String, CodingKey {
            case name, probability, value
            case marginalCost = "marginal_cost"
        }

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(probability, forKey: .probability)
            try container.encode(marginalCost, forKey: .marginalCost)
            try container.encode(value, forKey: .value)
        }
    }

    package struct Line: Encodable, Sendable {
        package var time: Timestamp
        package var event: String
        package var actor: String
        package var detail: [String: String]
    }

    package var item: WorklistItem
    package var index: Double
    package var formula: String
    package var terms: [Term]
    /// SHA-256 of pixels, weights and settings; empty until the study is scored.
    package var inputs: [String: String]
    package var engine: String?
    package var history: [Line]
    /// What readers said of it, oldest first; not written where nobody has.
    package var outcomes: [Outcome]
    /// Newest first; not written where there is none.
    package var earlierStudies: [Earlier]
    package var draft: DraftStanding
    /// What a reader is told of a study with findings; empty where there is nothing to tell.
    package var narrative: [Sentence]
    /// The order that the study belongs to; nil where it belongs to none.
    package var order: ExplainedOrder?
    /// In order of arrival.
    package var instances: [ExplainedImage]

    /// Whether the findings are calibrated probabilities, or scores that only rank; nil until the study is scored.
    package var areProbabilities: Bool?

    enum CodingKeys: String, CodingKey {
        case index, formula, terms, inputs, engine, history, outcomes, draft, narrative, order, instances, calibrated
        case earlierStudies = "earlier_studies"
    }

    package func encode(to encoder: any Encoder) throws {
        try item.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(index, forKey: .index)
        try container.encode(formula, forKey: .formula)
        try container.encode(terms, forKey: .terms)
        try container.encode(inputs, forKey: .inputs)
        try container.encode(engine, forKey: .engine)
        try container.encode(history, forKey: .history)
        if !outcomes.isEmpty { try container.encode(outcomes, forKey: .outcomes) }
        if !earlierStudies.isEmpty { try container.encode(earlierStudies, forKey: .earlierStudies) }
        try container.encode(draft, forKey: .draft)
        try container.encode(narrative, forKey: .narrative)
        try container.encode(order, forKey: .order)
        try container.encode(instances, forKey: .instances)
        try container.encode(areProbabilities, forKey: .calibrated)
    }
}

extension WorklistView {
    /// Explains one study's place at `now`; nil where there is no such study.
    ///
    /// - Parameters:
    ///   - known: Its place on the list, where the caller holds the list already.
    ///   - archiveFolder: Where its images are; nil: their headers are left out.
    package func explanation(
        of uid: UID, known: WorklistItem? = nil, archiveFolder: String? = nil, at now: Timestamp
    ) throws(StorageError) -> Explanation? {
        var item = known
        if item == nil { item = try snapshot(at: now, includingReported: true).items.first { $0.studyInstanceUID == uid.text } }
        guard let item, let study = try store.study(uid) else { return nil }
        let events = try store.events(of: uid)
        let account = Account(of: ordering.policy.place(of: study, under: policy, at: now), under: policy, at: now)
        let scored = events.last { $0.kind == .scored || $0.kind == .unscored }?.detail ?? [:]
        return Explanation(
            item: item, index: account.index, formula: account.formula,
            terms: account.terms.map { Explanation.Term(name: $0.name, probability: $0.probability, marginalCost: $0.marginalCost, value: $0.value) },
            inputs: scored.filter { $0.key.hasSuffix("sha256") },
            engine: scored["engine"],
            history: events.map { Explanation.Line(time: $0.at, event: $0.kind.rawValue, actor: $0.actor, detail: $0.detail) },
            outcomes: try store.outcomes(of: uid).map(Explanation.Outcome.init),
            earlierStudies: try store.earlierStudies(of: uid).map(Explanation.Earlier.init),
            draft: try draftStanding(of: study, events), narrative: try narrative(of: study, scored: scored),
            order: try store.order(of: uid).map(ExplainedOrder.init), instances: try images(of: study, scored: scored, in: archiveFolder),
            areProbabilities: study.model?.isCalibrated)
    }
}
