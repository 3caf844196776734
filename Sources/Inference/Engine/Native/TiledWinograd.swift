internal import CKernels

/// A 3×3 convolution with stride 1 by Winograd's F(4×4, 3×3), its products by our own tiles.
///
/// Input rows×columns×C with one zero all around, weights [3][3][C][N], output rows×columns×N.
package struct TiledWinograd: Layer {
    package let input: TensorView
    package let output: TensorView
    private let weights: Constants
    private let epilogue: PlacedEpilogue
    private let scratch: Scratch
    private let kernels: Kernels

    /// Floats of scratch that each thread needs.
    static func scratchCount(inputs: Int, outputs: Int, kernels: Kernels) -> Int { winograd_scratch(kernels.table, inputs, outputs) }

    package init(
        input: TensorView, output: TensorView, weights: [Float], epilogue: Epilogue, scratch: Scratch, kernels: Kernels, pool: ConstantPool
    ) {
        let (inner, outer) = (input.shape.channels, output.shape.channels)
        precondition(input.padding == Padding(1) && inner % kernels.lanes == 0 && weights.count == 9 * inner * outer)
        precondition(output.shape.rows == input.shape.rows && output.shape.columns == input.shape.columns)
        precondition(scratch.count >= Self.scratchCount(inputs: inner, outputs: outer, kernels: kernels))
        self.input = input
        self.output = output
        self.weights = pool.place(count: winograd_count(kernels.panel, inner, outer)) { winograd_weights(kernels.panel, weights, inner, outer, $0) }
        self.epilogue = PlacedEpilogue(epilogue, kernels: kernels, pool: pool)
        self.scratch = scratch
        self.kernels = kernels
    }

    package var kind: String { "3×3" }

    package var operations: Int { 2 * output.shape.count * 9 * input.shape.channels }

    package func run(on arena: UnsafeMutablePointer<Float>, share: Share) {
        var layer = KernelWinograd(input, output, on: arena, weights: weights.base, epilogue: epilogue.kernel(on: arena), scratch: scratch.base(on: arena, share))
        let tiles = share.range(layer.tiles)
        kernels.table.pointee.winograd(&layer, tiles.lowerBound, tiles.upperBound)
        if share.isFirst { output.clearPadding(on: arena) }
    }
}

extension KernelWinograd {
    init(
        _ input: TensorView, _ output: TensorView, on arena: UnsafeMutablePointer<Float>, weights: UnsafePointer<Float>?, epilogue: KernelEpilogue,
        scratch: UnsafeMutablePointer<Float>
    ) {
        self.init(
            input: arena + input.index(row: -1, column: -1), input_pixel_stride: input.pixelStride, input_row_stride: input.rowStride,
            channels: input.shape.channels, weights: weights, outer: output.shape.channels, rows: output.shape.rows,
            columns: output.shape.columns, output: output.view(on: arena), epilogue: epilogue, scratch: scratch)
    }

    /// 4×4 output pixels each; those at the right and lower edge may reach beyond.
    var tiles: Int { ((rows + 3) / 4) * ((columns + 3) / 4) }
}
