import Foundation
import Inference
import Testing

extension PreprocessingRecipe {
    /// Of the size that the recipe itself ends with.
    fileprivate func input(_ image: FloatImage) throws -> [Float] { try inputs(of: image, sizes: [resize[resize.count - 1].to])[0] }
}

@Suite struct PreprocessingTests {
    private static func recipe(_ size: Int, _ filter: PreprocessingRecipe.Filter, crop: PreprocessingRecipe.Crop = .none)
        -> PreprocessingRecipe
    {
        // 0…1 stays 0…1, so that a step's own result can be seen.
        PreprocessingRecipe(
            crop: crop, resize: [PreprocessingRecipe.Resize(to: size, filter: filter)], normalise: .range(low: 0, high: 1))
    }

    @Test(arguments: try StoredReference.load().resampled)
    func eightBitResamplingIsPillowsToTheGreyLevel(_ stored: StoredReference.ResampledCase) throws {
        let film = Seeded.film(rows: stored.rows, columns: stored.columns).map { Float($0) / 255 }
        let found = try PreprocessingTests.recipe(stored.size, .pillowBilinear8Bit)
            .input(FloatImage(rows: stored.rows, columns: stored.columns, values: film))
        let expected = try [UInt8](StoredReference.fixture("\(stored.name).pillow.u8"))
        let different = zip(found, expected).count { UInt8(($0 * 255).rounded()) != $1 }
        #expect(found.count == expected.count)
        #expect(different == 0, "\(stored): \(different) of \(expected.count) grey levels differ")
    }

    @Test(arguments: try StoredReference.load().resampled)
    func antialiasedResamplingIsTorchsWithinARounding(_ stored: StoredReference.ResampledCase) throws {
        let film = Seeded.film(rows: stored.rows, columns: stored.columns).map { Float($0) / 255 }
        let found = try PreprocessingTests.recipe(stored.size, .bilinearAntialias)
            .input(FloatImage(rows: stored.rows, columns: stored.columns, values: film))
        let expected = try StoredReference.fixture("\(stored.name).torch.f32").withUnsafeBytes { bytes in
            (0..<bytes.count / 4).map { Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self))) }
        }
        let difference = largestDifference(found, expected)
        print("\(stored): largest difference to torch \(difference)")
        #expect(difference <= 1e-5)
    }

    @Test func theCentreSquareIsCutFromTheLongerSide() throws {
        // 2 rows of 5: the square starts at column ⌊3 / 2⌋ = 1.
        let pixels: [Float] = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
        let recipe = PreprocessingTests.recipe(2, .bilinearAntialias, crop: .centreSquare)
        #expect(try recipe.input(FloatImage(rows: 2, columns: 5, values: pixels)) == [0.1, 0.2, 0.6, 0.7])
        #expect(try recipe.input(FloatImage(rows: 5, columns: 2, values: pixels)) == [0.2, 0.3, 0.4, 0.5])
    }

    @Test func standardisedImagesHaveMeanZeroAndUnitSampleDeviation() {
        let values = Normalisation.perImageStandard(epsilon: 1e-9).applied(to: [0.25, 0.5, 0.75])
        #expect(largestDifference(values, [-1, 0, 1]) < 1e-6)
        #expect(Normalisation.perImageStandard(epsilon: 0.001).applied(to: [0.5, 0.5]) == [0, 0])
    }

    @Test func aRangeIsTorchxrayvisionsNormalisation() {
        #expect(Normalisation.range(low: -1024, high: 1024).applied(to: [0, 0.5, 1]) == [-1024, 0, 1024])
    }

    @Test(arguments: [
        (pixels: [Float](repeating: 0.5, count: 5), rows: 2, columns: 3), (pixels: [Float](), rows: 0, columns: 0),
        (pixels: [0.5, .nan, 0.5, 0.5], rows: 2, columns: 2), (pixels: [0.5, 0.5, 1.5, 0.5], rows: 2, columns: 2),
        (pixels: [0.5], rows: -1, columns: -1), (pixels: [0.5], rows: 70_000, columns: 1),
        (pixels: [-Float.infinity, 0, 0, 0], rows: 2, columns: 2),
    ])
    func anImageThatIsNoneIsRefused(pixels: [Float], rows: Int, columns: Int) {
        for filter in [PreprocessingRecipe.Filter.pillowBilinear8Bit, .bilinearAntialias] {
            let error = #expect(throws: InferenceError.self) {
                try PreprocessingTests.recipe(2, filter).input(FloatImage(rows: rows, columns: columns, values: pixels))
            }
            #expect(error?.code == .invalidImage)
        }
    }

    /// Weights sum to 1 but for their rounding: what comes out of one step may lie a little above 1, and goes into the next.
    @Test(arguments: [1760, 2000, 2543])
    func aWhiteFilmIsAnImage(side: Int) throws {
        let recipe = PreprocessingRecipe(
            crop: .centreSquare, resize: [.init(to: 256, filter: .bilinearAntialias), .init(to: 224, filter: .bilinearAntialias)],
            normalise: .range(low: 0, high: 1))
        let film = try FloatImage(rows: side, columns: side, values: [Float](repeating: 1, count: side * side))
        for input in try recipe.inputs(of: film, sizes: [224, 144]) {
            #expect(input.allSatisfy { abs($0 - 1) < 1e-5 })
        }
        let pillow = PreprocessingRecipe(
            crop: .centreSquare, resize: [.init(to: 256, filter: .bilinearAntialias), .init(to: 64, filter: .pillowBilinear8Bit)],
            normalise: .range(low: 0, high: 1))
        #expect(try pillow.input(film).allSatisfy { $0 == 1 })
    }

    @Test func aSinglePixelIsAnImage() throws {
        let one = try PreprocessingTests.recipe(4, .pillowBilinear8Bit).input(FloatImage(rows: 1, columns: 1, values: [1]))
        #expect(one == [Float](repeating: 1, count: 16))
    }
}
