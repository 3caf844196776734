package import Worklist

/// What a model's own file states about drafting: the rule-out threshold with what was measured of it.
package struct DraftingModel: Sendable, Hashable {
    package struct RuleOut: Sendable, Hashable {
        package var label: String
        /// Below this probability of `label` the film is likely normal.
        package var below: Double
        package var sensitivity: Sensitivity?

        package init(label: String, below: Double, sensitivity: Sensitivity?) {
            self.label = label
            self.below = below
            self.sensitivity = sensitivity
        }
    }

    /// The share of abnormal films that the threshold did not rule out, with its 95 % interval.
    package struct Sensitivity: Sendable, Hashable, Codable {
        package var observed: Double
        package var low: Double
        package var high: Double
        /// Abnormal films it was observed on.
        package var abnormal: Int
        /// Which films, in words.
        package var films: String

        package init(observed: Double, low: Double, high: Double, abnormal: Int, films: String) {
            self.observed = observed
            self.low = low
            self.high = high
            self.abnormal = abnormal
            self.films = films
        }

        var isMeasured: Bool { abnormal > 0 && low >= 0 && low <= observed && observed <= high && high <= 1 }
    }

    package var reference: ModelReference
    /// Labels whose figure is a probability.
    package var calibratedLabels: Set<String>
    package var ruleOut: RuleOut?
    /// By label: from this figure on, the finding is urgent.
    package var urgent: [String: Double]
    /// In years; nil: the model's file states none, and adults are meant.
    package var minimumAge: Int?

    package static let adult = 18

    package init(reference: ModelReference, calibratedLabels: Set<String>, ruleOut: RuleOut?, urgent: [String: Double], minimumAge: Int?) {
        self.reference = reference
        self.calibratedLabels = calibratedLabels
        self.ruleOut = ruleOut
        self.urgent = urgent
        self.minimumAge = minimumAge
    }

    var name: String { "\(reference.name) \(reference.version)" }

    /// Whether one of the labels has a probability of this model.
    func answers(_ question: OrderReading.Question) -> [String] {
        question.labels.compactMap { label in calibratedLabels.first { Label.folded($0) == Label.folded(label) } }
    }
}

/// One object of the study, and whether the model has looked at it.
package struct LookedAtObject: Sendable, Hashable {
    package var sopInstanceUID: String
    package var isImage: Bool
    package var view: String
    /// nil: it was scored.
    package var refusal: String?

    package init(sopInstanceUID: String, isImage: Bool, view: String, refusal: String?) {
        self.sopInstanceUID = sopInstanceUID
        self.isImage = isImage
        self.view = view
        self.refusal = refusal
    }
}

/// An earlier study of the same patient.
package struct PriorStudy: Sendable, Hashable {
    package var studyInstanceUID: UID
    /// VR DA.
    package var date: String
    package var description: String
    package var modality: String
    package var category: Category
    /// Labels that put it into its category.
    package var suspected: [String]
    /// A person has reported on it.
    package var isReported: Bool

    package init(
        studyInstanceUID: UID, date: String, description: String, modality: String, category: Category, suspected: [String], isReported: Bool = false
    ) {
        self.studyInstanceUID = studyInstanceUID
        self.date = date
        self.description = description
        self.modality = modality
        self.category = category
        self.suspected = suspected
        self.isReported = isReported
    }

    /// It was flagged, and nobody has told FirstRead what came of it.
    var hasOpenFinding: Bool { (category == .critical || category == .urgent) && !isReported }
}

/// All that is known when it is decided whether a study is drafted.
package struct Circumstances: Sendable, Hashable {
    package var study: Study
    /// The model that scored it; nil where that one is not active.
    package var model: DraftingModel?
    package var objects: [LookedAtObject]
    package var age: PatientAge?
    /// Newest first.
    package var earlier: [PriorStudy]
    package var order: OrderReading

    package init(study: Study, model: DraftingModel?, objects: [LookedAtObject], age: PatientAge?, earlier: [PriorStudy], order: OrderReading) {
        self.study = study
        self.model = model
        self.objects = objects
        self.age = age
        self.earlier = earlier
        self.order = order
    }
}
