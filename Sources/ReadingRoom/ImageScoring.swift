import Crypto
import DICOM
package import Inference
package import Worklist

/// What became of one image: its figures, or why it has none.
package enum ImageVerdict: Sendable {
    case scored(ScoredImage)
    case refused(reason: String)
}

/// One image's figures, and what they came from.
package struct ScoredImage: Sendable {
    /// Which of the models, by its place in the list.
    package var model: Int
    package var score: ImageScore
    /// One for each finding, in the model's order.
    package var heatMaps: [HeatMap]
    /// Patient Orientation (0020,0020): which way the picture's rows and columns run in the patient.
    package var patientOrientation: [String]
    /// SHA-256 of the decoded first frame, before any look-up table, hexadecimal.
    package var pixelsSHA256: String
    package var decodeMilliseconds: Double
}

extension ModelReference {
    package init(_ model: Model) {
        self.init(
            name: model.description.name, version: model.description.version, sha256: model.description.sha256,
            isCalibrated: model.description.labels.allSatisfy { $0.isEmpty || model.description.calibration?[$0]?.isProbability == true })
    }
}

extension PixelImage: GreyRows {}

extension IntendedImage {
    package init(_ madeFor: ModelDescription.MadeFor) {
        self.init(modality: madeFor.modality, bodyPart: madeFor.bodyPart, view: madeFor.view, minimumAge: madeFor.minimumAge)
    }
}

/// One file to one verdict: header, suitability, pixels, network. Each step can only refuse with a sentence for the worklist.
///
/// It owns its workers' memory, so it belongs to one thread or task at a time.
package final class ImageScoring {
    package let models: [Model]
    private let workers: [Worker]
    private let intended: [IntendedImage]
    private let crew: Crew

    /// Of several models that a header suits, the one approved last decides.
    ///
    /// - Parameter crew: shared by those that score at the same time.
    package init(models: [Model], crew: Crew = Crew()) {
        self.crew = crew
        let models = models.newestApprovedFirst
        self.models = models
        workers = models.map { $0.makeWorker() }
        intended = models.map { IntendedImage($0.description.input.madeFor) }
    }

    /// The header of a file, read without its pixels.
    package static func header(of file: String) throws -> ObjectHeader { try ObjectHeader.read(file: file) }

    package func verdict(on file: String) -> ImageVerdict {
        do {
            return try verdict(on: file, header: ObjectHeader.read(file: file))
        } catch {
            return .refused(reason: "the file cannot be read: \(error)")
        }
    }

    package func verdict(on file: String, header: ObjectHeader) -> ImageVerdict {
        var refusal = "no model is active"
        for (index, worker) in workers.enumerated() {
            switch Suitability.judge(header, for: intended[index]) {
            case .unsuitable(let reason): refusal = reason
            case .suitable: return score(file, header, worker, model: index)
            }
        }
        return .refused(reason: refusal)
    }

    private func score(_ file: String, _ header: ObjectHeader, _ worker: Worker, model: Int) -> ImageVerdict {
        let clock = ContinuousClock()
        let start = clock.now
        do {
            let image = try PixelImage.decode(file: file)
            let decoded = clock.now
            let score = try crew.withImage { isAlone in
                try worker.score(image, isAlone: isAlone)
            }
            if let gate = score.gate, !gate.isPassed { return .refused(reason: gate.refusal(by: worker.model.description)) }
            return .scored(
                ScoredImage(
                    model: model, score: score, heatMaps: score.findings.compactMap { worker.heatMap($0.label) },
                    patientOrientation: header.patientOrientation, pixelsSHA256: SHA256.hash(data: image.frameBytes).hexadecimal,
                    decodeMilliseconds: start.duration(to: decoded) / .milliseconds(1)))
        } catch let error as PixelError {
            return .refused(reason: error.reason)
        } catch {
            return .refused(reason: "the image could not be scored: \(error)")
        }
    }
}

extension Sequence where Element == UInt8 {
    /// Two lower-case digits for each byte.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension EngineIdentity {
    /// For example `openblas SkylakeX`.
    package var described: String { "\(name) \(coreName)" }
}

extension GateVerdict {
    /// Why the image has no figures, for the worklist.
    func refusal(by model: ModelDescription) -> String {
        let made = model.input.madeFor
        let kind = "a \(made.bodyPart.lowercased()) film, \(made.view.joined(separator: " or "))"
        return "the picture itself does not look like \(kind), whatever its header says (gate \(rounded(logit)), refused below \(rounded(refuseBelow)))"
    }

    private func rounded(_ value: some BinaryFloatingPoint) -> String { Double((Double(value) * 10).rounded() / 10).description }
}
