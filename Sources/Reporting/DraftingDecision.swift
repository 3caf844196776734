import Worklist

/// Whether a study is drafted as normal, and if not, why not: every reason, not only the first.
///
///     switch DraftingDecision(circumstances) {
///     case .draft(let grounds): …          // everything speaks for normal
///     case .none(let reasons): …           // sentences
///     }
package enum DraftingDecision: Sendable, Hashable {
    case draft(Grounds)
    case none(reasons: [String])

    /// The figures that a draft rests on.
    package struct Grounds: Sendable, Hashable {
        package var model: DraftingModel
        package var ruleOut: DraftingModel.RuleOut
        package var sensitivity: DraftingModel.Sensitivity
        package var probability: Double
    }

    package init(_ circumstances: Circumstances) {
        var reasons = Self.byState(circumstances.study)
        let grounds = Self.grounds(circumstances, &reasons)
        reasons += Self.byFindings(circumstances)
        reasons += Self.byImages(circumstances)
        reasons += Self.byPatient(circumstances)
        reasons += Self.byOrder(circumstances)
        if let grounds, reasons.isEmpty { self = .draft(grounds) } else { self = .none(reasons: reasons) }
    }

    private static func byState(_ study: Study) -> [String] {
        switch study.state {
        case .scored, .reading: return study.assembly.isComplete ? [] : ["images are still coming in"]
        case .receiving: return [study.assembly.round > 0 ? "late images are coming in" : "images are still coming in"]
        case .queued: return ["the study is not scored yet"]
        case .unscored: return ["the study is not scored: \(study.unscoredReason ?? "no reason is known")"]
        case .reported: return ["the study is reported"]
        }
    }

    private static func grounds(_ circumstances: Circumstances, _ reasons: inout [String]) -> Grounds? {
        let study = circumstances.study
        guard let scoredBy = study.model else {
            if study.state != .unscored { reasons.append("no model has scored the study") }
            return nil
        }
        guard let model = circumstances.model else {
            reasons.append("the model that scored the study, \(scoredBy.name) \(scoredBy.version), is not active any more")
            return nil
        }
        guard let ruleOut = model.ruleOut else {
            reasons.append("the model \(model.name) states no rule-out threshold")
            return nil
        }
        guard model.calibratedLabels.contains(ruleOut.label) else {
            reasons.append("the model \(model.name) has no calibration for \(ruleOut.label), so its figure is no probability")
            return nil
        }
        guard let sensitivity = ruleOut.sensitivity, sensitivity.isMeasured else {
            reasons.append("the model \(model.name) states no measured sensitivity for its rule-out threshold")
            return nil
        }
        guard let probability = study.findings[ruleOut.label], (0...1).contains(probability) else {
            reasons.append("the study has no probability for \(ruleOut.label)")
            return nil
        }
        guard probability < ruleOut.below else {
            let (figure, bound) = Figures.apart(probability, ruleOut.below)
            reasons.append("\(ruleOut.label) \(figure) is not below the rule-out threshold of \(bound)")
            return nil
        }
        return Grounds(model: model, ruleOut: ruleOut, sensitivity: sensitivity, probability: probability)
    }

    private static func byFindings(_ circumstances: Circumstances) -> [String] {
        let study = circumstances.study
        var reasons: [String] = []
        for (label, bound) in (circumstances.model?.urgent ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let figure = study.findings[label] else {
                if study.model != nil { reasons.append("the study has no figure for \(label), which the model calls urgent from \(Reasons.figure(bound)) on") }
                continue
            }
            // NaN is below no bound.
            if !(figure < bound) { reasons.append("\(label) \(Reasons.figure(figure)) reaches its urgent threshold of \(Reasons.figure(bound))") }
        }
        if study.category == .critical || study.category == .urgent { reasons.append("the policy makes the study \(study.category.rawValue)") }
        return reasons + study.conflicts.map { "conflict: \($0)" }
    }

    private static func byImages(_ circumstances: Circumstances) -> [String] {
        let images = circumstances.objects.filter(\.isImage)
        guard !images.isEmpty else { return ["the study has no image"] }
        let refused = images.compactMap(\.refusal)
        guard let first = refused.first else { return [] }
        return ["\(refused.count) of \(images.count) images \(refused.count == 1 ? "was" : "were") not looked at by the model: \(first)"]
    }

    private static func byPatient(_ circumstances: Circumstances) -> [String] {
        var reasons: [String] = []
        let minimum = circumstances.model?.minimumAge ?? DraftingModel.adult
        if let age = circumstances.age {
            if age.years < minimum { reasons.append("the patient is \(age.years) years old; the model is made for patients from \(minimum) on") }
        } else {
            reasons.append("the patient's age is not known; the model is made for patients from \(minimum) on")
        }
        if circumstances.study.patientID.isEmpty { reasons.append("the images carry no patient ID, so earlier studies are not known") }
        for earlier in circumstances.earlier where earlier.hasOpenFinding {
            let what = earlier.suspected.isEmpty ? earlier.category.rawValue : earlier.suspected.joined(separator: ", ")
            reasons.append("an earlier study has an open finding: \(PlainText.line(earlier.description.isEmpty ? earlier.modality : earlier.description)), \(ReportLanguage.en.date(earlier.date)), \(what)")
        }
        return reasons
    }

    private static func byOrder(_ circumstances: Circumstances) -> [String] {
        let order = circumstances.order
        var reasons: [String] = []
        for question in order.asked where circumstances.model?.answers(question).isEmpty ?? true {
            reasons.append("the order asks about \(question.concept), which the model does not know")
        }
        if order.asksAboutNothingKnown { reasons.append("the order asks a question that the order terms do not know") }
        if !order.unknownWords.isEmpty {
            let words = order.unknownWords.prefix(5).map { "\"\(PlainText.line($0, atMost: 40))\"" }.joined(separator: ", ")
            reasons.append("the order's text has words that the order terms do not know: \(words)")
        }
        return reasons
    }
}
