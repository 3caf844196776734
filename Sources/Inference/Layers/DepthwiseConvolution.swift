/// A convolution with one filter per channel (kernels 3×3 and 5×5 in EfficientNet-Lite0).
///
/// Input rows×columns×C with its padding, weights [kernel][kernel][C], output rows×columns×C.
package struct DepthwiseConvolution: Layer {
    package let input: TensorView
    package let output: TensorView
    let kernel: Int
    let stride: Int
    /// [kernel row][kernel column][channel].
    let weights: [Float]
    let bias: [Float]
    let activation: Activation

    package init(
        input: TensorView, output: TensorView, kernel: Int, stride: Int, weights: [Float], bias: [Float], activation: Activation
    ) {
        let channels = input.shape.channels
        precondition(
            input.shape.windowed(kernel: kernel, stride: stride, padding: input.padding, channels: channels) == output.shape)
        precondition(weights.count == kernel * kernel * channels && bias.count == channels)
        self.input = input
        self.output = output
        self.kernel = kernel
        self.stride = stride
        self.weights = weights
        self.bias = bias
        self.activation = activation
    }

    package func run(on arena: UnsafeMutablePointer<Float>) {
        let channels = input.shape.channels
        weights.withUnsafeBufferPointer { weights in
            bias.withUnsafeBufferPointer { bias in
                guard let weights = weights.baseAddress, let bias = bias.baseAddress else { return }
                for row in 0..<output.shape.rows {
                    for column in 0..<output.shape.columns {
                        let from =
                            arena
                            + input.index(row: row * stride - input.padding.top, column: column * stride - input.padding.left)
                        let to = arena + output.index(row: row, column: column)
                        var channel = 0
                        while channel &+ Lanes.scalarCount <= channels {
                            pixel(from + channel, weights + channel, bias + channel, into: to + channel)
                            channel &+= Lanes.scalarCount
                        }
                        while channel < channels {
                            to[channel] = value(from + channel, weights + channel, bias[channel])
                            channel &+= 1
                        }
                    }
                }
            }
        }
        output.clearPadding(on: arena)
    }

    private typealias Lanes = SIMD16<Float>

    /// Sixteen channels of one output pixel.
    @inline(__always)
    private func pixel(
        _ from: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, _ bias: UnsafePointer<Float>,
        into to: UnsafeMutablePointer<Float>
    ) {
        let channels = input.shape.channels
        var sum = load(bias)
        var weight = weights
        var line = from
        for _ in 0..<kernel {
            var tap = line
            for _ in 0..<kernel {
                // A product and a sum: without a processor's fused instruction, `addingProduct` is a library call.
                sum += load(tap) * load(weight)
                tap += input.pixelStride
                weight += channels
            }
            line += input.rowStride
        }
        let (lower, upper) = activation.bounds
        sum.replace(with: lower, where: sum .< lower)
        sum.replace(with: upper, where: sum .> upper)
        UnsafeMutableRawPointer(to).storeBytes(of: sum, as: Lanes.self)
    }

    @inline(__always)
    private func load(_ pointer: UnsafePointer<Float>) -> Lanes {
        UnsafeRawPointer(pointer).loadUnaligned(as: Lanes.self)
    }

    /// One channel, for the channels that do not fill sixteen.
    @inline(__always)
    private func value(_ from: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, _ bias: Float) -> Float {
        var sum = bias
        for row in 0..<kernel {
            for column in 0..<kernel {
                sum +=
                    from[row &* input.rowStride &+ column &* input.pixelStride]
                    * weights[(row &* kernel &+ column) &* input.shape.channels]
            }
        }
        let (lower, upper) = activation.bounds
        return clamp(sum, lower, upper)
    }

    package func naive(_ input: [Float]) -> [Float] {
        let channels = self.input.shape.channels
        return (0..<output.shape.count).map { index in
            let (pixel, channel) = index.quotientAndRemainder(dividingBy: channels)
            var sum = Double(bias[channel])
            forEachTap(ofPixel: pixel, kernel: kernel, stride: stride, from: self.input, to: output.shape) { tap, position in
                sum += Double(input[position * channels + channel]) * Double(weights[tap * channels + channel])
            }
            return Float(activation.naive(sum))
        }
    }
}
