import Foundation
import Inference
import Testing

@Suite struct TorchXRayVisionTests {
    private static let network = Network(.denseNet121, input: Shape(rows: 224, columns: 224, channels: 1), outputs: 18)

    /// A state dict of the package's DenseNet, as `safetensors` writes it.
    private func stateDict(_ folder: ModelFolderOnDisk, adding extra: [String: StoredTensor] = [:]) throws -> String {
        let tensors = seededTensors(Self.network).merging(extra) { $1 }
        try folder.write("state.safetensors", safetensors(tensors))
        return folder.path + "/state.safetensors"
    }

    private static let stored = (try? StoredReference.load().seededNetworks.filter { $0.architecture == .denseNet121 }) ?? []

    @Test func anImportedModelGivesTheLogitsOfThePackagesOwnClass() throws {
        let folder = try ModelFolderOnDisk()
        let model = try ModelFolder.importTorchXRayVision(
            weights: try stateDict(folder), to: folder.path + "/imported", name: "nih", version: "1", trainedOn: "nih")
        #expect(!Self.stored.isEmpty)
        for stored in Self.stored {
            let input = ReferenceInput(seed: stored.seed, low: stored.low, high: stored.high).values(count: 224 * 224)
            let difference = largestDifference(try model.makeWorker().logits([input]), stored.logits)
            print("imported, \(stored): largest difference to torchxrayvision \(difference)")
            #expect(difference <= 1e-4)
        }
    }

    @Test func labelsAndOperatingPointsAreThoseThePackagePublishes() throws {
        let folder = try ModelFolderOnDisk()
        let model = try ModelFolder.importTorchXRayVision(
            weights: try stateDict(folder), to: folder.path + "/imported", name: "nih", version: "1", trainedOn: "nih")
        // torchxrayvision 1.5.7, models.py, model_urls['nih'].
        #expect(model.description.labels.count == 18)
        #expect(model.description.labels.prefix(4) == ["Atelectasis", "Consolidation", "Infiltration", "Pneumothorax"])
        #expect(model.description.labels.suffix(5) == ["Hernia", "", "", "", ""])
        #expect(model.description.calibration?["Effusion"] == .operatingPoint(threshold: 0.038744126))
        #expect(model.description.calibration?.count == 14)
        #expect(model.description.preprocessing.normalise == .range(low: -1024, high: 1024))
        #expect(model.description.approved == nil, "an imported model is nobody's until somebody approves it")
        #expect(model.description.thresholds == nil)
    }

    @Test func theFilesOwnOperatingPointsAreTakenWhereItsOriginIsNotKnown() throws {
        let folder = try ModelFolderOnDisk()
        var points = [Float](repeating: 0.25, count: 18)
        points[3] = .nan
        let path = try stateDict(folder, adding: ["op_threshs": StoredTensor(points, shape: [18])])
        let model = try ModelFolder.importTorchXRayVision(
            weights: path, to: folder.path + "/imported", name: "own", version: "1", trainedOn: nil)
        #expect(model.description.labels == TorchXRayVision.defaultLabels)
        #expect(model.description.calibration?["Atelectasis"] == .operatingPoint(threshold: 0.25))
        #expect(model.description.calibration?["Pneumothorax"] == nil)
    }

    @Test func anImportLeavesNothingBehindWhereItFails() throws {
        let folder = try ModelFolderOnDisk()
        let target = folder.path + "/imported"
        var tensors = seededTensors(Self.network)
        tensors["features.norm5.bias"] = nil
        try folder.write("state.safetensors", safetensors(tensors))
        let error = #expect(throws: InferenceError.self) {
            try ModelFolder.importTorchXRayVision(
                weights: folder.path + "/state.safetensors", to: target, name: "x", version: "1", trainedOn: nil)
        }
        #expect(error?.code == .missingTensor && error?.location.hasSuffix("features.norm5.bias") == true)
        #expect(!FileManager.default.fileExists(atPath: target) && !FileManager.default.fileExists(atPath: target + ".part"))
    }

    @Test func aFolderThatIsThereIsNotOverwritten() throws {
        let folder = try ModelFolderOnDisk()
        let error = #expect(throws: InferenceError.self) {
            try ModelFolder.importTorchXRayVision(
                weights: folder.path + "/state.safetensors", to: folder.path, name: "x", version: "1", trainedOn: nil)
        }
        #expect(error?.what == "is there already")
    }

    @Test func weightsOfAnotherNetworkAreRefused() throws {
        let folder = try ModelFolderOnDisk()
        let lite0 = Network(.efficientNetLite0, input: Shape(rows: 32, columns: 32, channels: 1), outputs: 3)
        try folder.write("state.safetensors", safetensors(seededTensors(lite0)))
        let error = #expect(throws: InferenceError.self) {
            try ModelFolder.importTorchXRayVision(
                weights: folder.path + "/state.safetensors", to: folder.path + "/imported", name: "x", version: "1", trainedOn: "all")
        }
        #expect(error?.code == .wrongShape)
    }

    @Test func aDownloadedFileIsKnownByItsName() {
        #expect(TorchXRayVision.trainedOn(fileName: "nih-densenet121-d121-tw-lr001-rot45-tr15-sc15-seed0-best.pt") == "nih")
        #expect(TorchXRayVision.trainedOn(fileName: "mine.pt") == nil)
    }
}
