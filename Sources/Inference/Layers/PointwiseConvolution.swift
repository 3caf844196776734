/// A 1×1 convolution: one matrix product over the pixels.
///
/// Input rows×columns×C, weights [C][N], output rows×columns×N. Optionally each input value first goes through
/// `max(0, x·scale + shift)` (DenseNet normalises before it convolves); bias, skip connection and activation follow.
/// It works on as many pixels at a time as fit the scratch memory.
package struct PointwiseConvolution: Layer {
    package let input: TensorView
    package let output: TensorView
    /// [input channels][output channels].
    let weights: [Float]
    let normalisation: ScaleShift?
    let epilogue: Epilogue?
    let scratch: Scratch

    /// Rows a power of two apart would fall into the same cache sets.
    private static let rowGap = 16

    package init(
        input: TensorView, output: TensorView, weights: [Float], normalisation: ScaleShift? = nil, epilogue: Epilogue? = nil,
        scratch: Scratch
    ) {
        precondition(input.isMatrix && input.shape.pixels == output.shape.pixels)
        precondition(weights.count == input.shape.channels * output.shape.channels)
        precondition(scratch.count >= input.shape.channels + PointwiseConvolution.rowGap + output.shape.channels)
        self.input = input
        self.output = output
        self.weights = weights
        self.normalisation = normalisation
        self.epilogue = epilogue ?? .mover(to: output)
        self.scratch = scratch
    }

    package func run(on arena: UnsafeMutablePointer<Float>) {
        let inner = input.shape.channels
        let columns = output.shape.channels
        let operandStride = inner + PointwiseConvolution.rowGap
        let isDirect = output.isMatrix
        let chunk = scratch.count / (operandStride + columns)
        let operand = arena + scratch.offset
        let product = operand + chunk * operandStride
        weights.withUnsafeBufferPointer { weights in
            guard let weights = weights.baseAddress else { return }
            var first = 0
            while first < input.shape.pixels {
                let pixels = first..<min(first + chunk, input.shape.pixels)
                let source = arena + input.offset + first * input.pixelStride
                let target = isDirect ? arena + output.offset + first * output.pixelStride : product
                let targetStride = isDirect ? output.pixelStride : columns
                if let normalisation {
                    normalisation.rectify(
                        source, stride: input.pixelStride, pixels: pixels.count, into: operand, stride: operandStride)
                    multiply(
                        operand, rows: pixels.count, inner: inner, stride: operandStride, by: weights, columns: columns,
                        into: target, stride: targetStride)
                } else {
                    multiply(
                        source, rows: pixels.count, inner: inner, stride: input.pixelStride, by: weights, columns: columns,
                        into: target, stride: targetStride)
                }
                epilogue?.apply(to: target, stride: targetStride, pixels: pixels, output: output, on: arena)
                first = pixels.upperBound
            }
        }
        output.clearPadding(on: arena)
    }

    /// Leaves the skip connection out: its tensor lies in the arena, not in `input`.
    package func naive(_ input: [Float]) -> [Float] {
        let inner = self.input.shape.channels
        let columns = output.shape.channels
        return (0..<output.shape.count).map { index in
            let (pixel, column) = index.quotientAndRemainder(dividingBy: columns)
            var sum = Double(epilogue?.bias[column] ?? 0)
            for channel in 0..<inner {
                let value = Double(input[pixel * inner + channel])
                sum += (normalisation?.naive(value, channel: channel) ?? value) * Double(weights[channel * columns + column])
            }
            return Float(epilogue?.activation.naive(sum) ?? sum)
        }
    }
}
