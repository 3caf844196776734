import Inference

/// What `model check` says of a folder: facts of `model.json`, and what this machine makes of it.
struct ModelCard: Encodable {
    struct Label: Encodable {
        var name: String
        /// The kind of calibration; nil: its figure is a score that ranks, no probability.
        var calibration: String?
        var urgentFrom: Double?

        enum CodingKeys: String, CodingKey {
            case name
            case calibration
            case urgentFrom = "urgent_from"
        }
    }

    var folder: String
    /// What is wrong with it; all else is then missing.
    var fault: String?
    var name: String?
    var version: String?
    var architecture: String?
    var sha256: String?
    var labels: [Label] = []
    /// Sides of the squares that the network looks at.
    var sizes: [Int]?
    var madeFor: ModelDescription.MadeFor?
    var ruleOut: ModelDescription.RuleOut?
    var hasGate: Bool?
    var approved: ModelDescription.Approval?
    var engine: String?
    /// What OpenBLAS chose on this processor, whichever engine is used.
    var openBLASCore: String?
    var referenceDifference: Float?
    var bytesPerWorker: Int?
    /// Of one finding, the shortest of twenty.
    var heatMapMilliseconds: Double?
    var warnings: [String] = []

    enum CodingKeys: String, CodingKey {
        case folder, fault, name, version, architecture, sha256, labels, sizes, approved, engine, warnings
        case openBLASCore = "openblas_core"
        case madeFor = "made_for"
        case ruleOut = "rule_out"
        case hasGate = "has_gate"
        case referenceDifference = "reference_difference"
        case bytesPerWorker = "bytes_per_worker"
        case heatMapMilliseconds = "heat_map_milliseconds"
    }

    /// Every key, null where there is nothing to say: a receiver need not guess which are missing.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(folder, forKey: .folder)
        try container.encode(fault, forKey: .fault)
        try container.encode(name, forKey: .name)
        try container.encode(version, forKey: .version)
        try container.encode(architecture, forKey: .architecture)
        try container.encode(sha256, forKey: .sha256)
        try container.encode(labels, forKey: .labels)
        try container.encode(sizes, forKey: .sizes)
        try container.encode(madeFor, forKey: .madeFor)
        try container.encode(ruleOut, forKey: .ruleOut)
        try container.encode(hasGate, forKey: .hasGate)
        try container.encode(approved, forKey: .approved)
        try container.encode(engine, forKey: .engine)
        try container.encode(openBLASCore, forKey: .openBLASCore)
        try container.encode(referenceDifference, forKey: .referenceDifference)
        try container.encode(bytesPerWorker, forKey: .bytesPerWorker)
        try container.encode(heatMapMilliseconds, forKey: .heatMapMilliseconds)
        try container.encode(warnings, forKey: .warnings)
    }

    init(folder: String) {
        self.folder = folder
        do {
            let model = try ModelFolder.load(folder)
            let description = model.description
            name = description.name
            version = description.version
            architecture = description.architecture.rawValue
            sha256 = description.sha256
            labels = description.labels.filter { !$0.isEmpty }.map {
                Label(name: $0, calibration: description.calibration?[$0]?.kindName, urgentFrom: description.thresholds?.urgent?[$0])
            }
            sizes = description.input.sizes
            madeFor = description.input.madeFor
            ruleOut = description.thresholds?.ruleOut
            hasGate = description.gate != nil
            approved = description.approved
            engine = "\(model.engine.name) \(model.engine.coreName)"
            openBLASCore = OpenBLAS.coreName
            referenceDifference = model.referenceDifference
            bytesPerWorker = model.bytesPerWorker
            heatMapMilliseconds = try Self.heatMapMilliseconds(model)
            warnings = model.warnings
        } catch {
            fault = "\(error)"
        }
    }

    private static func heatMapMilliseconds(_ model: Model) throws -> Double? {
        guard let label = model.description.labels.first(where: { !$0.isEmpty }) else { return nil }
        let worker = model.makeWorker()
        _ = try worker.logits(model.referenceInputs)
        let clock = ContinuousClock()
        return (0..<20).map { _ in clock.measure { _ = worker.heatMap(label) } }.min().map { $0 / .milliseconds(1) }
    }

    var text: String {
        if let fault { return "\(folder)\n  can't be used: \(fault)" }
        var lines = ["\(folder)"]
        func line(_ key: String, _ value: String) {
            lines.append("  \(key)\(String(repeating: " ", count: max(1, 16 - key.count)))\(value)")
        }
        line("model", "\(name ?? "") \(version ?? ""), \(architecture ?? "")")
        line("weights", "SHA-256 \(sha256 ?? "")")
        if let madeFor {
            let age = madeFor.minimumAge.map { ", from \($0) years on" } ?? ""
            line("made for", "\(madeFor.bodyPart), \(madeFor.view.joined(separator: " or ")); \(madeFor.modality.joined(separator: ", "))\(age)")
        }
        if let sizes {
            line("looks at", sizes.map { "\($0)×\($0)" }.joined(separator: " and ") + " pixels" + (sizes.count > 1 ? "; its figures are the means" : ""))
        }
        line("other pictures", hasGate == true ? "refused by their header, then by their pixels" : "refused by their header alone: the model has no gate of its own")
        for (index, label) in labels.enumerated() {
            let kind =
                switch label.calibration {
                case nil: "a score that ranks, no probability"
                case "operating-point": "a score whose operating point is 0.5, no probability"
                case let kind?: "a probability (\(kind))"
                }
            let urgent = label.urgentFrom.map { "; urgent from \(figure($0)) on" } ?? ""
            line(index == 0 ? "findings" : "", "\(label.name): \(kind)\(urgent)")
        }
        if let ruleOut {
            let age = ruleOut.minimumAge.map { ", from \($0) years on" } ?? ""
            var sentence = "likely normal where \(ruleOut.label) is below \(figure(ruleOut.below))\(age)"
            if let sensitivity = ruleOut.sensitivity {
                sentence +=
                    "; of \(sensitivity.abnormal) abnormal films (\(sensitivity.films)) it kept \(percent(sensitivity.observed)) "
                    + "[\(percent(sensitivity.low)), \(percent(sensitivity.high))]"
            } else {
                sentence += "; nobody stated how many abnormal films that misses: no draft is made by it"
            }
            line("rule-out", sentence)
        } else {
            line("rule-out", "none: nothing is likely normal by it, and no draft is made")
        }
        line("approved", approved.map { "by \($0.by) on \($0.on)" } ?? "by nobody: the service will not use it (firstread model approve)")
        line(
            "here",
            "\(engine ?? "") (OpenBLAS would use \(openBLASCore ?? "")); reference logits within \(referenceDifference ?? 0); \((bytesPerWorker ?? 0) >> 20) MB a worker; "
                + "a heat map in \(figure(heatMapMilliseconds ?? 0)) ms")
        for warning in warnings { line("note", warning) }
        return lines.joined(separator: "\n")
    }

    private func figure(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
    private func percent(_ value: Double) -> String { "\((value * 1000).rounded() / 10) %" }
}

extension Calibration {
    /// As model.json writes it.
    var kindName: String {
        switch self {
        case .platt: "platt"
        case .temperature: "temperature"
        case .isotonic: "isotonic"
        case .operatingPoint: "operating-point"
        }
    }
}
