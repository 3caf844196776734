/// The plain words behind a place: what put the study there, strongest first, with figures; what would move it; what to do.
package struct Reasons {
    let study: Study
    let claim: Claim
    let standing: Standing
    let policy: PolicyName
    let weighing: Weighing
    let now: Timestamp

    var sentences: [String] {
        var sentences: [String] = []
        switch standing.tier {
        case .pinned: if let pin = study.pin { sentences.append("put first by \(pin.by): \(pin.reason)") }
        case .pastLimit: sentences.append("past its limit: only critical studies come before it")
        default: break
        }
        if policy == .fifo, standing.tier == .open { sentences.append("ordered by arrival (policy \(policy.rawValue))") }
        sentences += policy == .delayCost ? byCost : byClass
        if let move { sentences.append(move) }
        switch study.state {
        case .receiving where study.assembly.round > 0: sentences.append("late images are coming in; the score is of the earlier ones")
        case .receiving: sentences.append("images are still coming in")
        case .queued: sentences.append("complete, being scored")
        default: break
        }
        return sentences + study.conflicts
    }

    // MARK: By what waiting costs

    /// At most so many findings are named, and none that is less probable, or a smaller share of the index, than this.
    private static let namedFindings = 3
    private static let namedProbability = 0.05
    private static let namedShare = 0.05

    private var byCost: [String] {
        let terms = weighing.terms(of: study, at: now)
        let index = terms.reduce(0) { $0 + $1.value }
        let grounds = weighing.grounds(of: study)
        var weighed: [(value: Double, sentence: String)] = []
        var named = 0
        for term in terms {
            guard case .finding(let row) = term.ground, named < Self.namedFindings, term.value >= Self.namedShare * index,
                term.probability ?? 0 >= Self.namedProbability
            else { continue }
            named += 1
            weighed.append((term.value, sentence(term, weighing.policy.costs.findings[row], percent: Self.percent(term.value, of: index), grounds)))
        }
        if study.category == .unscored {
            weighed.append((terms.reduce(0) { if case .prior = $1.ground { $0 + $1.value } else { $0 } }, unscored("counts as a study with the usual frequency of findings")))
        } else if named == 0 || study.category == .likelyNormal {
            weighed.append((0, byFinding[0]))
        }
        let value = { (ground: CostTerm.Ground) in terms.first { $0.ground == ground }?.value ?? 0 }
        weighed.append((value(.agreedTurnaround), waited))
        if study.orderPriority != .routine { weighed.append((value(.orderPriority), "ordered as \(study.orderPriority.rawValue)")) }
        if study.patientClass == .emergency { weighed.append((value(.patientClass), "emergency department")) }
        return weighed.enumerated().sorted { ($0.element.value, $1.offset) > ($1.element.value, $0.offset) }.map(\.element.sentence)
    }

    private func sentence(_ term: CostTerm, _ finding: FindingCost, percent: Int, _ grounds: [FindingCondition]) -> String {
        var text = "\(term.name) \(Self.figure(term.probability ?? 0))\(scale): \(finding.actionable.words)"
        if let bound = grounds.first(where: { Label.folded($0.finding) == Label.folded(finding.finding) })?.atLeast {
            text += ", \(study.category.rawValue) from \(Self.figure(bound))"
        }
        return text + " (\(percent) % of its index)"
    }

    /// 0 where nothing costs anything, and where the sum is more than a number can hold.
    private static func percent(_ value: Double, of index: Double) -> Int {
        guard index > 0, index.isFinite else { return 0 }
        return Int((value / index * 100).rounded())
    }

    // MARK: By class

    private var byClass: [String] {
        var sentences = study.category == .unscored ? [unscored("keeps its turn among the routine studies")] : byFinding
        sentences.append(waited)
        if study.orderPriority != .routine { sentences.append("ordered as \(study.orderPriority.rawValue)") }
        if study.patientClass == .emergency { sentences.append("emergency department") }
        return sentences
    }

    private var byFinding: [String] {
        let grounds = weighing.grounds(of: study)
        if grounds.isEmpty {
            guard let top = study.findings.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) else { return [study.category.rawValue] }
            return ["routine: no finding reaches a bound; highest is \(top.key) \(Self.figure(top.value))\(scale)"]
        }
        let probabilities = weighing.probabilities(study.findings)
        let figures = grounds.map { condition in (condition, weighing.slot(of: condition.finding).map { probabilities[$0] } ?? 0) }
        return figures.sorted { ($0.1, $1.0.finding) > ($1.1, $0.0.finding) }.prefix(Self.namedFindings).map { condition, probability in
            let value = Self.figure(probability)
            if let atLeast = condition.atLeast {
                return "\(condition.finding) \(value)\(scale): \(study.category.rawValue) from \(Self.figure(atLeast))"
            }
            return "\(condition.finding) \(value)\(scale): \(study.category.rawValue) below \(Self.figure(condition.below ?? 1))"
        }
    }

    // MARK: Common

    private var scale: String { study.model.map { $0.isCalibrated ? "" : " (score, not calibrated)" } ?? "" }

    private func unscored(_ consequence: String) -> String {
        study.unscoredReason.map { "unscored: \($0); \(consequence)" } ?? "not scored yet: \(consequence)"
    }

    private var waited: String {
        let waited = Self.minutes(now.seconds(since: study.receivedAt))
        guard let dueAt = claim.dueAt else { return "waited \(waited) minutes; no limit agreed" }
        return "waited \(waited) of \(Self.minutes(dueAt.seconds(since: study.receivedAt))) minutes"
    }

    /// What would change the place; nil where nothing but reading does.
    private var move: String? {
        guard policy == .classCapped || policy == .delayCost else { return nil }
        switch standing.tier {
        case .pinned: return "a release would give it back to the policy"
        case .pastLimit, .critical: return nil
        default: break
        }
        guard let dueAt = claim.dueAt else { return policy == .delayCost ? "moves up with every minute it waits" : nil }
        let left = Self.minutes(dueAt.seconds(since: now))
        return "in \(left) minute\(left == "1" ? "" : "s") it is past its limit; then only critical studies come before it"
    }

    var nextStep: String {
        if standing.tier == .pinned, study.category != .critical { return "Read next: \(study.pin?.by ?? "a lead") put it first." }
        // The three categories are those of the ACR's actionable findings: minutes, hours, days.
        switch study.category {
        case .critical: return "Read now and tell the referring physician directly, within minutes."
        case _ where standing.tier == .pastLimit: return "Read next: it has waited longer than agreed."
        case .urgent: return "Read soon; if confirmed, tell the referring physician within hours."
        case .unscored where study.unscoredReason != nil: return "Read in turn; no machine has looked at these images."
        case .unscored: return "Wait for the score, or read in turn."
        case .likelyNormal: return "Read in turn; nothing was flagged, and that is no report."
        case .routine: return "Read in turn."
        }
    }

    private static func minutes(_ seconds: Double) -> String { String(Int((max(0, seconds) / 60).rounded(.down))) }

    /// A probability with two decimals, never rounded up to 1.00 or down to 0.00; what is no probability, as it is.
    package static func figure(_ value: Double) -> String {
        guard (0...1).contains(value) else { return String(value) }
        if value > 0.99, value < 1 { return ">0.99" }
        if value > 0, value < 0.01 { return "<0.01" }
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }
}
