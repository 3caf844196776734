internal import FoundationEssentials

extension ModelDescription {
    /// Reads `model.json`; every error names the file and the key.
    init(json: UnsafeRawBufferPointer, path: String) throws {
        do {
            self = try JSONDecoder().decode(ModelDescription.self, from: Data(json))
        } catch let error as DecodingError {
            throw InferenceError(error, path: path)
        }
        try check(path: path)
    }

    /// What the types alone do not say.
    private func check(path: String) throws {
        func require(_ condition: Bool, _ key: String, _ what: String) throws {
            guard condition else {
                throw InferenceError(
                    .invalidDescription, what, at: "\(path), key \(key)", remedy: "correct model.json, or copy the folder again")
            }
        }
        try require(!name.isEmpty, "name", "is empty")
        try require(
            !weights.isEmpty && !weights.contains("/") && weights != "." && weights != "..", "weights",
            "must be the name of a file in the model's own folder, and is \"\(weights)\"")
        try require(
            sha256.utf8.count == 64 && sha256.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= ($0 | 0x20) },
            "sha256", "must be 64 hexadecimal digits")

        let shown = labels.filter { !$0.isEmpty }
        try require(!shown.isEmpty, "labels", "names no label")
        try require(labels.count <= Network.largestOutputCount, "labels", "has more than \(Network.largestOutputCount) entries")
        try require(Set(shown).count == shown.count, "labels", "names a label twice")

        try require(input.channels == 1, "input.channels", "must be 1 (a grey image), and is \(input.channels)")
        for (key, size) in [("input.height", input.height), ("input.width", input.width)] {
            try require(
                (Network.smallestInput...Network.largestInput).contains(size), key,
                "must be \(Network.smallestInput) to \(Network.largestInput), and is \(size)")
        }
        let others = input.otherSizes ?? []
        try require(
            others.allSatisfy { (Network.smallestInput...Network.largestInput).contains($0) } && Set(input.sizes).count == input.sizes.count
                && others.count < Network.largestSizeCount,
            "input.other_sizes",
            "must be fewer than \(Network.largestSizeCount) different sizes of \(Network.smallestInput) to \(Network.largestInput), other than input.height")
        try require(!input.madeFor.modality.isEmpty, "input.made_for.modality", "is empty")
        try require(!input.madeFor.bodyPart.isEmpty, "input.made_for.body_part", "is empty")
        try require(!input.madeFor.view.isEmpty, "input.made_for.view", "is empty")

        try require(
            preprocessing.resize.allSatisfy { 1...Network.largestInput ~= $0.to }, "preprocessing.resize",
            "must be to 1 to \(Network.largestInput) pixels")
        try require(
            preprocessing.resize.last.map { $0.to == input.height && $0.to == input.width } ?? false, "preprocessing.resize",
            "must end with the network's input of \(input.height)×\(input.width)")
        switch preprocessing.normalise {
        case .perImageStandard(let epsilon):
            try require(epsilon.isFinite && epsilon > 0, "preprocessing.normalise.epsilon", "must be above 0")
        case .range(let low, let high):
            try require(low.isFinite && high.isFinite && low < high, "preprocessing.normalise", "must have low below high")
        }

        for (label, calibration) in calibration ?? [:] {
            try require(shown.contains(label), "calibration.\(label)", "is for a label that is not among labels")
            try require(calibration.fault == nil, "calibration.\(label)", calibration.fault ?? "")
        }
        for (label, threshold) in thresholds?.urgent ?? [:] {
            try require(shown.contains(label), "thresholds.urgent.\(label)", "is for a label that is not among labels")
            try require((0...1).contains(threshold), "thresholds.urgent.\(label)", "must be a probability, 0 to 1")
        }
        if let rule = thresholds?.ruleOut {
            try require(shown.contains(rule.label), "thresholds.rule_out.label", "is not among labels")
            try require((0...1).contains(rule.below), "thresholds.rule_out.below", "must be a probability, 0 to 1")
            if let sensitivity = rule.sensitivity {
                try require(
                    0 <= sensitivity.low && sensitivity.low <= sensitivity.observed && sensitivity.observed <= sensitivity.high
                        && sensitivity.high <= 1 && sensitivity.abnormal > 0,
                    "thresholds.rule_out.sensitivity", "must have 0 ≤ low ≤ observed ≤ high ≤ 1, and abnormal films above 0")
            }
        }
        if let gate {
            try require(labels.indices.contains(gate.output), "gate.output", "must be 0 to \(labels.count - 1), an output of the network")
            try require(labels[gate.output].isEmpty, "gate.output", "is the output of \"\(labels[gate.output])\", which is a finding")
            try require(gate.refuseBelow.isFinite, "gate.refuse_below", "must be finite")
        }
        if let approved {
            try require(!approved.by.isEmpty, "approved.by", "is empty: name the person")
            try require(CalendarDay(approved.on) != nil, "approved.on", "must be a day as 2026-11-26, and is \"\(approved.on)\"")
        }
        try require(
            reference.logits.count == labels.count, "reference.logits",
            "has \(reference.logits.count) values for \(labels.count) labels")
        try require(reference.logits.allSatisfy(\.isFinite), "reference.logits", "must be finite")
        try require(
            reference.input.low.isFinite && reference.input.high.isFinite && reference.input.low < reference.input.high,
            "reference.input", "must have low below high")
    }
}

extension InferenceError {
    /// A decoding error in the words of the file: the key, and what is wrong with it.
    init(_ error: DecodingError, path: String) {
        func key(_ codingPath: [any CodingKey]) -> String {
            let name = codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
            return name.isEmpty ? path : "\(path), key \(name.hasPrefix(".") ? String(name.dropFirst()) : name)"
        }
        let remedy = "correct model.json as Models/README.md describes it, or copy the folder again"
        switch error {
        case .keyNotFound(let missing, let context):
            self.init(.malformedDescription, "is missing", at: key(context.codingPath + [missing]), remedy: remedy)
        case .valueNotFound(_, let context):
            self.init(.malformedDescription, "is null", at: key(context.codingPath), remedy: remedy)
        case .typeMismatch(let type, let context):
            self.init(.malformedDescription, "is not of type \(type)", at: key(context.codingPath), remedy: remedy)
        case .dataCorrupted(let context):
            if context.codingPath.map(\.stringValue) == ["architecture"] {
                let known = Architecture.allCases.map(\.rawValue).joined(separator: ", ")
                self.init(
                    .unknownArchitecture, "is \"\(context.debugDescription)\", which this program does not know (it knows \(known))", at: key(context.codingPath),
                    remedy: "take a model of one of these architectures")
            } else if context.codingPath.isEmpty {
                self.init(.malformedDescription, "is not valid JSON", at: path, remedy: remedy)
            } else {
                self.init(.malformedDescription, context.debugDescription, at: key(context.codingPath), remedy: remedy)
            }
        @unknown default:
            self.init(.malformedDescription, "can't be read", at: path, remedy: remedy)
        }
    }
}
