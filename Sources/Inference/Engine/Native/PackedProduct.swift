internal import CKernels

/// A 1×1 convolution's weights as the tiles read them, and the kernel that does.
struct PackedProduct: Sendable {
    let inner: Int
    let outer: Int
    let precision: Precision
    private let weights: Constants
    private let kernels: Kernels

    /// `weights`: [input channels][output channels].
    init(_ weights: [Float], inner: Int, outer: Int, precision: Precision, kernels: Kernels, pool: ConstantPool) {
        precondition(weights.count == inner * outer)
        self.inner = inner
        self.outer = outer
        self.precision = precision
        self.kernels = kernels
        switch precision {
        case .f32:
            self.weights = pool.place(count: packed_count(kernels.panel, inner, outer)) { pack_weights(kernels.panel, weights, inner, outer, $0) }
        case .bf16:
            self.weights = pool.place(count: packed_pairs_count(kernels.panel, inner, outer)) {
                pack_weight_pairs(kernels.panel, weights, inner, outer, $0)
            }
        }
    }

    /// Floats of scratch for a product that does something to its input first: normalising or rounding it.
    static func scratchCount(inner: Int) -> Int { pointwise_scratch(inner) }

    /// `pixels` of `input`, whose pixels are `stride` floats apart. `scratch`: of `scratchCount`, where there is a normalisation or
    /// the precision is `bf16`.
    @inline(__always)
    func run(
        _ input: UnsafePointer<Float>, stride: Int, pixels: Range<Int>, to output: KernelView, epilogue: KernelEpilogue,
        normalisation: PlacedNormalisation? = nil, scratch: UnsafeMutablePointer<Float>?
    ) {
        var layer = KernelPointwise(
            input: input, input_stride: stride, inner: inner, scale: normalisation?.scale.base, shift: normalisation?.shift.base,
            weights: weights.base, outer: outer, output: output, epilogue: epilogue, scratch: scratch)
        switch precision {
        case .f32: kernels.table.pointee.pointwise(&layer, pixels.lowerBound, pixels.upperBound)
        case .bf16: kernels.table.pointee.pointwise_bf16(&layer, pixels.lowerBound, pixels.upperBound)
        }
    }
}
