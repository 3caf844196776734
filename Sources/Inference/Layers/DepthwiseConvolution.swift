internal import CKernels

/// A convolution with one filter per channel (kernels 3×3 and 5×5 in EfficientNet-Lite0).
///
/// Input rows×columns×C with its padding, weights [kernel][kernel][C], output rows×columns×C.
package struct DepthwiseConvolution: Layer {
    package let input: TensorView
    package let output: TensorView
    private let kernel: Int
    private let stride: Int
    private let weights: Constants
    private let epilogue: PlacedEpilogue
    private let kernels: Kernels

    package init(
        input: TensorView, output: TensorView, kernel: Int, stride: Int, weights: [Float], epilogue: Epilogue, kernels: Kernels, pool: ConstantPool
    ) {
        let channels = input.shape.channels
        precondition(input.shape.windowed(kernel: kernel, stride: stride, padding: input.padding, channels: channels) == output.shape)
        precondition(weights.count == kernel * kernel * channels && epilogue.bias.count == channels)
        self.input = input
        self.output = output
        self.kernel = kernel
        self.stride = stride
        self.weights = pool.place(weights)
        self.epilogue = PlacedEpilogue(epilogue, kernels: kernels, pool: pool)
        self.kernels = kernels
    }

    package var kind: String { "depthwise \(kernel)×\(kernel)" }

    package var operations: Int { 2 * output.shape.count * kernel * kernel }

    package func run(on arena: UnsafeMutablePointer<Float>, share: Share) {
        var layer = KernelDepthwise(
            input: arena + input.index(row: -input.padding.top, column: -input.padding.left), pixel_step: stride * input.pixelStride,
            row_step: stride * input.rowStride, input_pixel_stride: input.pixelStride, input_row_stride: input.rowStride, kernel: kernel,
            channels: input.shape.channels, weights: weights.base, output: output.view(on: arena), epilogue: epilogue.kernel(on: arena))
        let rows = share.range(output.shape.rows)
        kernels.table.pointee.depthwise(&layer, rows.lowerBound, rows.upperBound)
        if share.isFirst { output.clearPadding(on: arena) }
    }
}
