import Inference
import Testing

/// Each layer against its naive twin, on random shapes.
@Suite struct LayerTests {
    static let seeds: [UInt64] = Array(1...12)

    @Test(arguments: seeds)
    func aPointwiseConvolutionIsOneProductOverThePixels(seed: UInt64) throws {
        var bench = LayerBench(seed)
        let input = Shape(rows: bench.size(1...19), columns: bench.size(1...19), channels: bench.size(1...70))
        let outputs = bench.size(1...70)
        let output = Shape(rows: input.rows, columns: input.columns, channels: outputs)
        let layer = PointwiseConvolution(
            input: bench.slice(input), output: bench.flip() ? bench.slice(output) : bench.padded(output),
            weights: bench.values(input.channels * outputs),
            normalisation: bench.flip() ? bench.scaleShift(input.channels) : nil,
            epilogue: bench.flip() ? Epilogue(bias: bench.values(outputs), activation: bench.activation()) : nil,
            // Small enough that several rounds are needed.
            scratch: bench.scratch(max(input.channels + 16 + outputs, bench.size(200...4000))))
        bench.check(layer)
    }

    @Test(arguments: seeds)
    func aSkipConnectionIsAddedBeforeTheActivation(seed: UInt64) throws {
        var bench = LayerBench(seed)
        let input = Shape(rows: bench.size(1...9), columns: bench.size(1...9), channels: bench.size(1...40))
        let output = Shape(rows: input.rows, columns: input.columns, channels: bench.size(1...40))
        let skip = bench.flip() ? bench.slice(output) : bench.padded(output)
        let layer = PointwiseConvolution(
            input: bench.slice(input), output: bench.slice(output),
            weights: bench.values(input.channels * output.channels),
            epilogue: Epilogue(bias: bench.values(output.channels), activation: .identity, skip: skip),
            scratch: bench.scratch(4000))
        let added = bench.values(output.count)
        bench.check(layer, writing: (added, skip)) { naive in zip(naive, added).map { $0 + $1 } }
    }

    @Test(arguments: seeds)
    func aConvolutionIsAProductOfPatches(seed: UInt64) throws {
        var bench = LayerBench(seed)
        let kernel = [1, 3, 5, 7][bench.size(0...3)]
        let stride = bench.size(1...2)
        let input = Shape(
            rows: bench.size(kernel...20), columns: bench.size(kernel...20), channels: bench.size(1...20))
        let padding =
            bench.flip()
            ? Padding(kernel / 2) : Padding.same(rows: input.rows, columns: input.columns, kernel: kernel, stride: stride)
        let output = input.windowed(kernel: kernel, stride: stride, padding: padding, channels: bench.size(1...40))
        let patch = kernel * kernel * input.channels
        let layer = Convolution(
            input: bench.padded(input, padding), output: bench.flip() ? bench.slice(output) : bench.padded(output),
            kernel: kernel, stride: stride, weights: bench.values(patch * output.channels),
            epilogue: bench.flip() ? Epilogue(bias: bench.values(output.channels), activation: bench.activation()) : nil,
            scratch: bench.scratch(max(patch + output.channels, bench.size(500...8000))))
        bench.check(layer)
    }

    @Test(arguments: seeds)
    func aDepthwiseConvolutionKeepsChannelsApart(seed: UInt64) throws {
        var bench = LayerBench(seed)
        let kernel = bench.flip() ? 3 : 5
        let stride = bench.size(1...2)
        let input = Shape(
            rows: bench.size(kernel...18), columns: bench.size(kernel...18), channels: bench.size(1...80))
        let padding = Padding.same(rows: input.rows, columns: input.columns, kernel: kernel, stride: stride)
        let output = input.windowed(kernel: kernel, stride: stride, padding: padding, channels: input.channels)
        let layer = DepthwiseConvolution(
            input: bench.padded(input, padding), output: bench.flip() ? bench.slice(output) : bench.padded(output),
            kernel: kernel, stride: stride, weights: bench.values(kernel * kernel * input.channels),
            bias: bench.values(input.channels), activation: bench.activation())
        bench.check(layer)
    }

    @Test(arguments: seeds)
    func normalisationAndPoolingAgreeWithTheirDefinitions(seed: UInt64) throws {
        var bench = LayerBench(seed)
        let shape = Shape(rows: bench.size(3...17), columns: bench.size(3...17), channels: bench.size(1...40))
        let halved = Shape(rows: shape.rows / 2, columns: shape.columns / 2, channels: shape.channels)
        bench.check(
            NormalisationLayer(
                input: bench.slice(shape), output: bench.slice(shape), normalisation: bench.scaleShift(shape.channels)))
        bench.check(
            NormalisedAveragePooling(
                input: bench.slice(shape), output: bench.padded(halved), normalisation: bench.scaleShift(shape.channels)))
        let stride = bench.size(1...2)
        let pooled = shape.windowed(kernel: 3, stride: stride, padding: Padding(1), channels: shape.channels)
        bench.check(
            MaximumPooling(
                input: bench.slice(shape), output: bench.slice(pooled), kernel: 3, stride: stride, padding: Padding(1)))
        let one = Shape(rows: 1, columns: 1, channels: shape.channels)
        bench.check(GlobalAverage(input: bench.slice(shape), output: bench.padded(one, .none)))
    }

    @Test(arguments: seeds)
    func theClassifierIsAMatrixAndABias(seed: UInt64) throws {
        var bench = LayerBench(seed)
        let input = Shape(rows: 1, columns: 1, channels: bench.size(1...300))
        let output = Shape(rows: 1, columns: 1, channels: bench.size(1...30))
        bench.check(
            Linear(
                input: bench.padded(input, .none), output: bench.padded(output, .none),
                weights: bench.values(input.channels * output.channels), bias: bench.values(output.channels)))
    }

    @Test func aFoldedNormalisationIsTheOriginal() {
        let folded = ScaleShift(weight: [2, 0.5], bias: [1, -1], mean: [3, 4], variance: [0.24, 8.99], epsilon: 0.01)
        // (x − mean) / √(variance + epsilon) · weight + bias at x = 5: 2 / 0.5 · 2 + 1 and 1 / 3 · 0.5 − 1.
        #expect(largestDifference(zip(folded.scale, folded.shift).map { 5 * $0 + $1 }, [9, -5.0 / 6]) < 1e-5)
    }

    @Test func paddingIsTensorFlowsSame() {
        #expect(Padding.same(rows: 224, columns: 224, kernel: 3, stride: 2) == Padding(top: 0, left: 0, bottom: 1, right: 1))
        #expect(Padding.same(rows: 56, columns: 56, kernel: 5, stride: 2) == Padding(top: 1, left: 1, bottom: 2, right: 2))
        #expect(Padding.same(rows: 7, columns: 7, kernel: 5, stride: 1) == Padding(2))
    }

    @Test func memoryThatIsReleasedIsUsedAgain() {
        var layout = ArenaLayout()
        let first = layout.reserve(100)
        let second = layout.reserve(50)
        let third = layout.reserve(10)
        layout.release(first)
        layout.release(second)
        #expect(layout.reserve(160) == first)
        layout.release(third)
        #expect(layout.reserve(400) >= 160)
        #expect(layout.count < 700)
    }
}
