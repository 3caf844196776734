import Foundation
import Inference
import Testing

@Suite struct NetworkReferenceTests {
    /// The project's promise: logits equal to PyTorch's within 1e-4.
    static let tolerance: Float = 1e-4

    @Test(arguments: try StoredReference.load().seededNetworks, Engine.allCases)
    func theLogitsAreThoseOfPyTorch(_ stored: StoredReference.SeededNetwork, with engine: Engine) throws {
        let folder = try ModelFolderOnDisk()
        let network = Network(
            stored.architecture, input: Shape(rows: 224, columns: 224, channels: 1), outputs: stored.outputs)
        let reference = ReferenceInput(seed: stored.seed, low: stored.low, high: stored.high)
        try folder.write(
            stored.architecture, tensors: seededTensors(network), outputs: stored.outputs, reference: reference,
            logits: stored.logits)
        let weights = try SafetensorsFile(path: "\(folder.path)/weights.safetensors")
        for kernels in Kernels.available {
            let plan = try Plan(network, weights: weights, engine: engine, kernels: kernels, threads: 2)
            for isAlone in [true, false] {
                let logits = try ForwardPass([plan]).logits([reference.values(count: 224 * 224)], isAlone: isAlone)
                let difference = largestDifference(logits, stored.logits)
                print("\(stored): largest difference to PyTorch \(difference), \(engine.rawValue), \(kernels.name), \(isAlone ? 2 : 1) threads")
                #expect(difference <= NetworkReferenceTests.tolerance, "\(engine.rawValue), \(kernels.name), \(isAlone ? 2 : 1) threads")
            }
        }
    }

    @Test(arguments: try StoredReference.load().shippedModel)
    func theShippedModelScoresAFilmAsItsTrainingLibrariesDo(_ stored: StoredReference.ShippedCase) throws {
        let model = try ModelFolder.load(shippedFolder)
        let worker = model.makeWorker()
        let film = Seeded.film(rows: stored.rows, columns: stored.columns).map { Float($0) / 255 }
        let score = try worker.score(FloatImage(rows: stored.rows, columns: stored.columns, values: film))
        let shown = model.description.labels.indices.filter { !model.description.labels[$0].isEmpty }
        let difference = largestDifference(score.findings.map(\.logit), shown.map { stored.logits[$0] })
        print("\(stored): largest difference to PyTorch \(difference)")
        // The input's own rounding is part of the difference.
        #expect(difference <= 1e-3)
        #expect(score.findings.map(\.label) == ["abnormal", "pneumonia", "effusion"])
    }

    @Test(arguments: EngineChoice.allCases)
    func theShippedModelChecksItselfAtLoading(with choice: EngineChoice) throws {
        let model = try ModelFolder.load(shippedFolder, settings: EngineSettings(engine: choice))
        #expect(choice == .auto || model.engine.name == choice.rawValue)
        print("shipped model, \(model.engine.name) on \(model.engine.coreName): largest difference to its stated logits \(model.referenceDifference)")
        #expect(model.referenceDifference <= NetworkReferenceTests.tolerance)
        #expect(model.warnings.isEmpty)
        #expect(model.network.features == Shape(rows: 7, columns: 7, channels: 1280))
    }

    /// bf16 keeps 8 bits of each factor. The reference input is noise, which no film is: the card has the differences on films.
    @Test(arguments: Kernels.available)
    func theShippedModelSurvivesBF16(kernels: Kernels) throws {
        let model = try ModelFolder.load(shippedFolder)
        let weights = try SafetensorsFile(path: "\(shippedFolder)/\(model.description.weights)")
        let pool = ConstantPool()
        let plans = try model.plans.map { try Plan($0.network, weights: weights, engine: .native, precision: .bf16, kernels: kernels, pool: pool) }
        let logits = try ForwardPass(plans).logits(model.referenceInputs)
        let difference = largestDifference(logits, model.description.reference.logits)
        print("shipped model with bf16, \(kernels.name): largest difference \(difference)")
        #expect(difference > 1e-6)
        #expect(difference <= ModelFolder.Limits().bf16Tolerance)
    }

    /// Where a band of one row no longer fits a thread's scratch, a block is made of its three layers.
    @Test(arguments: [Precision.f32, .bf16])
    func aNetworkOfAnySizeHasAPlan(precision: Precision) throws {
        let model = try ModelFolder.load(shippedFolder)
        let weights = try SafetensorsFile(path: "\(shippedFolder)/\(model.description.weights)")
        for size in [33, 300, 1024] {
            let network = Network(.efficientNetLite0, input: Shape(rows: size, columns: size, channels: 1), outputs: model.description.labels.count)
            let plans = try [Engine.openBLAS, .native].map { try Plan(network, weights: weights, engine: $0, precision: $0 == .native ? precision : .f32) }
            let logits = try plans.map { try ForwardPass([$0]).logits([ReferenceInput(seed: 3, low: -2, high: 2).values(count: size * size)]) }
            #expect(largestDifference(logits[0], logits[1]) <= (precision == .f32 ? 1e-4 : 0.2), "\(size)")
        }
    }

    @Test func bf16IsRefusedWhereNothingHasIt() throws {
        let choices: [EngineChoice] = Kernels.best.hasBF16 ? [.openBLAS] : [.openBLAS, .auto, .native]
        for choice in choices {
            let error = #expect(throws: InferenceError.self) {
                try ModelFolder.load(shippedFolder, settings: EngineSettings(engine: choice, precision: .bf16))
            }
            #expect(error?.code == .unavailablePrecision)
        }
    }

    @Test func workersOfOneModelGiveTheSameLogitsAtTheSameTime() async throws {
        let model = try ModelFolder.load(shippedFolder)
        let expected = model.description.reference.logits
        let inputs = model.referenceInputs
        let differences = try await withThrowingTaskGroup(of: Float.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let worker = model.makeWorker()
                    var largest: Float = 0
                    for _ in 0..<3 { largest = max(largest, largestDifference(try worker.logits(inputs), expected)) }
                    return largest
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(differences.count == 4)
        #expect(differences.allSatisfy { $0 <= NetworkReferenceTests.tolerance })
    }

    @Test func anImageLeavesNothingBehindForTheNext() throws {
        let model = try ModelFolder.load(shippedFolder)
        let worker = model.makeWorker()
        let first = model.referenceInputs
        let before = try worker.logits(first)
        let other = first.map { ReferenceInput(seed: 7, low: -8, high: 8).values(count: $0.count) }
        let between = try worker.logits(other)
        #expect(between != before)
        #expect(try worker.logits(first) == before)
    }
}
