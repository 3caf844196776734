internal import CKernels

/// A convolution of any kernel size and stride by our own tiles, straight from the padded input.
///
/// Input rows×columns×C with its padding, weights [kernel][kernel][C][N], output rows×columns×N.
package struct TiledConvolution: Layer {
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
        let rows = kernel * kernel * input.shape.channels
        // A kernel row's taps are read as one run.
        precondition(input.pixelStride == input.shape.channels)
        precondition(
            input.shape.windowed(kernel: kernel, stride: stride, padding: input.padding, channels: output.shape.channels) == output.shape)
        precondition(weights.count == rows * output.shape.channels)
        self.input = input
        self.output = output
        self.kernel = kernel
        self.stride = stride
        self.weights = pool.place(count: packed_count(kernels.panel, rows, output.shape.channels)) {
            pack_weights(kernels.panel, weights, rows, output.shape.channels, $0)
        }
        self.epilogue = PlacedEpilogue(epilogue, kernels: kernels, pool: pool)
        self.kernels = kernels
    }

    package var kind: String { "\(kernel)×\(kernel)" }

    package var operations: Int { 2 * output.shape.count * kernel * kernel * input.shape.channels }

    package func run(on arena: UnsafeMutablePointer<Float>, share: Share) {
        var layer = KernelConvolution(
            input: arena + input.index(row: -input.padding.top, column: -input.padding.left), pixel_step: stride * input.pixelStride,
            row_step: stride * input.rowStride, tap_stride: input.rowStride, taps: kernel, run: kernel * input.shape.channels,
            weights: weights.base, outer: output.shape.channels, output: output.view(on: arena), epilogue: epilogue.kernel(on: arena))
        let rows = share.range(output.shape.rows)
        kernels.table.pointee.convolution(&layer, rows.lowerBound, rows.upperBound)
        if share.isFirst { output.clearPadding(on: arena) }
    }
}
