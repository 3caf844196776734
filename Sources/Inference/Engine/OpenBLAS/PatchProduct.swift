/// A convolution of any kernel size and stride: patches of the input become the rows of a matrix (im2col), times the weights.
///
/// Input rows×columns×C with its padding, weights [kernel][kernel][C][N], output rows×columns×N. As many output pixels at a
/// time as fit the scratch memory.
package struct PatchProduct: Layer {
    package let input: TensorView
    package let output: TensorView
    private let kernel: Int
    private let stride: Int
    private let weights: Constants
    private let epilogue: PlacedEpilogue
    private let scratch: Scratch
    private let kernels: Kernels

    package init(
        input: TensorView, output: TensorView, kernel: Int, stride: Int, weights: [Float], epilogue: Epilogue, scratch: Scratch, kernels: Kernels,
        pool: ConstantPool
    ) {
        let patch = kernel * kernel * input.shape.channels
        // The patch's rows are read as one run each.
        precondition(input.pixelStride == input.shape.channels)
        precondition(
            input.shape.windowed(kernel: kernel, stride: stride, padding: input.padding, channels: output.shape.channels) == output.shape)
        precondition(weights.count == patch * output.shape.channels)
        precondition(scratch.count >= patch + output.shape.channels)
        self.input = input
        self.output = output
        self.kernel = kernel
        self.stride = stride
        self.weights = pool.place(weights)
        self.epilogue = PlacedEpilogue(epilogue, kernels: kernels, pool: pool)
        self.scratch = scratch
        self.kernels = kernels
    }

    package var kind: String { "\(kernel)×\(kernel)" }

    package var operations: Int { 2 * output.shape.count * kernel * kernel * input.shape.channels }

    package func run(on arena: UnsafeMutablePointer<Float>, share: Share) {
        let inner = kernel * kernel * input.shape.channels
        let columns = output.shape.channels
        let isDirect = output.isMatrix
        let chunk = scratch.count / (inner + columns)
        let patches = scratch.base(on: arena, share)
        let product = patches + chunk * inner
        let all = share.range(output.shape.pixels)
        var first = all.lowerBound
        while first < all.upperBound {
            let pixels = first..<min(first + chunk, all.upperBound)
            gather(pixels, into: patches, from: arena)
            let target = isDirect ? arena + output.offset + first * output.pixelStride : product
            let targetStride = isDirect ? output.pixelStride : columns
            multiply(
                patches, rows: pixels.count, inner: inner, stride: inner, by: weights.base, columns: columns, into: target, stride: targetStride)
            if !isDirect || !epilogue.isEmpty {
                kernels.finish(target, stride: targetStride, pixels: pixels, output: output, epilogue: epilogue, on: arena)
            }
            first = pixels.upperBound
        }
        if share.isFirst { output.clearPadding(on: arena) }
    }

    /// One row of the matrix per output pixel: the kernel's rows one after the other.
    @inline(__always)
    private func gather(_ pixels: Range<Int>, into patches: UnsafeMutablePointer<Float>, from arena: UnsafePointer<Float>) {
        let run = kernel * input.shape.channels
        var to = patches
        for pixel in pixels {
            let (row, column) = pixel.quotientAndRemainder(dividingBy: output.shape.columns)
            var from = arena + input.index(row: row * stride - input.padding.top, column: column * stride - input.padding.left)
            for _ in 0..<kernel {
                if run < PatchProduct.shortestCopy {
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
}
