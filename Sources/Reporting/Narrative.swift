package import Worklist

/// Where a finding's figure rests in the image.
package struct Location: Sendable, Hashable {
    package enum Side: String, Sendable, Hashable, CaseIterable {
        /// The patient's, not the screen's.
        case left
        case right
        case both
    }

    package enum Zone: String, Sendable, Hashable, CaseIterable {
        case upper
        case middle
        case lower
    }

    package var side: Side
    package var zone: Zone

    package init(side: Side, zone: Zone) {
        self.side = side
        self.zone = zone
    }
}

/// What a reader is told of a study that was scored and not drafted: what is suspected and how sure, where, what else is known,
/// what to do and how fast. Each sentence carries its source, and none says more than the figures do.
package enum Narrative {
    static let form = ReportTemplate.Form(
        parts: ["finding", "unsuspected", "context", "next"],
        facts: [
            "highest", "highest_figure", "reason", "asked", "asked_figures", "asked_unknown", "earlier_date", "earlier_description", "earlier_findings",
            "within_minutes", "within_hours", "within_days", "in_turn",
        ],
        furtherFacts: ["finding": ["finding", "figure", "bound", "category", "side", "zone", "image"]])

    /// - Parameter locations: by label; where the model's heat map says nothing, none.
    package static func sentences(
        _ circumstances: Circumstances, under policy: WorklistPolicy, locations: [String: Location] = [:], _ templates: ReportTemplates
    ) -> [Sentence] {
        let study = circumstances.study
        guard !study.findings.isEmpty, let model = study.model else { return [] }
        let language = templates.language
        let suspected = Suspicion.all(in: study, under: policy)
        var facts = SharedFacts.byOrder(circumstances, language)
            .merging(SharedFacts.byEarlierStudies(circumstances, language)) { $1 }
            .merging(advice(suspected, policy, language)) { $1 }
        let top = study.findings.max { ($0.value, $1.key) < ($1.value, $0.key) }
        let highest = Source(.model, top.map { "\($0.key) \(Reasons.figure($0.value)), \(model.name) \(model.version)" } ?? "")
        facts["highest"] = Fact(suspected.isEmpty ? top.map { language.name(of: $0.key) } : nil, highest)
        facts["highest_figure"] = Fact(top.map { language.figure($0.value, isCalibrated: model.isCalibrated) }, highest)
        let findings = suspected.flatMap { suspicion in
            templates.narrative.sentences("finding", facts.merging(own(suspicion, study, model, locations[suspicion.label], language)) { $1 })
        }
        return findings + ["unsuspected", "context", "next"].flatMap { templates.narrative.sentences($0, facts) }
    }

    private static func own(_ suspicion: Suspicion, _ study: Study, _ model: ModelReference, _ location: Location?, _ language: ReportLanguage) -> Facts {
        let figure = Source(.model, "\(suspicion.label) \(Reasons.figure(suspicion.figure)), \(model.name) \(model.version)")
        let bound = Source(.policy, "categories: \(suspicion.label) at_least \(suspicion.bound)")
        let image = Source(.model, "image of the highest figure for \(suspicion.label)")
        return [
            "finding": Fact(language.name(of: suspicion.label), figure),
            "figure": Fact(language.figure(suspicion.figure, isCalibrated: model.isCalibrated), figure),
            "bound": Fact(language.figure(suspicion.bound), bound),
            "category": Fact(language.category(study.category), bound),
            "image": Fact(study.findingImages[suspicion.label], image),
            "side": Fact(location.map { language.side($0.side) }, image),
            "zone": Fact(location.map { language.zone($0.zone) }, image),
        ]
    }

    /// What to do, by the ACR's categories of the findings' rows; a finding without a row counts as one that waits for days.
    private static func advice(_ suspected: [Suspicion], _ policy: WorklistPolicy, _ language: ReportLanguage) -> Facts {
        func names(_ speed: ActionableCategory) -> Fact {
            let labels = suspected.filter { $0.speed == speed }.map(\.label)
            return Fact(labels.map(language.name).joined(separator: ", "), Source(.policy, "acr_category \(speed.rawValue) of \(labels.joined(separator: ", ")), policy \(policy.name) \(policy.version)"))
        }
        return [
            "within_minutes": names(.minutes), "within_hours": names(.hours), "within_days": names(.days),
            "in_turn": Fact(suspected.isEmpty ? "1" : nil, Source(.policy, "categories: no bound is reached, policy \(policy.name) \(policy.version)")),
        ]
    }
}

/// A finding that reaches a bound of its study's category.
struct Suspicion: Hashable {
    var label: String
    var figure: Double
    var bound: Double
    var speed: ActionableCategory

    /// The most pressing first, then the most probable.
    static func all(in study: Study, under policy: WorklistPolicy) -> [Suspicion] {
        let found = policy.categorise(study.findings).grounds.compactMap { ground -> Suspicion? in
            guard let bound = ground.atLeast, let (label, figure) = study.findings.first(where: { Label.folded($0.key) == Label.folded(ground.finding) }) else { return nil }
            let row = policy.costs.findings.first { Label.folded($0.finding) == Label.folded(label) }
            return Suspicion(label: label, figure: figure, bound: bound, speed: row?.actionable ?? .days)
        }
        func pressing(_ speed: ActionableCategory) -> Int { ActionableCategory.allCases.firstIndex(of: speed) ?? 0 }
        return found.sorted { (pressing($0.speed), -$0.figure, $0.label) < (pressing($1.speed), -$1.figure, $1.label) }
    }
}

extension ReportLanguage {
    func side(_ side: Location.Side) -> String {
        switch (self, side) {
        case (.en, _): side.rawValue
        case (.de, .left): "links"
        case (.de, .right): "rechts"
        case (.de, .both): "beidseits"
        }
    }

    func zone(_ zone: Location.Zone) -> String {
        switch (self, zone) {
        case (.en, _): zone.rawValue
        case (.de, .upper): "oben"
        case (.de, .middle): "Mitte"
        case (.de, .lower): "unten"
        }
    }
}
