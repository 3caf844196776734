import Inference
import Reporting
import Worklist

extension DraftingModel {
    /// What the model's own file states, as the decision to draft takes it.
    init(_ model: Model) {
        let description = model.description
        let rule = description.thresholds?.ruleOut
        let ages = [rule?.minimumAge, description.input.madeFor.minimumAge].compactMap(\.self)
        self.init(
            reference: ModelReference(model),
            calibratedLabels: Set(description.labels.filter { !$0.isEmpty && description.calibration?[$0] != nil }),
            ruleOut: rule.map { rule in
                RuleOut(
                    label: rule.label, below: rule.below,
                    sensitivity: rule.sensitivity.map { Sensitivity(observed: $0.observed, low: $0.low, high: $0.high, abnormal: $0.abnormal, films: $0.films) })
            },
            urgent: description.thresholds?.urgent ?? [:], minimumAge: ages.max())
    }

    /// What the list alone tells of the model that scored a study: enough to say which questions it answers.
    init(scored study: Study, by model: ModelReference) {
        self.init(reference: model, calibratedLabels: model.isCalibrated ? Set(study.findings.keys) : [], ruleOut: nil, urgent: [:], minimumAge: nil)
    }
}
