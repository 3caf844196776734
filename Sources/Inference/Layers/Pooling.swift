/// The largest value of each window; what lies outside the image does not count.
///
/// Input rows×columns×C, output rows×columns×C of the windows. `padding` only places the windows.
package struct MaximumPooling: Layer {
    package let input: TensorView
    package let output: TensorView
    let kernel: Int
    let stride: Int
    let padding: Padding

    package init(input: TensorView, output: TensorView, kernel: Int, stride: Int, padding: Padding) {
        let channels = input.shape.channels
        precondition(input.shape.windowed(kernel: kernel, stride: stride, padding: padding, channels: channels) == output.shape)
        // Every window holds at least one pixel.
        precondition(max(padding.top, padding.left, padding.bottom, padding.right) < kernel)
        self.input = input
        self.output = output
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
    }

    package func run(on arena: UnsafeMutablePointer<Float>) {
        let channels = input.shape.channels
        for row in 0..<output.shape.rows {
            let rows = window(at: row, before: padding.top, size: input.shape.rows)
            for column in 0..<output.shape.columns {
                let columns = window(at: column, before: padding.left, size: input.shape.columns)
                let to = arena + output.index(row: row, column: column)
                to.update(from: arena + input.index(row: rows.lowerBound, column: columns.lowerBound), count: channels)
                for fromRow in rows {
                    for fromColumn in columns {
                        let from = arena + input.index(row: fromRow, column: fromColumn)
                        for channel in 0..<channels {
                            to[channel] = to[channel] > from[channel] ? to[channel] : from[channel]
                        }
                    }
                }
            }
        }
        output.clearPadding(on: arena)
    }

    @inline(__always)
    private func window(at index: Int, before: Int, size: Int) -> Range<Int> {
        let start = index * stride - before
        return max(start, 0)..<min(start + kernel, size)
    }

    package func naive(_ input: [Float]) -> [Float] {
        let channels = self.input.shape.channels
        var placed = self.input
        placed.padding = padding
        return (0..<output.shape.count).map { index in
            let (pixel, channel) = index.quotientAndRemainder(dividingBy: channels)
            var largest = -Float.infinity
            forEachTap(ofPixel: pixel, kernel: kernel, stride: stride, from: placed, to: output.shape) { _, position in
                largest = max(largest, input[position * channels + channel])
            }
            return largest
        }
    }
}

/// DenseNet's transition, first half: max(0, x·scale + shift), then the mean of each 2×2 square.
///
/// Input rows×columns×C, output rows/2 × columns/2 × C; an odd last row or column is left out, as in PyTorch. The 1×1
/// convolution that stands between the two in the definition follows: both are linear, and a quarter of the pixels is left.
package struct NormalisedAveragePooling: Layer {
    package let input: TensorView
    package let output: TensorView
    let normalisation: ScaleShift

    package init(input: TensorView, output: TensorView, normalisation: ScaleShift) {
        let channels = input.shape.channels
        precondition(
            output.shape == Shape(rows: input.shape.rows / 2, columns: input.shape.columns / 2, channels: channels)
                && normalisation.scale.count == channels)
        self.input = input
        self.output = output
        self.normalisation = normalisation
    }

    package func run(on arena: UnsafeMutablePointer<Float>) {
        let channels = input.shape.channels
        normalisation.scale.withUnsafeBufferPointer { scale in
            normalisation.shift.withUnsafeBufferPointer { shift in
                for row in 0..<output.shape.rows {
                    for column in 0..<output.shape.columns {
                        let upper = arena + input.index(row: 2 * row, column: 2 * column)
                        let lower = upper + input.rowStride
                        let upperRight = upper + input.pixelStride
                        let lowerRight = lower + input.pixelStride
                        let to = arena + output.index(row: row, column: column)
                        for channel in 0..<channels {
                            let a = upper[channel] * scale[channel] + shift[channel]
                            let b = upperRight[channel] * scale[channel] + shift[channel]
                            let c = lower[channel] * scale[channel] + shift[channel]
                            let d = lowerRight[channel] * scale[channel] + shift[channel]
                            to[channel] = 0.25 * (((0 > a ? 0 : a) + (0 > b ? 0 : b)) + ((0 > c ? 0 : c) + (0 > d ? 0 : d)))
                        }
                    }
                }
            }
        }
        output.clearPadding(on: arena)
    }

    package func naive(_ input: [Float]) -> [Float] {
        let shape = self.input.shape
        return (0..<output.shape.count).map { index in
            let (pixel, channel) = index.quotientAndRemainder(dividingBy: shape.channels)
            let (row, column) = pixel.quotientAndRemainder(dividingBy: output.shape.columns)
            var sum = 0.0
            for (down, right) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                let position = (2 * row + down) * shape.columns + 2 * column + right
                sum += normalisation.naive(Double(input[position * shape.channels + channel]), channel: channel)
            }
            return Float(sum / 4)
        }
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

    package func run(on arena: UnsafeMutablePointer<Float>) {
        let channels = input.shape.channels
        let to = arena + output.offset
        to.update(repeating: 0, count: channels)
        for row in 0..<input.shape.rows {
            for column in 0..<input.shape.columns {
                let from = arena + input.index(row: row, column: column)
                for channel in 0..<channels { to[channel] += from[channel] }
            }
        }
        let share = 1 / Float(input.shape.pixels)
        for channel in 0..<channels { to[channel] *= share }
    }

    package func naive(_ input: [Float]) -> [Float] {
        let shape = self.input.shape
        return (0..<shape.channels).map { channel in
            let sum = (0..<shape.pixels).reduce(0.0) { $0 + Double(input[$1 * shape.channels + channel]) }
            return Float(sum / Double(shape.pixels))
        }
    }
}
