internal import CKernels

/// A 3×3 convolution with stride 1 by Winograd's F(4×4, 3×3), its 36 products by `cblas_sgemm`.
///
/// Input rows×columns×C with one zero all around, weights [3][3][C][N], output rows×columns×N.
package struct WinogradProduct: Layer {
    package let input: TensorView
    package let output: TensorView
    /// 36 matrices [C][N].
    private let weights: Constants
    private let epilogue: PlacedEpilogue
    private let scratch: Scratch
    private let kernels: Kernels

    private static let points = WINOGRAD_POINTS
    private static let gap = KERNEL_ROW_GAP

    /// Floats of scratch for one tile.
    private static func tileCount(_ input: TensorView, _ output: TensorView, _ kernels: Kernels) -> Int {
        points * (input.shape.channels + gap + paddedOutputs(output, kernels))
    }

    /// Sums are read a vector at a time.
    private static func paddedOutputs(_ output: TensorView, _ kernels: Kernels) -> Int {
        (output.shape.channels + kernels.lanes - 1) / kernels.lanes * kernels.lanes
    }

    package init(
        input: TensorView, output: TensorView, weights: [Float], epilogue: Epilogue, scratch: Scratch, kernels: Kernels, pool: ConstantPool
    ) {
        let (inner, outer) = (input.shape.channels, output.shape.channels)
        precondition(input.padding == Padding(1) && inner % kernels.lanes == 0 && weights.count == 9 * inner * outer)
        precondition(output.shape.rows == input.shape.rows && output.shape.columns == input.shape.columns)
        precondition(scratch.count >= Self.tileCount(input, output, kernels))
        self.input = input
        self.output = output
        self.weights = pool.place(count: winograd_count(outer, inner, outer)) { winograd_weights(outer, weights, inner, outer, $0) }
        self.epilogue = PlacedEpilogue(epilogue, kernels: kernels, pool: pool)
        self.scratch = scratch
        self.kernels = kernels
    }

    package var kind: String { "3×3" }

    package var operations: Int { 2 * output.shape.count * 9 * input.shape.channels }

    package func run(on arena: UnsafeMutablePointer<Float>, share: Share) {
        let transformed = scratch.base(on: arena, share)
        var layer = KernelWinograd(input, output, on: arena, weights: nil, epilogue: epilogue.kernel(on: arena), scratch: transformed)
        let (inner, outer) = (input.shape.channels, output.shape.channels)
        let (stride, padded) = (inner + Self.gap, Self.paddedOutputs(output, kernels))
        let group = scratch.count / Self.tileCount(input, output, kernels)
        let sums = transformed + Self.points * group * stride
        let all = share.range(layer.tiles)
        var first = all.lowerBound
        while first < all.upperBound {
            let tiles = min(group, all.upperBound - first)
            for tile in 0..<tiles {
                kernels.table.pointee.winograd_gather(&layer, first + tile, 0, inner, transformed + tile * stride, group * stride)
            }
            for point in 0..<Self.points {
                multiply(
                    transformed + point * group * stride, rows: tiles, inner: inner, stride: stride, by: weights.base + point * inner * outer,
                    columns: outer, into: sums + point * group * padded, stride: padded)
            }
            for tile in 0..<tiles {
                kernels.table.pointee.winograd_scatter(&layer, first + tile, sums + tile * padded, group * padded)
            }
            first += tiles
        }
        if share.isFirst { output.clearPadding(on: arena) }
    }
}
