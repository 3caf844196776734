/// What `model.json` says about a model. `Models/README.md` describes the file; keys that are not known are left alone.
package struct ModelDescription: Sendable, Hashable, Codable {
    package var name: String
    package var version: String
    package var architecture: Architecture
    /// Name of the safetensors file, in the same folder.
    package var weights: String
    /// SHA-256 of that file, hexadecimal.
    package var sha256: String
    /// One for each output of the network, in order. Empty: the output was not trained, and is shown to nobody.
    package var labels: [String]
    package var input: Input
    package var preprocessing: PreprocessingRecipe
    /// By label. Absent: the sigmoid of the logit, which is no probability that anybody checked.
    package var calibration: [String: Calibration]?
    package var thresholds: Thresholds?
    /// The output that says whether the picture is of the kind the model was made for. Absent: the header alone decides.
    package var gate: Gate?
    /// Who took responsibility for its use in this department. Absent: it is never active in a service.
    package var approved: Approval?
    package var reference: Reference

    package struct Input: Sendable, Hashable, Codable {
        package var channels: Int
        package var height: Int
        package var width: Int
        /// Sides of further squares at which the network looks at an image; a logit is the mean over all sizes.
        package var otherSizes: [Int]?
        package var madeFor: MadeFor

        /// The sides of the squares that the network looks at, `height` first.
        package var sizes: [Int] { [height] + (otherSizes ?? []) }

        enum CodingKeys: String, CodingKey {
            case channels
            case height
            case width
            case otherSizes = "other_sizes"
            case madeFor = "made_for"
        }
    }

    /// The kind of image that the model was trained on; nothing else is scored.
    package struct MadeFor: Sendable, Hashable, Codable {
        /// Modality (0008,0060).
        package var modality: [String]
        /// Body Part Examined (0018,0015).
        package var bodyPart: String
        /// View Position (0018,5101).
        package var view: [String]
        /// In years, where the model knows no children.
        package var minimumAge: Int?

        enum CodingKeys: String, CodingKey {
            case modality
            case bodyPart = "body_part"
            case view
            case minimumAge = "minimum_age"
        }
    }

    package struct Thresholds: Sendable, Hashable, Codable {
        /// By label: from this probability on, the finding is urgent.
        package var urgent: [String: Double]?
        package var ruleOut: RuleOut?

        enum CodingKeys: String, CodingKey {
            case urgent
            case ruleOut = "rule_out"
        }
    }

    /// Below this probability of `label`, the film is likely normal.
    package struct RuleOut: Sendable, Hashable, Codable {
        package var label: String
        package var below: Double
        /// In years.
        package var minimumAge: Int?
        package var sensitivity: Sensitivity?

        enum CodingKeys: String, CodingKey {
            case label
            case below
            case minimumAge = "minimum_age"
            case sensitivity
        }
    }

    /// The share of abnormal films that a rule-out threshold did not rule out, on films it was set on, with the interval that
    /// stands wherever the figure does.
    package struct Sensitivity: Sendable, Hashable, Codable {
        package var observed: Double
        /// 95 % (Clopper and Pearson 1934).
        package var low: Double
        package var high: Double
        /// Abnormal films it was observed on.
        package var abnormal: Int
        /// Which films, in words.
        package var films: String
    }

    package struct Gate: Sendable, Hashable, Codable {
        /// Which output, from 0; its label is empty.
        package var output: Int
        /// Below this logit, the image is refused.
        package var refuseBelow: Double

        enum CodingKeys: String, CodingKey {
            case output
            case refuseBelow = "refuse_below"
        }
    }

    package struct Approval: Sendable, Hashable, Codable {
        package var by: String
        /// Year, month, day: 2026-11-26. Of two models for the same kind of image the newest wins.
        package var on: String
    }

    /// An input that a formula gives, and the logits that the training program got for it: of several sizes the mean, each with an
    /// input of its own length.
    package struct Reference: Sendable, Hashable, Codable {
        package var input: ReferenceInput
        package var logits: [Float]
    }
}
