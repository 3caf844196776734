internal import CKernels

/// The largest value of each window; what lies outside the image does not count.
///
/// Input rows×columns×C, output rows×columns×C of the windows. `padding` only places the windows.
package struct MaximumPooling: Layer {
    package let input: TensorView
    package let output: TensorView
    private let kernel: Int
    private let stride: Int
    private let padding: Padding
    private let kernels: Kernels

    package init(input: TensorView, output: TensorView, kernel: Int, stride: Int, padding: Padding, kernels: Kernels) {
        let channels = input.shape.channels
        precondition(input.shape.windowed(kernel: kernel, stride: stride, padding: padding, channels: channels) == output.shape)
        // Every window holds at least one pixel.
        precondition(max(padding.top, padding.left, padding.bottom, padding.right) < kernel)
        self.input = input
        self.output = output
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.kernels = kernels
    }

    package var kind: String { "pooling" }

    package var operations: Int { output.shape.count * kernel * kernel }

    package func run(on arena: UnsafeMutablePointer<Float>, share: Share) {
        var layer = KernelMaximum(
            input: input.view(on: arena), input_rows: input.shape.rows, kernel: kernel, stride: stride, padding_top: padding.top,
            padding_left: padding.left, output: output.view(on: arena), channels: input.shape.channels)
        let rows = share.range(output.shape.rows)
        kernels.table.pointee.maximum(&layer, rows.lowerBound, rows.upperBound)
        if share.isFirst { output.clearPadding(on: arena) }
    }
}

/// DenseNet's transition, first half: max(0, x·scale + shift), then the mean of each 2×2 square.
///
/// Input rows×columns×C, output rows/2 × columns/2 × C; an odd last row or column is left out, as in PyTorch. The 1×1
/// convolution that stands between the two in the definition follows: both are linear, and a quarter of the pixels is left.
package struct RectifiedMean: Layer {
    package let input: TensorView
    package let output: TensorView
    private let normalisation: PlacedNormalisation
    private let kernels: Kernels

    package init(input: TensorView, output: TensorView, normalisation: ScaleShift, kernels: Kernels, pool: ConstantPool) {
        let channels = input.shape.channels
        precondition(
            output.shape == Shape(rows: input.shape.rows / 2, columns: input.shape.columns / 2, channels: channels)
                && normalisation.scale.count == channels)
        self.input = input
        self.output = output
        self.normalisation = PlacedNormalisation(normalisation, pool: pool)
        self.kernels = kernels
    }

    package var kind: String { "pooling" }

    package var operations: Int { 3 * input.shape.count }

    package func run(on arena: UnsafeMutablePointer<Float>, share: Share) {
        var layer = KernelRectify(
            input: input.view(on: arena), output: output.view(on: arena), channels: input.shape.channels, scale: normalisation.scale.base,
            shift: normalisation.shift.base)
        let rows = share.range(output.shape.rows)
        kernels.table.pointee.rectified_mean(&layer, rows.lowerBound, rows.upperBound)
        if share.isFirst { output.clearPadding(on: arena) }
    }
}

/// The mean over all pixels: rows×columns×C in, 1×1×C out.
package struct GlobalAverage: Layer {
    package let input: TensorView
    package let output: TensorView

    package init(input: TensorView, output: TensorView) {
        precondition(output.shape == Shape(rows: 1, columns: 1, channels: input.shape.channels) && input.shape.pixels > 0)
        self.input = input
        self.output = output
    }

    package var kind: String { "pooling" }

    package var operations: Int { input.shape.count }

    package func run(on arena: UnsafeMutablePointer<Float>, share: Share) {
        let channels = share.range(input.shape.channels)
        let to = arena + output.offset
        for channel in channels { to[channel] = 0 }
        for row in 0..<input.shape.rows {
            for column in 0..<input.shape.columns {
                let from = arena + input.index(row: row, column: column)
                for channel in channels { to[channel] += from[channel] }
            }
        }
        let divisor = 1 / Float(input.shape.pixels)
        for channel in channels { to[channel] *= divisor }
    }
}
