import ArgumentParser
import Foundation
import Inference
import Pictures
import ReadingRoom
import Worklist

struct Score: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Scores DICOM files without a service.",
        discussion: """
            Exit status 0 when every file could be read; an image that the model refuses is no failure.

            EXAMPLES:
              firstread score film.dcm
              firstread score --json SampleStudies/*/*.dcm
              firstread score film.dcm --heatmap /tmp/maps     # one PNG a finding: SOPINSTANCEUID.effusion.png
            """)

    @Argument(help: ArgumentHelp("DICOM files.", valueName: "file"))
    var files: [String]

    @Option(help: ArgumentHelp("A model folder; repeatable (default: those in Models/).", valueName: "dir"))
    var model: [String] = []

    @OptionGroup var engine: EngineOptions

    @Option(help: ArgumentHelp("The policy file (default: the shipped one).", valueName: "file"))
    var policyFile: String?

    @Option(help: ArgumentHelp("Write each film with each finding's heat map over it as PNG into this folder.", valueName: "dir"))
    var heatmap: String?

    @Flag(help: "Print JSON: an array, one element a file, in the order given.")
    var json = false

    func run() async throws {
        let policy = try PolicyOptions.load(policyFile)
        let images: ImageScoring
        do {
            images = ImageScoring(models: try (model.isEmpty ? ShippedModels.folders() : model).map { try ModelFolder.load($0, settings: engine.settings) })
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(error)
        }
        var results: [FileScore] = []
        var unreadable: [String] = []
        for file in files {
            do {
                let header = try ImageScoring.header(of: file)
                let verdict = images.verdict(on: file, header: header)
                results.append(FileScore(file, header, verdict, images.models, policy))
                if let heatmap, case .scored(let image) = verdict { try write(image, of: file, header, images.models[image.model], into: heatmap) }
            } catch let failure as Failure {
                throw failure
            } catch {
                unreadable.append("\(file) cannot be read: \(error)")
                results.append(FileScore(file, unreadable: "\(error)", policy))
            }
            if !json, let last = results.last { print(last.line) }
        }
        if json { print(try JSONOutput.text(results)) }
        for sentence in unreadable { Failure.report(sentence) }
        if !unreadable.isEmpty { throw ExitCode(1) }
    }

    private func write(_ image: ScoredImage, of file: String, _ header: ObjectHeader, _ model: Model, into folder: String) throws {
        guard let uid = UID(header.sopInstanceUID) else { throw Failure("\(file) has no valid SOP Instance UID, so its heat maps have no name") }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for map in image.heatMaps {
                let path = "\(folder)/\(uid).\(map.label.filter { $0 != "/" }).png"
                try Data(HeatMapPicture.draw(file: file, map: map, model: model).png()).write(to: URL(fileURLWithPath: path), options: .atomic)
                if !json { print("\(file): wrote \(path)") }
            }
        } catch {
            throw Failure("the heat maps of \(file) could not be written into \(folder): \(error)")
        }
    }
}

/// One file's figures, as `score --json` prints them.
struct FileScore: Encodable {
    struct Milliseconds: Encodable {
        var decode: Double
        var preprocess: Double
        var network: Double
    }

    var file: String
    var sopInstanceUID: String
    var findings: [String: Double] = [:]
    var logits: [String: Float] = [:]
    var urgency: Double
    var category: Worklist.Category = .unscored
    var unscoredReason: String?
    var model: WorklistItem.Model?
    var engine: String?
    var milliseconds: Milliseconds?

    enum CodingKeys: String, CodingKey {
        case file, findings, logits, urgency, category, model, engine, milliseconds
        case sopInstanceUID = "sop_instance_uid"
        case unscoredReason = "unscored_reason"
    }

    init(_ file: String, unreadable reason: String, _ policy: WorklistPolicy) {
        self.file = file
        sopInstanceUID = ""
        urgency = Self.urgency(.unscored, [:], modality: "", policy)
        unscoredReason = reason
    }

    init(_ file: String, _ header: ObjectHeader, _ verdict: ImageVerdict, _ models: [Model], _ policy: WorklistPolicy) {
        self.file = file
        sopInstanceUID = header.sopInstanceUID
        switch verdict {
        case .refused(let reason):
            unscoredReason = reason
        case .scored(let image):
            findings = image.score.probabilities
            logits = Dictionary(uniqueKeysWithValues: image.score.findings.map { ($0.label, $0.logit) })
            category = policy.categorise(findings).category
            model = WorklistItem.Model(ModelReference(models[image.model]))
            engine = image.score.engine.described
            milliseconds = Milliseconds(
                decode: image.decodeMilliseconds, preprocess: image.score.milliseconds.preprocess, network: image.score.milliseconds.network)
        }
        urgency = Self.urgency(category, findings, modality: header.modality, policy)
    }

    /// The urgency of a study of this one image at the moment it arrives, with no order.
    private static func urgency(_ category: Worklist.Category, _ findings: [String: Double], modality: String, _ policy: WorklistPolicy) -> Double {
        let now = Timestamp(microseconds: 0)
        var study = Study(studyInstanceUID: nobody, receivedAt: now)
        study.category = category
        study.findings = findings
        study.modality = modality
        return OrderingOptions.standard.policy.place(of: study, under: policy, at: now).urgency
    }

    private static let nobody = UID("0")!

    var line: String {
        if let unscoredReason { return "\(file): unscored, \(unscoredReason)" }
        let figures = findings.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map { "\($0.key) \(String(format: "%.3f", $0.value))" }
        return "\(file): \(category.rawValue); \(figures.joined(separator: ", "))"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(file, forKey: .file)
        try container.encode(sopInstanceUID, forKey: .sopInstanceUID)
        try container.encode(findings, forKey: .findings)
        try container.encode(logits, forKey: .logits)
        try container.encode(urgency, forKey: .urgency)
        try container.encode(category, forKey: .category)
        try container.encode(unscoredReason, forKey: .unscoredReason)
        try container.encode(model, forKey: .model)
        try container.encode(engine, forKey: .engine)
        try container.encode(milliseconds, forKey: .milliseconds)
    }
}
