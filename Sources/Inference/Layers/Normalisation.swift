/// A batch normalisation as it is at inference: x·scale + shift, channel by channel.
package struct ScaleShift: Sendable, Hashable {
    package var scale: [Float]
    package var shift: [Float]

    package init(scale: [Float], shift: [Float]) {
        precondition(scale.count == shift.count)
        self.scale = scale
        self.shift = shift
    }

    /// scale = weight / √(variance + epsilon), shift = bias − mean·scale, in double precision.
    package init(weight: [Float], bias: [Float], mean: [Float], variance: [Float], epsilon: Float) {
        let scale = zip(weight, variance).map { Double($0) / (Double($1) + Double(epsilon)).squareRoot() }
        self.scale = scale.map { Float($0) }
        shift = bias.indices.map { Float(Double(bias[$0]) - Double(mean[$0]) * scale[$0]) }
    }

    /// max(0, x·scale + shift) of `pixels` rows, from one matrix to another.
    @inline(__always)
    func rectify(
        _ source: UnsafePointer<Float>, stride: Int, pixels: Int, into target: UnsafeMutablePointer<Float>, stride targetStride: Int
    ) {
        let channels = scale.count
        scale.withUnsafeBufferPointer { scale in
            shift.withUnsafeBufferPointer { shift in
                var from = source
                var to = target
                for _ in 0..<pixels {
                    for channel in 0..<channels {
                        let value = from[channel] * scale[channel] + shift[channel]
                        to[channel] = 0 > value ? 0 : value
                    }
                    from += stride
                    to += targetStride
                }
            }
        }
    }

    func naive(_ value: Double, channel: Int) -> Double {
        max(0, value * Double(scale[channel]) + Double(shift[channel]))
    }
}

/// Batch normalisation and ReLU on their own: rows×columns×C in, the same out.
package struct NormalisationLayer: Layer {
    package let input: TensorView
    package let output: TensorView
    let normalisation: ScaleShift

    package init(input: TensorView, output: TensorView, normalisation: ScaleShift) {
        precondition(input.isMatrix && output.isMatrix && input.shape == output.shape)
        precondition(normalisation.scale.count == input.shape.channels)
        self.input = input
        self.output = output
        self.normalisation = normalisation
    }

    package func run(on arena: UnsafeMutablePointer<Float>) {
        normalisation.rectify(
            arena + input.offset, stride: input.pixelStride, pixels: input.shape.pixels, into: arena + output.offset,
            stride: output.pixelStride)
    }

    package func naive(_ input: [Float]) -> [Float] {
        input.enumerated().map { Float(normalisation.naive(Double($1), channel: $0 % self.input.shape.channels)) }
    }
}
