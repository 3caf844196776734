internal import CKernels

/// What follows a matrix product: bias, then the skip connection, then the activation.
package struct Epilogue: Sendable {
    /// One value per output channel; empty: zeros.
    package var bias: [Float]
    package var activation: Activation
    /// Added pixel by pixel before the activation (the input of an inverted residual).
    package var skip: TensorView?

    package init(bias: [Float] = [], activation: Activation = .identity, skip: TensorView? = nil) {
        self.bias = bias
        self.activation = activation
        self.skip = skip
    }

    package static let none = Epilogue()
}

/// An epilogue with its bias in place, as kernels take it.
struct PlacedEpilogue: Sendable {
    private let bias: Constants?
    private let activation: Activation
    private let skip: TensorView?

    init(_ epilogue: Epilogue, kernels: Kernels, pool: ConstantPool) {
        bias = epilogue.bias.isEmpty ? nil : pool.place(epilogue.bias, paddedTo: kernels.panel)
        activation = epilogue.activation
        skip = epilogue.skip
    }

    /// Whether nothing is left to do after the product.
    var isEmpty: Bool { bias == nil && activation == .identity && skip == nil }

    @inline(__always)
    func kernel(on arena: UnsafeMutablePointer<Float>) -> KernelEpilogue {
        let (lower, upper) = activation.bounds
        return KernelEpilogue(bias: bias?.base, skip: skip?.view(on: arena) ?? KernelView(), lower: lower, upper: upper)
    }
}
