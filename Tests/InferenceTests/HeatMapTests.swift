import Foundation
import Inference
import Testing

/// Synthetic films of the sample studies, 256 × 256, as `scripts/reference/heatmap_films.py` cut them out.
private func film(_ name: String) throws -> [Float] {
    try StoredReference.fixture("\(name).256.u8").map { Float($0) / 255 }
}

private let abnormalFilms = ["effusion", "child-pneumonia"]

@Suite struct HeatMapTests {
    private let model: Model

    init() throws { model = try ModelFolder.load(shippedFolder) }

    private func map(_ label: String, of film: [Float], by model: Model) throws -> (map: HeatMap, logit: Float) {
        let worker = model.makeWorker()
        let score = try worker.score(FloatImage(rows: 256, columns: 256, values: film))
        let finding = try #require(score.findings.first { $0.label == label })
        return (try #require(worker.heatMap(label)), finding.logit)
    }

    @Test(arguments: abnormalFilms)
    func theMapLeavesNothingOutOfTheLogit(name: String) throws {
        let film = try film(name)
        for label in model.description.labels where !label.isEmpty {
            let (map, logit) = try map(label, of: film, by: model)
            #expect(map.values.count == 49)
            #expect(abs(map.values.reduce(0, +) / 49 + map.bias - logit) < 1e-3, "\(label)")
        }
    }

    @Test func aLabelThatIsNotShownHasNoMap() throws {
        let worker = model.makeWorker()
        _ = try worker.score(FloatImage(rows: 256, columns: 256, values: film("effusion")))
        #expect(worker.heatMap("") == nil)
        #expect(worker.heatMap("pneumothorax") == nil)
    }

    /// Adebayo et al. 2018: a map that survives random weights shows the film, not what the model knows.
    @Test(arguments: abnormalFilms)
    func randomWeightsDestroyTheMap(name: String) throws {
        let film = try film(name)
        let folder = try ModelFolderOnDisk()
        let outputs = model.description.labels.count
        let seeded = Network(model.description.architecture, input: model.network.input, outputs: outputs)
        try folder.write("weights.safetensors", safetensors(seededTensors(seeded)))
        let plan = try Plan(seeded, weights: SafetensorsFile(path: "\(folder.path)/weights.safetensors"))
        let reference = model.description.reference.input
        try folder.write(
            model.description.architecture, tensors: seededTensors(seeded), outputs: outputs, reference: reference,
            logits: try ForwardPass([plan]).logits([reference.values(count: seeded.input.count)])
        ) {
            $0["labels"] = model.description.labels
            $0["preprocessing"] = ["crop": "centre-square", "resize": [["to": 224, "filter": "bilinear-antialias"]], "normalise": ["kind": "per-image-standard", "epsilon": 0.001]]
        }
        let random = try ModelFolder.load(folder.path)
        let trained = try map("abnormal", of: film, by: model).map.values
        let scrambled = try map("abnormal", of: film, by: random).map.values
        let alike = correlation(trained, scrambled)
        print("\(name): correlation of the maps by trained and by random weights \(alike)")
        #expect(abs(alike) < 0.5)
    }

    /// Occlusion (Zeiler and Fergus 2014): what the map calls strong carries the finding, and what it calls weak does not.
    @Test(arguments: abnormalFilms)
    func coveringWhatTheMapPointsAtLowersTheScore(name: String) throws {
        let film = try film(name)
        let (map, logit) = try map("abnormal", of: film, by: model)
        let order = map.values.indices.sorted { map.values[$0] > map.values[$1] }
        let without = try self.map("abnormal", of: covered(film, cells: order.prefix(12)), by: model).logit
        let withoutOthers = try self.map("abnormal", of: covered(film, cells: order.suffix(12)), by: model).logit
        print("\(name): logit \(logit), strongest cells covered \(without), weakest covered \(withoutOthers)")
        #expect(without < logit)
        #expect(without < withoutOthers)
    }

    /// A quarter of the 7 × 7 cells painted with the film's own mean, so that brightness stays as it was.
    private func covered(_ film: [Float], cells: some Sequence<Int>) -> [Float] {
        let mean = film.reduce(0, +) / Float(film.count)
        var film = film
        for cell in cells {
            let (row, column) = cell.quotientAndRemainder(dividingBy: 7)
            for y in (row * 256 / 7)..<((row + 1) * 256 / 7) {
                for x in (column * 256 / 7)..<((column + 1) * 256 / 7) { film[y * 256 + x] = mean }
            }
        }
        return film
    }

    private func correlation(_ one: [Float], _ other: [Float]) -> Float {
        let count = Float(one.count)
        let (a, b) = (one.reduce(0, +) / count, other.reduce(0, +) / count)
        var (top, left, right): (Float, Float, Float) = (0, 0, 0)
        for (x, y) in zip(one, other) {
            top += (x - a) * (y - b)
            left += (x - a) * (x - a)
            right += (y - b) * (y - b)
        }
        return top / (left * right).squareRoot()
    }
}

@Suite struct HeatMapValueTests {
    @Test func theStrongestCellIsOneAndWhatSpeaksAgainstIsNothing() {
        let map = HeatMap(label: "effusion", rows: 1, columns: 3, values: [-4, 2, 8], bias: 0)
        #expect(map.strengths == [0, 0.25, 1])
    }

    @Test func onAnotherGridAMapKeepsItsMean() {
        let map: [Float] = [1, 2, 3, 4, 5, 6, 7, 8, 10]
        // Each of 2 × 2 cells covers one whole cell of 3 × 3, two halves and a quarter.
        let smaller = HeatMap.resized(map, rows: 3, columns: 3, toRows: 2, columns: 2)
        #expect(largestDifference(smaller, [21.0 / 9, 33.0 / 9, 57.0 / 9, 73.0 / 9]) < 1e-5)
        for size in [1, 2, 4, 7] {
            let other = HeatMap.resized(map, rows: 3, columns: 3, toRows: size, columns: size)
            let mean = other.reduce(0, +) / Float(other.count)
            #expect(abs(mean - 46.0 / 9) < 1e-5)
        }
        #expect(HeatMap.resized(map, rows: 3, columns: 3, toRows: 3, columns: 3) == map)
    }

    @Test func aMapWithNothingForTheFindingIsEmpty() {
        let map = HeatMap(label: "effusion", rows: 1, columns: 2, values: [-4, -1], bias: 0)
        #expect(map.strengths == [0, 0])
        #expect(map.centre == nil)
    }

    @Test func theCentreIsWhereTheStrongHalfLies() throws {
        // Lower right of 2 × 2 alone; then the two lower ones alike.
        let corner = try #require(HeatMap(label: "x", rows: 2, columns: 2, values: [0, 1, 0, 8], bias: 0).centre)
        #expect(corner == (0.75, 0.75))
        let bottom = try #require(HeatMap(label: "x", rows: 2, columns: 2, values: [0, 0, 8, 8], bias: 0).centre)
        #expect(bottom == (0.5, 0.75))
    }
}
