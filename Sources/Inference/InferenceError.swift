/// Why a model can't be loaded or an image can't be scored: what happened, where, and what to do about it.
package struct InferenceError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// A file is not there, or can't be read.
        case unreadableFile
        /// `model.json` is no JSON, or a key is missing or has the wrong type.
        case malformedDescription
        /// `model.json` can be read, and contradicts itself or what this program knows.
        case invalidDescription
        case unknownArchitecture
        /// The folder is sound, and nobody in the department has said that it may be used.
        case notApproved
        /// The weights are not those that `model.json` speaks of.
        case wrongChecksum
        /// The safetensors file breaks its own format.
        case malformedWeights
        case missingTensor
        case wrongShape
        case unsupportedElementType
        /// NaN, infinity, or a negative variance among the weights.
        case invalidWeights
        /// A precision that this processor, or the engine asked for, does not have.
        case unavailablePrecision
        /// The network does not give the logits it gave when the model was made.
        case referenceMismatch
        /// The image given to a worker has no pixels, the wrong number of them, or values that are no numbers.
        case invalidImage
        /// A logit is NaN or infinite: no probability is made of it.
        case invalidResult
    }

    package var code: Code
    /// What happened, as a clause without full stop.
    package var what: String
    /// The file, key or tensor.
    package var location: String
    /// What to do about it, as a clause without full stop.
    package var remedy: String

    package init(_ code: Code, _ what: String, at location: String, remedy: String) {
        self.code = code
        self.what = what
        self.location = location
        self.remedy = remedy
    }

    package var description: String { "\(location): \(what); \(remedy)" }
}
