import Foundation
import Inference
import Testing

@Suite struct ScoreTests {
    @Test(arguments: [
        (Calibration.platt(a: 2, b: -1), 0.5, 0.5), (.temperature(2), 0, 0.5), (.temperature(2), 2, sigmoid(1)),
        (.isotonic(logits: [-1, 0, 2], probabilities: [0.1, 0.3, 0.9]), 1, 0.6),
        (.isotonic(logits: [-1, 0, 2], probabilities: [0.1, 0.3, 0.9]), -5, 0.1),
        (.isotonic(logits: [-1, 0, 2], probabilities: [0.1, 0.3, 0.9]), 5, 0.9),
        (.isotonic(logits: [-1, 0, 2], probabilities: [0.1, 0.3, 0.9]), 0, 0.3),
        // torchxrayvision's op_norm: the threshold falls on one half, 0 stays 0, 1 stays 1.
        (.operatingPoint(threshold: 0.5), 0, 0.5), (.operatingPoint(threshold: 0.2), log(0.25), 0.5),
        (.operatingPoint(threshold: 0.2), 800, 1), (.operatingPoint(threshold: 0.2), -800, 0),
    ])
    func calibrationMapsLogitsToProbabilities(calibration: Calibration, logit: Double, expected: Double) {
        #expect(calibration.fault == nil)
        #expect(abs(calibration.probability(logit: logit) - expected) < 1e-12)
    }

    @Test func anOperatingPointIsNoProbability() {
        #expect(!Calibration.operatingPoint(threshold: 0.07).isProbability)
        #expect(Calibration.platt(a: 1, b: 0).isProbability)
    }

    @Test(arguments: [
        Calibration.platt(a: 1.5, b: 0.25), .temperature(0.7), .isotonic(logits: [0, 1], probabilities: [0, 1]),
        .operatingPoint(threshold: 0.07),
    ])
    func aCalibrationIsReadAsItWasWritten(calibration: Calibration) throws {
        #expect(try JSONDecoder().decode(Calibration.self, from: JSONEncoder().encode(calibration)) == calibration)
    }

    @Test(arguments: [
        Calibration.platt(a: -1, b: 0), .platt(a: .nan, b: 0), .temperature(-1), .isotonic(logits: [0], probabilities: [0]),
        .isotonic(logits: [0, 0], probabilities: [0, 1]), .isotonic(logits: [0, 1], probabilities: [1, 0]),
        .isotonic(logits: [0, 1], probabilities: [0, 1.5]), .operatingPoint(threshold: 0), .operatingPoint(threshold: 1),
    ])
    func aCalibrationThatTurnsTheOrderAroundIsRefused(calibration: Calibration) {
        #expect(calibration.fault != nil)
    }

    @Test func outputsWithoutALabelAreShownToNobody() throws {
        var description = try ModelFolder.load(shippedFolder).description
        description.labels = ["abnormal", "", "effusion"]
        description.calibration = ["effusion": .temperature(2)]
        let findings = description.findings(logits: [0, 3, 2])
        #expect(findings.map(\.label) == ["abnormal", "effusion"])
        #expect(findings.map(\.probability) == [0.5, sigmoid(1)])
        #expect(findings.map(\.logit) == [0, 2])
    }

    @Test func aScoreSaysWhatMadeIt() throws {
        let model = try ModelFolder.load(shippedFolder)
        let film = Seeded.film(rows: 64, columns: 80).map { Float($0) / 255 }
        let score = try model.makeWorker().score(FloatImage(rows: 64, columns: 80, values: film))
        #expect(score.engine == model.engine)
        #expect(score.probabilities.keys.sorted() == model.description.labels.filter { !$0.isEmpty }.sorted())
        #expect(score.gate != nil)
        #expect(score.findings.allSatisfy { (0...1).contains($0.probability) })
        #expect(score.milliseconds.network > 0)
    }

    @Test(arguments: [Float.nan, .infinity, 3e38])
    func aLogitThatIsNoNumberIsAnErrorNotAProbability(value: Float) throws {
        let model = try ModelFolder.load(shippedFolder)
        let worker = model.makeWorker()
        let inputs = model.referenceInputs.map { $0.indices.map { $0 % 2 == 0 ? value : -value } }
        do {
            // ReLU6 bounds what infinities do; whatever comes out is a number, or an error.
            #expect(try worker.logits(inputs).allSatisfy(\.isFinite))
            #expect(value.isFinite)
        } catch {
            #expect((error as? InferenceError)?.code == .invalidResult)
        }
        #expect(largestDifference(try worker.logits(model.referenceInputs), model.description.reference.logits) <= 1e-4)
    }

    @Test func anInputOfTheWrongSizeIsRefused() throws {
        let model = try ModelFolder.load(shippedFolder)
        let error = #expect(throws: InferenceError.self) { try model.makeWorker().logits(model.plans.map { _ in [0, 1, 2] }) }
        #expect(error?.code == .invalidImage)
    }
}
