internal import CKernels

/// A 1×1 convolution by our own tiles: pixels × output channels summed in registers.
///
/// Input rows×columns×C, weights [C][N], output rows×columns×N. Optionally each input value first goes through
/// `max(0, x·scale + shift)` (DenseNet normalises before it convolves); bias, skip connection and activation follow.
package struct TiledPointwise: Layer {
    package let input: TensorView
    package let output: TensorView
    private let product: PackedProduct
    private let normalisation: PlacedNormalisation?
    private let epilogue: PlacedEpilogue
    private let scratch: Scratch

    package init(
        input: TensorView, output: TensorView, weights: [Float], normalisation: ScaleShift? = nil, epilogue: Epilogue, scratch: Scratch,
        precision: Precision = .f32, kernels: Kernels, pool: ConstantPool
    ) {
        let (inner, outer) = (input.shape.channels, output.shape.channels)
        precondition(input.isMatrix && input.shape.pixels == output.shape.pixels)
        precondition(normalisation == nil && precision == .f32 || scratch.count >= PackedProduct.scratchCount(inner: inner))
        self.input = input
        self.output = output
        product = PackedProduct(weights, inner: inner, outer: outer, precision: precision, kernels: kernels, pool: pool)
        self.normalisation = normalisation.map { PlacedNormalisation($0, pool: pool) }
        self.epilogue = PlacedEpilogue(epilogue, kernels: kernels, pool: pool)
        self.scratch = scratch
    }

    package var kind: String { "1×1" }

    package var operations: Int { 2 * output.shape.count * input.shape.channels }

    package func run(on arena: UnsafeMutablePointer<Float>, share: Share) {
        product.run(
            arena + input.offset, stride: input.pixelStride, pixels: share.range(input.shape.pixels), to: output.view(on: arena),
            epilogue: epilogue.kernel(on: arena), normalisation: normalisation, scratch: scratch.base(on: arena, share))
        if share.isFirst { output.clearPadding(on: arena) }
    }
}
