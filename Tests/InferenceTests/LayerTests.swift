import Inference
import Testing

/// Each layer against its naive twin, on random shapes, with every set of kernels that this processor can run.
@Suite struct LayerTests {
    @Test(arguments: LayerCase.all)
    func aPointwiseConvolutionIsOneProductOverThePixels(given: LayerCase) throws {
        var bench = LayerBench(given)
        let input = Shape(rows: bench.size(1...19), columns: bench.size(1...19), channels: bench.size(1...300))
        let output = Shape(rows: input.rows, columns: input.columns, channels: bench.size(1...70))
        let (from, to) = (bench.slice(input), bench.flip() ? bench.slice(output) : bench.padded(output))
        let weights = bench.values(input.channels * output.channels)
        let normalisation = bench.flip() ? bench.scaleShift(input.channels) : nil
        let epilogue = bench.epilogue(output.channels)
        // For the product small enough that several rounds are needed.
        let small = bench.scratch(max(input.channels + 16 + output.channels, bench.size(200...4000)))
        let twin = Twin.pointwise(input, output, weights: weights, normalisation: normalisation, epilogue: epilogue)
        bench.check(
            PointwiseProduct(
                input: from, output: to, weights: weights, normalisation: normalisation, epilogue: epilogue, scratch: small, kernels: bench.kernels,
                pool: bench.pool), twin)
        let large = bench.scratch(Scratch.preferredCount)
        bench.check(
            TiledPointwise(
                input: from, output: to, weights: weights, normalisation: normalisation, epilogue: epilogue, scratch: large, kernels: bench.kernels,
                pool: bench.pool), twin)
    }

    @Test(arguments: LayerCase.all)
    func withBF16FactorsAreRoundedAndNothingElse(given: LayerCase) throws {
        var bench = LayerBench(given)
        let input = Shape(rows: bench.size(1...19), columns: bench.size(1...19), channels: bench.size(1...300))
        let output = Shape(rows: input.rows, columns: input.columns, channels: bench.size(1...70))
        let weights = bench.values(input.channels * output.channels)
        let normalisation = bench.flip() ? bench.scaleShift(input.channels) : nil
        let epilogue = bench.epilogue(output.channels)
        // A factor that lies between two numbers of bf16 may go to the other one here, where it was normalised with another rounding.
        bench.check(
            TiledPointwise(
                input: bench.slice(input), output: bench.padded(output), weights: weights, normalisation: normalisation, epilogue: epilogue,
                scratch: bench.scratch(Scratch.preferredCount), precision: .bf16, kernels: bench.kernels, pool: bench.pool),
            Twin.pointwise(input, output, weights: weights, normalisation: normalisation, epilogue: epilogue, precision: .bf16), tolerance: 1e-3)
    }

    @Test func bf16RoundsToTheNearestAndTiesToTheEvenOne() throws {
        // 1 + 1/128 is the next number after 1.
        let cases: [(Float, Float)] = [
            (1, 1), (1 + 0x1p-8, 1), (1 + 0x1.8p-7, 1 + 0x1p-6), (1 + 0x1.1p-8, 1 + 0x1p-7), (-1 - 0x1.1p-8, -1 - 0x1p-7), (0x1.ffp0, 2), (0, 0),
            (.infinity, .infinity),
        ]
        for kernels in Kernels.available {
            let shape = Shape(rows: 1, columns: cases.count + 1, channels: 1)
            let (from, to) = (TensorView(start: 0, shape: shape), TensorView(start: 16, shape: shape))
            let layer = TiledPointwise(
                input: from, output: to, weights: [1], epilogue: .none, scratch: Scratch(offset: 32), precision: .bf16, kernels: kernels, pool: ConstantPool())
            let arena = Arena(count: 32 + Scratch.preferredCount)
            (cases.map(\.0) + [.nan]).withUnsafeBufferPointer { from.write($0, on: arena.base) }
            layer.run(on: arena.base, share: .whole)
            let found = to.read(from: arena.base)
            #expect(Array(found.dropLast()) == cases.map(\.1), "\(kernels.name)")
            #expect(found.last?.isNaN == true, "\(kernels.name)")
        }
    }

    @Test(arguments: LayerCase.all)
    func aSkipConnectionIsAddedBeforeTheActivation(given: LayerCase) throws {
        var bench = LayerBench(given)
        let input = Shape(rows: bench.size(1...9), columns: bench.size(1...9), channels: bench.size(1...40))
        let output = Shape(rows: input.rows, columns: input.columns, channels: bench.size(1...40))
        let skip = bench.flip() ? bench.slice(output) : bench.padded(output)
        let (from, to) = (bench.slice(input), bench.slice(output))
        let weights = bench.values(input.channels * output.channels)
        let epilogue = bench.epilogue(output.channels, skip: skip)
        let added = bench.values(output.count)
        let scratch = bench.scratch(Scratch.preferredCount)
        let twin = Twin.pointwise(input, output, weights: weights, normalisation: nil, epilogue: epilogue, skip: added)
        bench.check(
            PointwiseProduct(input: from, output: to, weights: weights, epilogue: epilogue, scratch: scratch, kernels: bench.kernels, pool: bench.pool),
            twin, writing: (added, skip))
        bench.check(
            TiledPointwise(input: from, output: to, weights: weights, epilogue: epilogue, scratch: scratch, kernels: bench.kernels, pool: bench.pool),
            twin, writing: (added, skip))
    }

    @Test(arguments: LayerCase.all)
    func aConvolutionIsAProductOfPatches(given: LayerCase) throws {
        var bench = LayerBench(given)
        let kernel = [1, 3, 5, 7][bench.size(0...3)]
        let stride = bench.size(1...2)
        let input = Shape(rows: bench.size(kernel...20), columns: bench.size(kernel...20), channels: bench.size(1...20))
        let padding =
            bench.flip()
            ? Padding(kernel / 2) : Padding.same(rows: input.rows, columns: input.columns, kernel: kernel, stride: stride)
        let output = input.windowed(kernel: kernel, stride: stride, padding: padding, channels: bench.size(1...40))
        let patch = kernel * kernel * input.channels
        let (from, to) = (bench.padded(input, padding), bench.flip() ? bench.slice(output) : bench.padded(output))
        let weights = bench.values(patch * output.channels)
        let epilogue = bench.epilogue(output.channels)
        let scratch = bench.scratch(max(patch + output.channels, bench.size(500...8000)))
        let twin = Twin.convolution(input, output, kernel: kernel, stride: stride, padding: padding, weights: weights, epilogue: epilogue)
        bench.check(
            PatchProduct(
                input: from, output: to, kernel: kernel, stride: stride, weights: weights, epilogue: epilogue, scratch: scratch,
                kernels: bench.kernels, pool: bench.pool), twin)
        bench.check(
            TiledConvolution(
                input: from, output: to, kernel: kernel, stride: stride, weights: weights, epilogue: epilogue, kernels: bench.kernels,
                pool: bench.pool), twin)
    }

    @Test(arguments: LayerCase.all)
    func winogradsConvolutionIsTheConvolution(given: LayerCase) throws {
        var bench = LayerBench(given)
        let input = Shape(rows: bench.size(1...21), columns: bench.size(1...21), channels: bench.kernels.lanes * bench.size(1...9))
        let output = Shape(rows: input.rows, columns: input.columns, channels: bench.size(1...40))
        let (from, to) = (bench.padded(input, Padding(1)), bench.flip() ? bench.slice(output) : bench.padded(output))
        let weights = bench.values(9 * input.channels * output.channels)
        let skip = bench.slice(output)
        let added = bench.values(output.count)
        let epilogue = bench.epilogue(output.channels, skip: bench.flip() ? skip : nil)
        let scratch = bench.scratch(Scratch.preferredCount)
        let twin = Twin.convolution(
            input, output, kernel: 3, stride: 1, padding: Padding(1), weights: weights, epilogue: epilogue,
            skip: epilogue.skip == nil ? nil : added)
        bench.check(
            WinogradProduct(input: from, output: to, weights: weights, epilogue: epilogue, scratch: scratch, kernels: bench.kernels, pool: bench.pool),
            twin, writing: (added, skip))
        bench.check(
            TiledWinograd(input: from, output: to, weights: weights, epilogue: epilogue, scratch: scratch, kernels: bench.kernels, pool: bench.pool),
            twin, writing: (added, skip))
    }

    @Test(arguments: LayerCase.all)
    func aDepthwiseConvolutionKeepsChannelsApart(given: LayerCase) throws {
        var bench = LayerBench(given)
        let kernel = [3, 5, 7][bench.size(0...2)]
        let stride = bench.size(1...2)
        let input = Shape(rows: bench.size(kernel...18), columns: bench.size(kernel...18), channels: bench.size(1...80))
        let padding = Padding.same(rows: input.rows, columns: input.columns, kernel: kernel, stride: stride)
        let output = input.windowed(kernel: kernel, stride: stride, padding: padding, channels: input.channels)
        let weights = bench.values(kernel * kernel * input.channels)
        let epilogue = Epilogue(bias: bench.values(input.channels), activation: bench.epilogue(1).activation)
        bench.check(
            DepthwiseConvolution(
                input: bench.padded(input, padding), output: bench.flip() ? bench.slice(output) : bench.padded(output), kernel: kernel, stride: stride,
                weights: weights, epilogue: epilogue, kernels: bench.kernels, pool: bench.pool),
            Twin.depthwise(input, output, kernel: kernel, stride: stride, padding: padding, weights: weights, epilogue: epilogue))
    }

    @Test(arguments: LayerCase.all)
    func aBlockInBandsIsItsThreeLayersOneAfterTheOther(given: LayerCase) throws {
        var bench = LayerBench(given)
        let (kernel, stride) = ([3, 5, 7][bench.size(0...2)], bench.size(1...2))
        let isExpanded = bench.flip()
        let input = Shape(rows: bench.size(1...30), columns: bench.size(1...17), channels: bench.size(1...20))
        let expanded = Shape(rows: input.rows, columns: input.columns, channels: isExpanded ? [bench.size(1...70), 128][bench.size(0...1)] : input.channels)
        let padding = Padding.same(rows: input.rows, columns: input.columns, kernel: kernel, stride: stride)
        let filtered = expanded.windowed(kernel: kernel, stride: stride, padding: padding, channels: expanded.channels)
        let output = Shape(rows: filtered.rows, columns: filtered.columns, channels: bench.size(1...40))
        let expansion = TiledResidual.Product(weights: bench.values(input.channels * expanded.channels), epilogue: bench.epilogue(expanded.channels))
        let filter = TiledResidual.Filter(
            kernel: kernel, stride: stride, padding: padding, weights: bench.values(kernel * kernel * expanded.channels),
            epilogue: Epilogue(bias: bench.values(expanded.channels), activation: bench.epilogue(1).activation))
        let skip = bench.slice(output)
        let added = bench.values(output.count)
        let projection = TiledResidual.Product(
            weights: bench.values(expanded.channels * output.channels), epilogue: bench.epilogue(output.channels, skip: bench.flip() ? skip : nil))
        let precision = bench.flip() ? Precision.bf16 : .f32
        let last = Twin.pointwise(
            filtered, output, weights: projection.weights, normalisation: nil, epilogue: projection.epilogue,
            skip: projection.epilogue.skip == nil ? nil : added, precision: precision)
        let middle = Twin.depthwise(
            expanded, filtered, kernel: kernel, stride: stride, padding: padding, weights: filter.weights, epilogue: filter.epilogue)
        let first = Twin.pointwise(input, expanded, weights: expansion.weights, normalisation: nil, epilogue: expansion.epilogue, precision: precision)
        // From one output row at a time up to all of them.
        let oneRow = Shape(rows: kernel, columns: input.columns + kernel, channels: expanded.channels + 16).count + filtered.columns * (filtered.channels + 16)
        let rounding = 96 * (max(input.channels, expanded.channels) + 16)
        let scratch = bench.scratch(oneRow * bench.size(1...6) + rounding)
        bench.check(
            TiledResidual(
                input: isExpanded ? bench.slice(input) : bench.padded(input, padding),
                output: bench.flip() ? bench.slice(output) : bench.padded(output), expansion: isExpanded ? expansion : nil, depthwise: filter,
                projection: projection, scratch: scratch, precision: precision, kernels: bench.kernels, pool: bench.pool),
            isExpanded ? first.then(middle).then(last) : middle.then(last), writing: (added, skip), tolerance: precision == .bf16 ? 5e-3 : LayerBench.tolerance)
    }

    @Test(arguments: LayerCase.all)
    func normalisationAndPoolingAgreeWithTheirDefinitions(given: LayerCase) throws {
        var bench = LayerBench(given)
        let shape = Shape(rows: bench.size(3...17), columns: bench.size(3...17), channels: bench.size(1...40))
        let halved = Shape(rows: shape.rows / 2, columns: shape.columns / 2, channels: shape.channels)
        let normalisation = bench.scaleShift(shape.channels)
        bench.check(
            Rectification(
                input: bench.slice(shape), output: bench.padded(shape), normalisation: normalisation, kernels: bench.kernels, pool: bench.pool),
            Twin.rectification(shape, normalisation))
        bench.check(
            RectifiedMean(
                input: bench.slice(shape), output: bench.padded(halved), normalisation: normalisation, kernels: bench.kernels, pool: bench.pool),
            Twin.rectifiedMean(shape, halved, normalisation))
        let stride = bench.size(1...2)
        let pooled = shape.windowed(kernel: 3, stride: stride, padding: Padding(1), channels: shape.channels)
        bench.check(
            MaximumPooling(
                input: bench.slice(shape), output: bench.slice(pooled), kernel: 3, stride: stride, padding: Padding(1), kernels: bench.kernels),
            Twin.maximum(shape, pooled, kernel: 3, stride: stride, padding: Padding(1)))
        let one = Shape(rows: 1, columns: 1, channels: shape.channels)
        bench.check(GlobalAverage(input: bench.slice(shape), output: bench.padded(one, .none)), Twin.average(shape))
    }

    @Test(arguments: LayerCase.all)
    func theClassifierIsAMatrixAndABias(given: LayerCase) throws {
        var bench = LayerBench(given)
        let input = Shape(rows: 1, columns: 1, channels: bench.size(1...300))
        let output = Shape(rows: 1, columns: 1, channels: bench.size(1...30))
        let (weights, bias) = (bench.values(input.channels * output.channels), bench.values(output.channels))
        bench.check(
            Linear(input: bench.padded(input, .none), output: bench.padded(output, .none), weights: weights, bias: bias),
            Twin.linear(input, output, weights: weights, bias: bias))
    }

    @Test func whatIsNotANumberStaysNotANumber() throws {
        for kernels in Kernels.available {
            let pool = ConstantPool()
            let shape = Shape(rows: 1, columns: 1, channels: 16)
            let view = TensorView(start: 0, shape: shape)
            let layer = Rectification(
                input: view, output: view, normalisation: ScaleShift(scale: [Float](repeating: 1, count: 16), shift: [Float](repeating: 0, count: 16)),
                kernels: kernels, pool: pool)
            let arena = Arena(count: 16)
            arena.base[3] = .nan
            arena.base[4] = -1
            layer.run(on: arena.base, share: .whole)
            #expect(arena.base[3].isNaN && arena.base[4] == 0, "\(kernels.name)")
        }
    }

    @Test func aFoldedNormalisationIsTheOriginal() {
        let folded = ScaleShift(weight: [2, 0.5], bias: [1, -1], mean: [3, 4], variance: [0.24, 8.99], epsilon: 0.01)
        // (x − mean) / √(variance + epsilon) · weight + bias at x = 5: 2 / 0.5 · 2 + 1 and 1 / 3 · 0.5 − 1.
        #expect(largestDifference(zip(folded.scale, folded.shift).map { 5 * $0 + $1 }, [9, -5.0 / 6]) < 1e-5)
    }

    @Test func constantsThatAreAlikeArePlacedOnce() {
        let pool = ConstantPool()
        let values = (0..<1000).map { Float($0) }
        _ = pool.place(values)
        let before = pool.count
        #expect(pool.place(values, paddedTo: 8).values == values)
        #expect(pool.count == before)
        #expect(pool.place(values.reversed()).values == values.reversed())
        #expect(pool.count > before)
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
