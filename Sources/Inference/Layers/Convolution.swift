/// A convolution of any kernel size and stride: patches of the input become the rows of a matrix (im2col), times the weights.
///
/// Input rows×columns×C with its padding, weights [kernel][kernel][C][N], output rows×columns×N. As many output pixels at a
/// time as fit the scratch memory.
package struct Convolution: Layer {
    package let input: TensorView
    package let output: TensorView
    let kernel: Int
    let stride: Int
    /// [kernel row][kernel column][input channel][output channel].
    let weights: [Float]
    let epilogue: Epilogue?
    let scratch: Scratch

    package init(
        input: TensorView, output: TensorView, kernel: Int, stride: Int, weights: [Float], epilogue: Epilogue? = nil,
        scratch: Scratch
    ) {
        let patch = kernel * kernel * input.shape.channels
        // The patch's rows are read as one run each.
        precondition(input.pixelStride == input.shape.channels)
        precondition(
            input.shape.windowed(kernel: kernel, stride: stride, padding: input.padding, channels: output.shape.channels)
                == output.shape)
        precondition(weights.count == patch * output.shape.channels)
        precondition(scratch.count >= patch + output.shape.channels)
        self.input = input
        self.output = output
        self.kernel = kernel
        self.stride = stride
        self.weights = weights
        self.epilogue = epilogue ?? .mover(to: output)
        self.scratch = scratch
    }

    package func run(on arena: UnsafeMutablePointer<Float>) {
        let inner = kernel * kernel * input.shape.channels
        let columns = output.shape.channels
        let isDirect = output.isMatrix
        let chunk = scratch.count / (inner + columns)
        let patches = arena + scratch.offset
        let product = patches + chunk * inner
        weights.withUnsafeBufferPointer { weights in
            guard let weights = weights.baseAddress else { return }
            var first = 0
            while first < output.shape.pixels {
                let pixels = first..<min(first + chunk, output.shape.pixels)
                gather(pixels, into: patches, from: arena)
                let target = isDirect ? arena + output.offset + first * output.pixelStride : product
                let targetStride = isDirect ? output.pixelStride : columns
                multiply(
                    patches, rows: pixels.count, inner: inner, stride: inner, by: weights, columns: columns, into: target,
                    stride: targetStride)
                epilogue?.apply(to: target, stride: targetStride, pixels: pixels, output: output, on: arena)
                first = pixels.upperBound
            }
        }
        output.clearPadding(on: arena)
    }

    /// One row of the matrix per output pixel: the kernel's rows one after the other.
    @inline(__always)
    private func gather(_ pixels: Range<Int>, into patches: UnsafeMutablePointer<Float>, from arena: UnsafePointer<Float>) {
        let run = kernel * input.shape.channels
        var to = patches
        for pixel in pixels {
            let (row, column) = pixel.quotientAndRemainder(dividingBy: output.shape.columns)
            var from =
                arena
                + input.index(row: row * stride - input.padding.top, column: column * stride - input.padding.left)
            for _ in 0..<kernel {
                if run < Convolution.shortestCopy {
                    for index in 0..<run { to[index] = from[index] }
                } else {
                    to.update(from: from, count: run)
                }
                to += run
                from += input.rowStride
            }
        }
    }

    /// Below this many floats a call to copy memory costs more than the copying.
    private static let shortestCopy = 32

    package func naive(_ input: [Float]) -> [Float] {
        let shape = self.input.shape
        let columns = output.shape.channels
        return (0..<output.shape.count).map { index in
            let (pixel, column) = index.quotientAndRemainder(dividingBy: columns)
            var sum = Double(epilogue?.bias[column] ?? 0)
            forEachTap(ofPixel: pixel, kernel: kernel, stride: stride, from: self.input, to: output.shape) { tap, position in
                for channel in 0..<shape.channels {
                    sum +=
                        Double(input[position * shape.channels + channel])
                        * Double(weights[(tap * shape.channels + channel) * columns + column])
                }
            }
            return Float(epilogue?.activation.naive(sum) ?? sum)
        }
    }
}

/// Calls `body` with the tap's number in the kernel and the input pixel's number, for the taps that fall inside the image.
func forEachTap(
    ofPixel pixel: Int, kernel: Int, stride: Int, from input: TensorView, to output: Shape, _ body: (Int, Int) -> Void
) {
    let (row, column) = pixel.quotientAndRemainder(dividingBy: output.columns)
    for tap in 0..<(kernel * kernel) {
        let fromRow = row * stride - input.padding.top + tap / kernel
        let fromColumn = column * stride - input.padding.left + tap % kernel
        if (0..<input.shape.rows).contains(fromRow), (0..<input.shape.columns).contains(fromColumn) {
            body(tap, fromRow * input.shape.columns + fromColumn)
        }
    }
}
