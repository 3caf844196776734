import Foundation
import Inference
import Testing

/// A folder that is wrong in one respect is refused, and the sentence says in which.
@Suite struct ModelFolderTests {
    /// Small, so that a hundred loadings are quick.
    private static let size = 32
    private static let outputs = 3
    private static let network = Network(
        .efficientNetLite0, input: Shape(rows: size, columns: size, channels: 1), outputs: outputs)
    private static let reference = ReferenceInput(seed: 5, low: -2, high: 2)
    private static let tensors = seededTensors(network)

    /// What the network gives for the reference input, so that each folder is right but for what a test spoils.
    private static let logits = (try? computed(tensors)) ?? []

    private static func computed(_ tensors: [String: StoredTensor]) throws -> [Float] {
        let folder = try ModelFolderOnDisk()
        try folder.write("weights.safetensors", safetensors(tensors))
        let plan = try Plan(network, weights: SafetensorsFile(path: "\(folder.path)/weights.safetensors"))
        return try ForwardPass([plan]).logits([reference.values(count: network.input.count)])
    }

    private func load(
        tensors: [String: StoredTensor] = tensors, logits: [Float] = logits, change: (inout [String: Any]) -> Void = { _ in },
        spoil: (ModelFolderOnDisk) throws -> Void = { _ in }
    ) throws -> Model {
        let folder = try ModelFolderOnDisk()
        try folder.write(
            .efficientNetLite0, tensors: tensors, outputs: ModelFolderTests.outputs, size: ModelFolderTests.size,
            reference: ModelFolderTests.reference, logits: logits, change: change)
        try spoil(folder)
        return try ModelFolder.load(folder.path)
    }

    private func refusal(
        tensors: [String: StoredTensor] = tensors, logits: [Float] = logits, change: (inout [String: Any]) -> Void = { _ in },
        spoil: (ModelFolderOnDisk) throws -> Void = { _ in }
    ) -> InferenceError? {
        do {
            _ = try load(tensors: tensors, logits: logits, change: change, spoil: spoil)
            return nil
        } catch {
            return error as? InferenceError
        }
    }

    @Test func aCompleteFolderLoads() throws {
        let model = try load()
        #expect(model.referenceDifference <= 1e-4)
        #expect(model.description.input.madeFor.minimumAge == nil)
        #expect(model.plans.allSatisfy { $0.engine == model.engine })
        #expect(!model.engine.coreName.isEmpty)
    }

    @Test func aWrongChecksumIsNamed() throws {
        let error = refusal(spoil: { folder in
            try folder.write("weights.safetensors", safetensors(ModelFolderTests.tensors) + Data([0]))
        })
        #expect(error?.code == .wrongChecksum)
        #expect(error?.location.hasSuffix("weights.safetensors") == true)
    }

    @Test func aMissingTensorIsNamedWithItsShape() {
        var tensors = ModelFolderTests.tensors
        tensors["_blocks.3._bn1.running_mean"] = nil
        let error = refusal(tensors: tensors)
        #expect(error?.code == .missingTensor)
        #expect(error?.location.hasSuffix("tensor _blocks.3._bn1.running_mean") == true)
        #expect(error?.what.contains("[144]") == true)
    }

    @Test func aWrongShapeIsNamedBesideTheExpectedOne() {
        var tensors = ModelFolderTests.tensors
        tensors["_conv_head.weight"]?.shape = [320, 1280, 1, 1]
        let error = refusal(tensors: tensors)
        #expect(error?.code == .wrongShape)
        #expect(error?.what == "has shape [320, 1280, 1, 1]; [1280, 320, 1, 1] is expected")
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity])
    func weightsThatAreNoNumbersAreRefused(value: Float) {
        var tensors = ModelFolderTests.tensors
        tensors["_fc.bias"] = StoredTensor([0, value, 0], shape: [3])
        let error = refusal(tensors: tensors)
        #expect(error?.code == .invalidWeights)
        #expect(error?.location.hasSuffix("tensor _fc.bias") == true)
        #expect(error?.what.hasPrefix("element 1 is") == true)
    }

    @Test func aNegativeVarianceIsRefused() {
        var tensors = ModelFolderTests.tensors
        tensors["_bn0.running_var"] = StoredTensor([Float](repeating: -1, count: 32), shape: [32])
        #expect(refusal(tensors: tensors)?.code == .invalidWeights)
    }

    @Test func labelsThatAreNotAsManyAsOutputsAreRefused() {
        let error = refusal(change: {
            $0["labels"] = ["one", "two"]
            $0["reference"] = ["input": ["generator": "lcg-1664525-1013904223", "seed": 5, "low": -2, "high": 2], "logits": [0, 0]]
        })
        #expect(error?.code == .wrongShape)
        #expect(error?.what == "has shape [3, 1280]; [2, 1280] is expected")
    }

    @Test func anUnknownArchitectureIsAnsweredWithTheKnownOnes() {
        let error = refusal(change: { $0["architecture"] = "resnet50" })
        #expect(error?.code == .unknownArchitecture)
        #expect(error?.what.contains("densenet121-torchxrayvision") == true)
    }

    @Test func aModelOfSeveralSizesGivesTheMeanOfWhatItSeesAtEach() throws {
        let other = 96
        let folder = try ModelFolderOnDisk()
        try folder.write("weights.safetensors", safetensors(ModelFolderTests.tensors))
        let weights = try SafetensorsFile(path: "\(folder.path)/weights.safetensors")
        let (here, there) = (Self.network.input, Shape(rows: other, columns: other, channels: 1))
        let networks = [Self.network, Network(.efficientNetLite0, input: there, trained: here, outputs: Self.outputs)]
        let logits = try networks.map { try ForwardPass([Plan($0, weights: weights)]).logits([Self.reference.values(count: $0.input.count)]) }
        let mean = zip(logits[0], logits[1]).map { ($0 + $1) / 2 }
        #expect(largestDifference(logits[0], logits[1]) > 0.01)
        let model = try load(logits: mean) {
            var input = $0["input"] as? [String: Any] ?? [:]
            input["other_sizes"] = [other]
            $0["input"] = input
        }
        #expect(model.referenceDifference <= 1e-4)
        #expect(model.plans.map(\.input.shape.rows) == [here.rows, other])
        #expect(model.bytesPerWorker == model.plans.reduce(0) { $0 + 4 * $1.arenaCount })
    }

    @Test(arguments: [[ModelFolderTests.size], [144, 144], [16], [4096], [128, 144, 160, 192]])
    func otherSizesThatMakeNoSenseAreRefused(sizes: [Int]) {
        let error = refusal(change: {
            var input = $0["input"] as? [String: Any] ?? [:]
            input["other_sizes"] = sizes
            $0["input"] = input
        })
        #expect(error?.code == .invalidDescription)
        #expect(error?.location.hasSuffix("key input.other_sizes") == true)
    }

    @Test func aNetworkThatGivesOtherLogitsIsRefused() {
        var logits = ModelFolderTests.logits
        logits[1] += 0.01
        let error = refusal(logits: logits)
        #expect(error?.code == .referenceMismatch)
        #expect(error?.what.contains("finding-1") == true)
    }

    @Test func tensorsThatNobodyUsesAreOnlyWarnedOf() throws {
        var tensors = ModelFolderTests.tensors
        tensors["_extra.weight"] = StoredTensor([1], shape: [1])
        tensors["_bn0.num_batches_tracked"] = StoredTensor(type: "I64", shape: [], bytes: Data(repeating: 0, count: 8))
        let model = try load(tensors: tensors)
        #expect(model.warnings.count == 1)
        #expect(model.warnings.first?.contains("_extra.weight") == true)
    }

    @Test func aMissingFileIsNamed() {
        let first = refusal(spoil: { try FileManager.default.removeItem(atPath: "\($0.path)/model.json") })
        #expect(first?.location.hasSuffix("model.json") == true)
        let error = refusal(spoil: { try FileManager.default.removeItem(atPath: "\($0.path)/weights.safetensors") })
        #expect(error?.code == .unreadableFile)
        #expect(error?.location.hasSuffix("weights.safetensors") == true)
    }

    @Test(arguments: ["", "{", "[]", "null", "{\"name\": 3}", "\u{FEFF}"])
    func badJSONIsRefused(text: String) {
        #expect(refusal(spoil: { try $0.write("model.json", Data(text.utf8)) })?.code == .malformedDescription)
    }

    @Test(arguments: [
        "name", "version", "architecture", "weights", "sha256", "labels", "input", "preprocessing", "reference",
    ])
    func aMissingKeyIsNamed(key: String) {
        let error = refusal(change: { $0[key] = nil })
        #expect(error?.code == .malformedDescription)
        #expect(error?.location.hasSuffix("key \(key)") == true)
        #expect(error?.what == "is missing")
    }

    struct Contradiction: Sendable, CustomStringConvertible {
        var key: String
        var change: @Sendable (inout [String: Any]) -> Void

        var description: String { key }
    }

    static let contradictions: [Contradiction] = [
        Contradiction(key: "weights") { $0["weights"] = "../weights.safetensors" },
        Contradiction(key: "sha256") { $0["sha256"] = "abc" },
        Contradiction(key: "labels") { $0["labels"] = ["one", "one", "two"] },
        Contradiction(key: "labels") { $0["labels"] = ["", "", ""] },
        Contradiction(key: "calibration.absent") { $0["calibration"] = ["absent": ["kind": "temperature", "t": 1]] },
        Contradiction(key: "calibration.finding-0") { $0["calibration"] = ["finding-0": ["kind": "temperature", "t": 0]] },
        Contradiction(key: "calibration.finding-0") {
            $0["calibration"] = ["finding-0": ["kind": "isotonic", "logits": [1, 0], "probabilities": [0, 1]]]
        },
        Contradiction(key: "thresholds.urgent.finding-2") { $0["thresholds"] = ["urgent": ["finding-2": 1.5]] },
        Contradiction(key: "thresholds.rule_out.label") { $0["thresholds"] = ["rule_out": ["label": "absent", "below": 0.1]] },
        Contradiction(key: "thresholds.rule_out.sensitivity") {
            let sensitivity: [String: Any] = ["observed": 0.9, "low": 0.95, "high": 1, "abnormal": 10, "films": "validation"]
            $0["thresholds"] = ["rule_out": ["label": "finding-0", "below": 0.1, "sensitivity": sensitivity]]
        },
        Contradiction(key: "gate.output") { $0["gate"] = ["output": 3, "refuse_below": 0] },
        Contradiction(key: "gate.output") { $0["gate"] = ["output": 1, "refuse_below": 0] },
        Contradiction(key: "approved.by") { $0["approved"] = ["by": "", "on": "2026-11-26"] },
        Contradiction(key: "approved.on") { $0["approved"] = ["by": "Dr. Test", "on": "26.11.2026"] },
        Contradiction(key: "preprocessing.resize") {
            $0["preprocessing"] = ["crop": "none", "resize": [], "normalise": ["kind": "range", "low": 0, "high": 1]]
        },
        Contradiction(key: "preprocessing.normalise") {
            $0["preprocessing"] = [
                "crop": "none", "resize": [["to": 32, "filter": "bilinear-antialias"]],
                "normalise": ["kind": "range", "low": 1, "high": 1],
            ]
        },
    ]

    @Test(arguments: contradictions)
    func aDescriptionThatContradictsItselfIsRefused(_ contradiction: Contradiction) {
        let error = refusal(change: contradiction.change)
        #expect(error?.code == .invalidDescription)
        #expect(error?.location.hasSuffix("key \(contradiction.key)") == true, "\(error?.description ?? "loaded")")
    }

    @Test func anUnknownStepOfPreprocessingIsNamed() {
        let error = refusal(change: {
            $0["preprocessing"] = ["crop": "none", "resize": [["to": 32, "filter": "bicubic"]], "normalise": ["kind": "range"]]
        })
        #expect(error?.code == .malformedDescription)
        #expect(error?.location.hasSuffix("key preprocessing.resize[0].filter") == true, "\(error?.description ?? "loaded")")
    }

    @Test func halfPrecisionWeightsLoadAndGiveNearlyTheSameLogits() throws {
        let halves = Dictionary(
            uniqueKeysWithValues: ModelFolderTests.network.tensors.map {
                ($0.name, StoredTensor(half: Seeded.tensor($0.name, shape: $0.shape), shape: $0.shape))
            })
        let logits = try ModelFolderTests.computed(halves)
        #expect(try load(tensors: halves, logits: logits).referenceDifference <= 1e-4)
        let difference = largestDifference(logits, ModelFolderTests.logits)
        #expect(difference > 0 && difference < 0.1)
    }

    @Test func theGateRefusesWhatIsBelowItsThresholdAndShowsItsOutputToNobody() throws {
        let gate = ModelFolderTests.logits[2]
        for (threshold, isPassed) in [(Double(gate) - 0.01, true), (Double(gate) + 0.01, false)] {
            let model = try load(change: {
                $0["labels"] = ["finding-0", "finding-1", ""]
                $0["gate"] = ["output": 2, "refuse_below": threshold]
            })
            #expect(model.description.gateVerdict(logits: ModelFolderTests.logits)?.isPassed == isPassed)
            #expect(model.description.findings(logits: ModelFolderTests.logits).map(\.label) == ["finding-0", "finding-1"])
        }
    }
}
