internal import CKernels

/// A 1×1 convolution as `cblas_sgemm` over the pixels.
///
/// Input rows×columns×C, weights [C][N], output rows×columns×N. Optionally each input value first goes through
/// `max(0, x·scale + shift)` (DenseNet normalises before it convolves); bias, skip connection and activation follow.
/// It works on as many pixels at a time as fit the scratch memory.
package struct PointwiseProduct: Layer {
    package let input: TensorView
    package let output: TensorView
    private let weights: Constants
    private let normalisation: PlacedNormalisation?
    private let epilogue: PlacedEpilogue
    private let scratch: Scratch
    private let kernels: Kernels

    package init(
        input: TensorView, output: TensorView, weights: [Float], normalisation: ScaleShift? = nil, epilogue: Epilogue, scratch: Scratch,
        kernels: Kernels, pool: ConstantPool
    ) {
        let (inner, outer) = (input.shape.channels, output.shape.channels)
        precondition(input.isMatrix && input.shape.pixels == output.shape.pixels && weights.count == inner * outer)
        precondition(scratch.count >= inner + KERNEL_ROW_GAP + outer)
        self.input = input
        self.output = output
        self.weights = pool.place(weights)
        self.normalisation = normalisation.map { PlacedNormalisation($0, pool: pool) }
        self.epilogue = PlacedEpilogue(epilogue, kernels: kernels, pool: pool)
        self.scratch = scratch
        self.kernels = kernels
    }

    package var kind: String { "1×1" }

    package var operations: Int { 2 * output.shape.count * input.shape.channels }

    package func run(on arena: UnsafeMutablePointer<Float>, share: Share) {
        let inner = input.shape.channels
        let columns = output.shape.channels
        let operandStride = inner + KERNEL_ROW_GAP
        let isDirect = output.isMatrix
        let chunk = scratch.count / (operandStride + columns)
        let operand = scratch.base(on: arena, share)
        let product = operand + chunk * operandStride
        let all = share.range(input.shape.pixels)
        var first = all.lowerBound
        while first < all.upperBound {
            let pixels = first..<min(first + chunk, all.upperBound)
            let source = arena + input.offset + first * input.pixelStride
            let target = isDirect ? arena + output.offset + first * output.pixelStride : product
            let targetStride = isDirect ? output.pixelStride : columns
            if let normalisation {
                var rectify = KernelRectify(
                    input: KernelView(base: source, columns: pixels.count, pixel_stride: input.pixelStride, row_stride: 0),
                    output: KernelView(base: operand, columns: pixels.count, pixel_stride: operandStride, row_stride: 0), channels: inner,
                    scale: normalisation.scale.base, shift: normalisation.shift.base)
                kernels.table.pointee.rectify(&rectify, 0, pixels.count)
                multiply(
                    operand, rows: pixels.count, inner: inner, stride: operandStride, by: weights.base, columns: columns, into: target,
                    stride: targetStride)
            } else {
                multiply(
                    source, rows: pixels.count, inner: inner, stride: input.pixelStride, by: weights.base, columns: columns, into: target,
                    stride: targetStride)
            }
            if !isDirect || !epilogue.isEmpty {
                kernels.finish(target, stride: targetStride, pixels: pixels, output: output, epilogue: epilogue, on: arena)
            }
            first = pixels.upperBound
        }
        if share.isFirst { output.clearPadding(on: arena) }
    }
}

extension Kernels {
    /// Bias, skip and bounds on products that lie at `source`, one row a pixel; they end up in `output`, which may be where they lie.
    @inline(__always)
    func finish(
        _ source: UnsafeMutablePointer<Float>, stride: Int, pixels: Range<Int>, output: TensorView, epilogue: PlacedEpilogue,
        on arena: UnsafeMutablePointer<Float>
    ) {
        var layer = KernelFinish(
            source: source, stride: stride, channels: output.shape.channels, output: output.view(on: arena), epilogue: epilogue.kernel(on: arena))
        table.pointee.finish(&layer, pixels.lowerBound, pixels.upperBound)
    }
}
