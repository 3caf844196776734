internal import CKernels

/// The vector kernels of one kind of processor; `Kernels.best` is what this one runs.
///
///     Kernels.available.map(\.name)   // ["avx2", "baseline"]
package struct Kernels: @unchecked Sendable, Hashable {
    // A constant of the C target: it is never written and never goes away.
    let table: UnsafePointer<KernelSet>

    /// `avx512`, `avx2` or `baseline` (SSE2, or NEON on ARM).
    package var name: String { String(cString: table.pointee.name) }

    /// Floats in a vector.
    package var lanes: Int { table.pointee.lanes }

    /// Whether it multiplies bf16 by an instruction of its own; without, `Precision.bf16` gives the same figures within
    /// rounding, slowly.
    package var hasBF16: Bool { table.pointee.has_bf16 != 0 }

    /// Output channels that lie side by side in packed weights.
    package var panel: Int { table.pointee.panel }

    /// What one core can do at most, in GFLOP/s: multiplications and additions in registers, the best of ten tries.
    package func peakGigaflops(clock: some Clock<Duration> = ContinuousClock()) -> Double {
        let rounds = 200_000
        let best = (0..<10).map { _ in clock.measure { _ = table.pointee.multiply_and_add(rounds) } / .seconds(1) }.min() ?? .infinity
        return Double(2 * table.pointee.sums_at_a_time * rounds) / best / 1e9
    }

    /// Best first.
    package static let available: [Kernels] = {
        var found: [Kernels] = []
        while let set = kernel_set(CInt(found.count)) { found.append(Kernels(table: set)) }
        return found
    }()

    package static var best: Kernels { available[0] }
}

extension TensorView {
    func view(on arena: UnsafeMutablePointer<Float>) -> KernelView {
        KernelView(base: arena + offset, columns: shape.columns, pixel_stride: pixelStride, row_stride: rowStride)
    }
}
