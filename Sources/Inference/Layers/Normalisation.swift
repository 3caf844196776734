internal import CKernels

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
}

/// A normalisation in place, as kernels take it.
struct PlacedNormalisation: Sendable {
    let scale: Constants
    let shift: Constants

    init(_ normalisation: ScaleShift, pool: ConstantPool) {
        scale = pool.place(normalisation.scale)
        shift = pool.place(normalisation.shift)
    }
}

/// Batch normalisation and ReLU on their own: rows×columns×C in, the same out.
package struct Rectification: Layer {
    package let input: TensorView
    package let output: TensorView
    private let normalisation: PlacedNormalisation
    private let kernels: Kernels

    package init(input: TensorView, output: TensorView, normalisation: ScaleShift, kernels: Kernels, pool: ConstantPool) {
        precondition(input.shape == output.shape && normalisation.scale.count == input.shape.channels)
        self.input = input
        self.output = output
        self.normalisation = PlacedNormalisation(normalisation, pool: pool)
        self.kernels = kernels
    }

    package var kind: String { "normalisation" }

    package var operations: Int { 2 * output.shape.count }

    package func run(on arena: UnsafeMutablePointer<Float>, share: Share) {
        var layer = KernelRectify(
            input: input.view(on: arena), output: output.view(on: arena), channels: input.shape.channels, scale: normalisation.scale.base,
            shift: normalisation.shift.base)
        let pixels = share.range(output.shape.pixels)
        kernels.table.pointee.rectify(&layer, pixels.lowerBound, pixels.upperBound)
        if share.isFirst { output.clearPadding(on: arena) }
    }
}
