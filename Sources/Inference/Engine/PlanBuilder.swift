/// Turns stages into layers, one after the other, and finds room for what they write.
struct PlanBuilder {
    /// A tensor, and the memory that can be used again when nobody reads it any more.
    struct Buffer {
        /// Nil where the memory is never given back.
        var start: Int?
        /// All channels of the memory: wider than `view` for the input of a dense block.
        var whole: TensorView
        var view: TensorView
    }

    let weights: SafetensorsFile
    let making: LayerMaking
    var layers: [any Layer] = []
    var layout = ArenaLayout()
    private let scratch: Scratch

    init(weights: SafetensorsFile, making: LayerMaking, threads: Int) {
        self.weights = weights
        self.making = making
        scratch = Scratch(offset: layout.reserve(Scratch.preferredCount * threads))
    }

    /// Room for a tensor that `stage` will read: with the zeros it wants around it, or with the channels it will add.
    mutating func reserve(_ shape: Shape, for stage: Stage? = nil) -> Buffer {
        var whole = shape
        var padding = Padding.none
        switch stage {
        case .convolution(let next): padding = next.padding
        case .invertedResidual(let next): padding = next.expansion?.padding ?? next.depthwise.padding
        case .denseBlock(let next): whole = next.output
        case .maximumPooling, .transition, .normalisation, nil: break
        }
        let start = layout.reserve(TensorView.count(of: whole, padding: padding))
        let view = TensorView(start: start, shape: whole, padding: padding)
        return Buffer(start: start, whole: view, view: view.channels(from: 0, count: shape.channels))
    }

    mutating func release(_ buffer: Buffer) {
        if let start = buffer.start { layout.release(start) }
    }

    /// Adds the layers of `stage`, which reads `input`, and returns what it writes, ready for `next`.
    mutating func add(_ stage: Stage, to input: Buffer, next: Stage?) throws -> Buffer {
        switch stage {
        case .convolution(let stage):
            let output = reserve(stage.output, for: next)
            try add(stage, from: input.view, to: output.view)
            release(input)
            return output
        case .maximumPooling(let stage):
            let output = reserve(stage.output, for: next)
            layers.append(
                MaximumPooling(
                    input: input.view, output: output.view, kernel: stage.kernel, stride: stage.stride, padding: stage.padding,
                    kernels: making.kernels))
            release(input)
            return output
        case .denseBlock(let block):
            return try add(block, to: input)
        case .transition(let transition):
            return try add(transition, to: input, next: next)
        case .invertedResidual(let block):
            return try add(block, to: input, next: next)
        case .normalisation(let normalisation, let shape):
            let output = reserve(shape, for: next)
            layers.append(
                Rectification(
                    input: input.view, output: output.view, normalisation: try weights.scaleShift(normalisation), kernels: making.kernels,
                    pool: making.pool))
            release(input)
            return output
        }
    }

    private mutating func add(
        _ stage: ConvolutionStage, from input: TensorView, to output: TensorView, skip: TensorView? = nil
    ) throws {
        if stage.isDepthwise {
            let filter = try filter(of: stage)
            layers.append(
                DepthwiseConvolution(
                    input: input, output: output, kernel: stage.kernel, stride: stage.stride, weights: filter.weights, epilogue: filter.epilogue,
                    kernels: making.kernels, pool: making.pool))
            return
        }
        let product = try product(of: stage, skip: skip)
        if stage.kernel == 1 && stage.stride == 1 {
            layers.append(making.pointwise(from: input, to: output, weights: product.weights, epilogue: product.epilogue, scratch: scratch))
        } else {
            layers.append(
                making.convolution(
                    from: input, to: output, kernel: stage.kernel, stride: stage.stride, weights: product.weights, epilogue: product.epilogue,
                    scratch: scratch))
        }
    }

    /// A convolution's weights with the normalisation after it folded in, and what follows.
    private func product(of stage: ConvolutionStage, skip: TensorView? = nil) throws -> TiledResidual.Product {
        let folded = try weights.scaleShift(stage.normalisation)
        return TiledResidual.Product(
            weights: productLayout(
                try weights.floats(stage.weights, shape: stage.weightsShape), outputs: stage.output.channels, inputs: stage.input.channels,
                kernel: stage.kernel, scale: folded.scale),
            epilogue: Epilogue(bias: folded.shift, activation: stage.activation, skip: skip))
    }

    private func filter(of stage: ConvolutionStage) throws -> TiledResidual.Filter {
        let folded = try weights.scaleShift(stage.normalisation)
        return TiledResidual.Filter(
            kernel: stage.kernel, stride: stage.stride, padding: stage.padding,
            weights: depthwiseLayout(
                try weights.floats(stage.weights, shape: stage.weightsShape), channels: stage.output.channels, kernel: stage.kernel,
                scale: folded.scale),
            epilogue: Epilogue(bias: folded.shift, activation: stage.activation))
    }

    /// Each layer reads the channels so far, and its 3×3 convolution writes its own right behind them.
    private mutating func add(_ block: DenseBlock, to input: Buffer) throws -> Buffer {
        let padding = Padding(1)
        for layer in block.layers {
            let shape = Shape(rows: block.input.rows, columns: block.input.columns, channels: layer.bottleneckChannels)
            let start = layout.reserve(TensorView.count(of: shape, padding: padding))
            let bottleneck = TensorView(start: start, shape: shape, padding: padding)
            let second = try weights.scaleShift(layer.secondNormalisation)
            layers.append(
                making.pointwise(
                    from: input.whole.channels(from: 0, count: layer.inputChannels), to: bottleneck,
                    weights: productLayout(
                        try weights.floats(layer.firstWeights, shape: layer.firstShape), outputs: layer.bottleneckChannels,
                        inputs: layer.inputChannels, kernel: 1, scale: second.scale),
                    normalisation: try weights.scaleShift(layer.firstNormalisation),
                    epilogue: Epilogue(bias: second.shift, activation: .relu), scratch: scratch))
            layers.append(
                making.convolution(
                    from: bottleneck, to: input.whole.channels(from: layer.inputChannels, count: layer.growth), kernel: 3, stride: 1,
                    weights: productLayout(
                        try weights.floats(layer.secondWeights, shape: layer.secondShape), outputs: layer.growth,
                        inputs: layer.bottleneckChannels, kernel: 3, scale: nil),
                    epilogue: .none, scratch: scratch))
            layout.release(start)
        }
        return Buffer(start: input.start, whole: input.whole, view: input.whole)
    }

    private mutating func add(_ transition: Transition, to input: Buffer, next: Stage?) throws -> Buffer {
        let pooled = reserve(
            Shape(rows: transition.output.rows, columns: transition.output.columns, channels: transition.input.channels))
        layers.append(
            RectifiedMean(
                input: input.view, output: pooled.view, normalisation: try weights.scaleShift(transition.normalisation),
                kernels: making.kernels, pool: making.pool))
        release(input)
        let output = reserve(transition.output, for: next)
        layers.append(
            making.pointwise(
                from: pooled.view, to: output.view,
                weights: productLayout(
                    try weights.floats(transition.weights, shape: transition.weightsShape), outputs: transition.output.channels,
                    inputs: transition.input.channels, kernel: 1, scale: nil),
                epilogue: .none, scratch: scratch))
        release(pooled)
        return output
    }

    private mutating func add(_ block: InvertedResidual, to input: Buffer, next: Stage?) throws -> Buffer {
        if making.isBanded(block, scratch: scratch) {
            let output = reserve(block.output, for: next)
            layers.append(
                TiledResidual(
                    input: input.view, output: output.view, expansion: try block.expansion.map { try product(of: $0) },
                    depthwise: try filter(of: block.depthwise),
                    projection: try product(of: block.projection, skip: block.addsInput ? input.view : nil), scratch: scratch,
                    precision: making.precision, kernels: making.kernels, pool: making.pool))
            release(input)
            return output
        }
        var expanded: Buffer?
        if let expansion = block.expansion {
            let buffer = reserve(spaced: expansion.output, padding: block.depthwise.padding)
            try add(expansion, from: input.view, to: buffer.view)
            expanded = buffer
        }
        let filtered = reserve(spaced: block.depthwise.output)
        try add(block.depthwise, from: expanded?.view ?? input.view, to: filtered.view)
        if let expanded { release(expanded) }
        let output = reserve(block.output, for: next)
        try add(block.projection, from: filtered.view, to: output.view, skip: block.addsInput ? input.view : nil)
        release(filtered)
        release(input)
        return output
    }

    /// Room for a tensor inside a block, which is read by channels and by pixels.
    private mutating func reserve(spaced shape: Shape, padding: Padding = .none) -> Buffer {
        let stride = TensorView.spacedChannels(shape.channels)
        let start = layout.reserve(TensorView.count(of: shape, padding: padding, pixelStride: stride))
        let view = TensorView(start: start, shape: shape, padding: padding, pixelStride: stride)
        return Buffer(start: start, whole: view, view: view)
    }
}
