internal import CKernels

/// A 1×1 convolution by our own tiles: pixels × output channels summed in registers.
///
/// Input rows×columns×C, weights [C][N], output rows×columns×N. Optionally each input value first goes through
/// `max(0, x·scale + shift)` (DenseNet normalises before it convolves); bias, skip connection and activation follow.
package struct TiledPointwise: Layer {
    package let input: TensorView
    package let output: TensorView
    private let weights: Constants
    private let normalisation: PlacedNormalisation?
    private let epilogue: PlacedEpilogue
    private let scratch: Scratch
    private let kernels: Kernels

    /// Floats of scratch that each share needs where there is a normalisation.
    static func scratchCount(channels: Int) -> Int { KERNEL_BLOCK * (channels + KERNEL_ROW_GAP) }

    package init(
        input: TensorView, output: TensorView, weights: [Float], normalisation: ScaleShift? = nil, epilogue: Epilogue, scratch: Scratch,
        kernels: Kernels, pool: ConstantPool
    ) {
        let (inner, outer) = (input.shape.channels, output.shape.channels)
        precondition(input.isMatrix && input.shape.pixels == output.shape.pixels && weights.count == inner * outer)
        precondition(normalisation == nil || scratch.count >= Self.scratchCount(channels: inner))
        self.input = input
        self.output = output
        self.weights = pool.place(count: packed_count(kernels.panel, inner, outer)) { pack_weights(kernels.panel, weights, inner, outer, $0) }
        self.normalisation = normalisation.map { PlacedNormalisation($0, pool: pool) }
        self.epilogue = PlacedEpilogue(epilogue, kernels: kernels, pool: pool)
        self.scratch = scratch
        self.kernels = kernels
    }

    package var kind: String { "1×1" }

    package var operations: Int { 2 * output.shape.count * input.shape.channels }

    package func run(on arena: UnsafeMutablePointer<Float>, share: Share) {
        var layer = KernelPointwise(
            input: arena + input.offset, input_stride: input.pixelStride, inner: input.shape.channels, scale: normalisation?.scale.base,
            shift: normalisation?.shift.base, weights: weights.base, outer: output.shape.channels, output: output.view(on: arena),
            epilogue: epilogue.kernel(on: arena), scratch: scratch.base(on: arena, share))
        let pixels = share.range(input.shape.pixels)
        kernels.table.pointee.pointwise(&layer, pixels.lowerBound, pixels.upperBound)
        if share.isFirst { output.clearPadding(on: arena) }
    }
}
