/// Makes an engine's layers, their constants side by side in one pool.
struct LayerMaking {
    let engine: Engine
    let kernels: Kernels
    /// Of the native engine's 1×1 convolutions.
    let precision: Precision
    let pool: ConstantPool

    init(_ engine: Engine, precision: Precision, kernels: Kernels, pool: ConstantPool) {
        self.engine = engine
        self.precision = precision
        self.kernels = kernels
        self.pool = pool
    }

    /// `weights`: [input channels][output channels].
    func pointwise(
        from input: TensorView, to output: TensorView, weights: [Float], normalisation: ScaleShift? = nil, epilogue: Epilogue, scratch: Scratch
    ) -> any Layer {
        switch engine {
        case .openBLAS:
            PointwiseProduct(
                input: input, output: output, weights: weights, normalisation: normalisation, epilogue: epilogue, scratch: scratch, kernels: kernels,
                pool: pool)
        case .native:
            TiledPointwise(
                input: input, output: output, weights: weights, normalisation: normalisation, epilogue: epilogue, scratch: scratch,
                precision: precision, kernels: kernels, pool: pool)
        }
    }

    /// `weights`: [kernel row][kernel column][input channel][output channel].
    func convolution(
        from input: TensorView, to output: TensorView, kernel: Int, stride: Int, weights: [Float], epilogue: Epilogue, scratch: Scratch
    ) -> any Layer {
        let isForWinograd = kernel == 3 && stride == 1 && input.padding == Padding(1) && input.shape.channels % kernels.lanes == 0
        switch engine {
        case .openBLAS where isForWinograd:
            return WinogradProduct(input: input, output: output, weights: weights, epilogue: epilogue, scratch: scratch, kernels: kernels, pool: pool)
        case .openBLAS:
            return PatchProduct(
                input: input, output: output, kernel: kernel, stride: stride, weights: weights, epilogue: epilogue, scratch: scratch,
                kernels: kernels, pool: pool)
        case .native where isForWinograd:
            return TiledWinograd(input: input, output: output, weights: weights, epilogue: epilogue, scratch: scratch, kernels: kernels, pool: pool)
        case .native:
            return TiledConvolution(
                input: input, output: output, kernel: kernel, stride: stride, weights: weights, epilogue: epilogue, kernels: kernels, pool: pool)
        }
    }

    /// Whether a block is made as one layer, in bands of rows.
    func isBanded(_ block: InvertedResidual, scratch: Scratch) -> Bool {
        engine == .native && TiledResidual.suits(block, precision: precision, scratch: scratch)
    }
}
