/// The plain words behind a place: what put the study there, strongest first, with figures.
package enum Reasons {
    static func sentences(
        for study: Study, key: PlaceKey, orderedBy ordering: OrderingPolicy, policy: WorklistPolicy, now: Timestamp
    ) -> [String] {
        var sentences: [String] = []
        if key.tier == .pastLimit {
            sentences.append("past its limit: only critical studies come before it")
        }
        if key.tier == .arrival {
            sentences.append("ordered by arrival (policy \(ordering.rawValue))")
        }
        sentences += findings(study, policy)
        sentences.append(wait(study, key, now))
        if study.orderPriority != .routine { sentences.append("ordered as \(study.orderPriority.rawValue)") }
        if study.patientClass == .emergency { sentences.append("emergency department") }
        switch study.state {
        case .receiving where study.assembly.round > 0: sentences.append("late images are coming in; the score is of the earlier ones")
        case .receiving: sentences.append("images are still coming in")
        case .queued: sentences.append("complete, being scored")
        default: break
        }
        sentences += study.conflicts
        return sentences
    }

    private static func findings(_ study: Study, _ policy: WorklistPolicy) -> [String] {
        if study.category == .unscored {
            guard let reason = study.unscoredReason else { return ["not scored yet: keeps its turn among the routine studies"] }
            return ["unscored: \(reason); keeps its turn among the routine studies"]
        }
        let kind = study.model.map { $0.isCalibrated ? "" : " (score, not calibrated)" } ?? ""
        let grounds = policy.categorise(study.findings).grounds
        if grounds.isEmpty {
            guard let top = study.findings.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { return ["routine"] }
            return ["routine: no finding reaches a bound; highest is \(top.key) \(figure(top.value))\(kind)"]
        }
        let ordered = grounds.sorted { (study.findings[$0.finding] ?? 0, $1.finding) > (study.findings[$1.finding] ?? 0, $0.finding) }
        return ordered.prefix(3).map { condition in
            let value = figure(study.findings[condition.finding] ?? 0)
            if let atLeast = condition.atLeast {
                return "\(condition.finding) \(value)\(kind): \(study.category.rawValue) from \(figure(atLeast))"
            }
            return "\(condition.finding) \(value)\(kind): \(study.category.rawValue) below \(figure(condition.below ?? 1))"
        }
    }

    private static func wait(_ study: Study, _ key: PlaceKey, _ now: Timestamp) -> String {
        let waited = minutes(now.seconds(since: study.receivedAt))
        guard let dueAt = key.dueAt else { return "waited \(waited) minutes; no limit agreed" }
        return "waited \(waited) of \(minutes(dueAt.seconds(since: study.receivedAt))) minutes"
    }

    static func nextStep(for study: Study, key: PlaceKey, at now: Timestamp) -> String {
        // The three categories are those of the ACR's actionable findings: minutes, hours, days.
        switch study.category {
        case .critical: return "Read now and tell the referring physician directly, within minutes."
        case .urgent where key.tier == .pastLimit, .routine where key.tier == .pastLimit, .likelyNormal where key.tier == .pastLimit,
            .unscored where key.tier == .pastLimit:
            return "Read next: it has waited longer than agreed."
        case .urgent: return "Read soon; if confirmed, tell the referring physician within hours."
        case .unscored where study.unscoredReason != nil: return "Read in turn; no machine has looked at these images."
        case .unscored: return "Wait for the score, or read in turn."
        case .likelyNormal: return "Read in turn; nothing was flagged, and that is no report."
        case .routine: return "Read in turn."
        }
    }

    private static func minutes(_ seconds: Double) -> String { String(Int((max(0, seconds) / 60).rounded(.down))) }

    /// A probability with two decimals, never rounded up to 1.00 or down to 0.00.
    package static func figure(_ value: Double) -> String {
        if value > 0.99, value < 1 { return ">0.99" }
        if value > 0, value < 0.01 { return "<0.01" }
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
