internal import FoundationEssentials

/// What the Python package torchxrayvision (Cohen et al. 2022; 1.5.7) says about the DenseNet-121 weights it publishes, and a
/// model folder's description made of it.
///
/// Its own words: grey levels go from −1024 (black) to 1024 (white); the sigmoid of an output is bent by `op_threshs` so that each
/// label's operating point falls on 0.5. That is an operating point, no probability that anybody checked.
package enum TorchXRayVision {
    /// One of its published sets of weights.
    package struct Published: Sendable, Hashable, Decodable {
        /// The name of the file as the package downloads it.
        package var file: String
        /// In the order of the outputs; empty: not trained.
        package var labels: [String]
        /// Nil where the label has none.
        package var opThreshs: [Double?]

        enum CodingKeys: String, CodingKey {
            case file
            case labels
            case opThreshs = "op_threshs"
        }
    }

    /// By the package's short names: `all`, `nih`, `pc`, `chex`, `rsna`, `mimic_nb`, `mimic_ch`.
    package static let published: [String: Published] = {
        guard let table = try? JSONDecoder().decode([String: Published].self, from: Data(PackageResources.torchxrayvision_json)) else {
            preconditionFailure("torchxrayvision.json, which is part of this program, can't be read")
        }
        return table
    }()

    /// `torchxrayvision.datasets.default_pathologies`: the labels of weights that say nothing of their own.
    package static var defaultLabels: [String] { published["all"]?.labels ?? [] }

    /// Whose weights a file is, by the name it was downloaded under; nil where it has another.
    package static func trainedOn(fileName: String) -> String? {
        published.first { $0.value.file == fileName }?.key
    }

    /// A description for `weights` (a safetensors file in the same folder), all but its reference logits.
    ///
    /// `labels`: the outputs in order. `opThreshs`: as many; empty where the weights come without.
    package static func description(
        name: String, version: String, weights: String, sha256: String, labels: [String], opThreshs: [Double?], reference: ReferenceInput
    ) -> ModelDescription {
        let thresholds = zip(labels, opThreshs).compactMap { label, threshold in
            threshold.flatMap { label.isEmpty || !(0..<1).contains($0) || $0 == 0 ? nil : (label, Calibration.operatingPoint(threshold: $0)) }
        }
        return ModelDescription(
            name: name, version: version, architecture: .denseNet121, weights: weights, sha256: sha256, labels: labels,
            input: ModelDescription.Input(
                channels: 1, height: 224, width: 224,
                madeFor: ModelDescription.MadeFor(modality: ["CR", "DX", "RG"], bodyPart: "CHEST", view: ["PA", "AP"], minimumAge: nil)),
            preprocessing: PreprocessingRecipe(
                crop: .centreSquare, resize: [PreprocessingRecipe.Resize(to: 224, filter: .bilinearAntialias)],
                normalise: .range(low: -1024, high: 1024)),
            calibration: Dictionary(thresholds) { first, _ in first }, thresholds: nil, gate: nil, approved: nil,
            reference: ModelDescription.Reference(input: reference, logits: labels.map { _ in 0 }))
    }

    /// The input that an imported model's reference logits are computed for.
    package static let reference = ReferenceInput(seed: 1, low: -1024, high: 1024)
}

extension ModelFolder {
    /// Makes a model folder of a safetensors file that torchxrayvision's DenseNet has written its tensors into.
    ///
    /// Labels and thresholds are those of `trainedOn`, where given; otherwise those that the file brings along (a tensor
    /// `op_threshs`), and the package's default labels. The reference logits are this program's own, at the time of the import.
    /// The folder appears whole or not at all.
    package static func importTorchXRayVision(
        weights: String, to folder: String, name: String, version: String, trainedOn: String?, limits: Limits = Limits()
    ) throws -> Model {
        guard !FileManager.default.fileExists(atPath: folder) else {
            throw InferenceError(.unreadableFile, "is there already", at: folder, remedy: "name another folder, or move this one away")
        }
        let file = try SafetensorsFile(path: weights, limits: limits.weights)
        let outputs = file.header.tensors["classifier.bias"]?.shape.first ?? 0
        var labels = TorchXRayVision.defaultLabels
        var opThreshs: [Double?] = []
        if let trainedOn {
            guard let published = TorchXRayVision.published[trainedOn] else {
                throw InferenceError(
                    .invalidDescription, "\"\(trainedOn)\" is none of torchxrayvision's weights", at: weights,
                    remedy: "it publishes \(TorchXRayVision.published.keys.sorted().joined(separator: ", "))")
            }
            (labels, opThreshs) = (published.labels, published.opThreshs)
        } else if let stored = file.header.tensors["op_threshs"], stored.shape == [outputs] {
            opThreshs = try file.floatsOrNil("op_threshs", count: outputs)
        }
        guard outputs == labels.count else {
            throw InferenceError(
                .wrongShape, "its classifier has \(outputs) outputs; torchxrayvision's DenseNet has \(labels.count)", at: weights,
                remedy: "only DenseNet-121 weights of torchxrayvision can be imported")
        }
        let part = folder + ".part"
        try? FileManager.default.removeItem(atPath: part)
        defer { try? FileManager.default.removeItem(atPath: part) }
        do {
            try FileManager.default.createDirectory(atPath: part, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: weights, toPath: part + "/weights.safetensors")
        } catch {
            throw InferenceError(.unreadableFile, "can't be written: \(error)", at: folder, remedy: "check permissions and free space")
        }
        let copied = try MappedFile(path: part + "/weights.safetensors", limit: limits.weights.fileBytes)
        var description = TorchXRayVision.description(
            name: name, version: version, weights: "weights.safetensors", sha256: SafetensorsFile.sha256(of: copied.bytes), labels: labels,
            opThreshs: opThreshs, reference: TorchXRayVision.reference)
        description.reference.logits = try referenceLogits(of: description, in: part, limits: limits)
        try description.written(to: part + "/model.json")
        _ = try load(part, limits: limits)
        do {
            try FileManager.default.moveItem(atPath: part, toPath: folder)
        } catch {
            throw InferenceError(.unreadableFile, "can't be written: \(error)", at: folder, remedy: "check permissions")
        }
        return try load(folder, limits: limits)
    }

    private static func referenceLogits(of description: ModelDescription, in folder: String, limits: Limits) throws -> [Float] {
        let weights = try SafetensorsFile(path: "\(folder)/\(description.weights)", limits: limits.weights)
        let network = Network(
            description.architecture,
            input: Shape(rows: description.input.height, columns: description.input.width, channels: description.input.channels),
            outputs: description.labels.count)
        let pass = ForwardPass([try Plan(network, weights: weights)])
        return try pass.logits([description.reference.input.values(count: network.input.count)])
    }
}

extension ModelDescription {
    /// Writes `model.json`, in the shape that a person would.
    package func written(to path: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            try encoder.encode(self).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw InferenceError(.unreadableFile, "can't be written: \(error)", at: path, remedy: "check permissions and free space")
        }
    }
}
