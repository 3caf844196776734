internal import CKernels
internal import Glibc

/// An inverted residual in bands of rows: expansion, depthwise convolution and projection of one band before the next begins.
///
/// The expanded tensor is six times as wide as what comes in and goes out, and at the network's first stages several times
/// larger than a core's second-level cache. In bands it never leaves that cache. Rows that two bands share are moved, not
/// computed again.
package struct TiledResidual: Layer {
    package let input: TensorView
    package let output: TensorView
    private let expansion: PlacedProduct?
    private let depthwise: PlacedFilter
    private let projection: PlacedProduct
    private let band: Band
    private let scratch: Scratch
    private let kernels: Kernels

    /// A 1×1 convolution: `weights` [input channels][output channels].
    package struct Product {
        package var weights: [Float]
        package var epilogue: Epilogue

        package init(weights: [Float], epilogue: Epilogue) {
            self.weights = weights
            self.epilogue = epilogue
        }
    }

    /// A depthwise convolution: `weights` [kernel][kernel][channels].
    package struct Filter {
        package var kernel: Int
        package var stride: Int
        package var padding: Padding
        package var weights: [Float]
        package var epilogue: Epilogue

        package init(kernel: Int, stride: Int, padding: Padding, weights: [Float], epilogue: Epilogue) {
            self.kernel = kernel
            self.stride = stride
            self.padding = padding
            self.weights = weights
            self.epilogue = epilogue
        }
    }

    /// Whether a block is made in bands: where its expanded tensor outgrows the cache, the weights, read once a band, do not, and a band
    /// of one row fits `scratch`.
    static func suits(_ block: InvertedResidual, precision: Precision, scratch: Scratch) -> Bool {
        let (expanded, depthwise) = (block.depthwise.input, block.depthwise)
        let weights = (block.input.channels + block.output.channels) * expanded.channels
        guard expanded.count > Band.preferredCount, weights <= Band.preferredCount / 2 else { return false }
        let band = Band(
            expanded: expanded, isExpanded: block.expansion != nil, filtered: depthwise.output, kernel: depthwise.kernel, stride: depthwise.stride,
            padding: depthwise.padding, limit: 0)
        return band.count + rounding(precision, block.input.channels, expanded.channels) <= scratch.count
    }

    /// Floats of scratch for rounded rows.
    private static func rounding(_ precision: Precision, _ channels: Int...) -> Int {
        precision == .bf16 ? PackedProduct.scratchCount(inner: channels.max() ?? 0) : 0
    }

    /// `expansion` nil: `input`, which then has the filter's padding, is filtered as it is.
    package init(
        input: TensorView, output: TensorView, expansion: Product?, depthwise: Filter, projection: Product, scratch: Scratch,
        precision: Precision = .f32, kernels: Kernels, pool: ConstantPool
    ) {
        let channels = depthwise.epilogue.bias.count
        let expanded = Shape(rows: input.shape.rows, columns: input.shape.columns, channels: channels)
        let filtered = expanded.windowed(kernel: depthwise.kernel, stride: depthwise.stride, padding: depthwise.padding, channels: channels)
        precondition(filtered.rows == output.shape.rows && filtered.columns == output.shape.columns)
        precondition(depthwise.weights.count == depthwise.kernel * depthwise.kernel * channels)
        precondition(projection.weights.count == channels * output.shape.channels)
        precondition(
            expansion.map { input.isMatrix && $0.weights.count == input.shape.channels * channels }
                ?? (input.shape.channels == channels && input.padding == depthwise.padding))
        self.input = input
        self.output = output
        func placed(_ product: Product, inner: Int, outer: Int) -> PlacedProduct {
            PlacedProduct(
                packed: PackedProduct(product.weights, inner: inner, outer: outer, precision: precision, kernels: kernels, pool: pool),
                epilogue: PlacedEpilogue(product.epilogue, kernels: kernels, pool: pool))
        }
        self.expansion = expansion.map { placed($0, inner: input.shape.channels, outer: channels) }
        self.depthwise = PlacedFilter(depthwise, kernels, pool)
        self.projection = placed(projection, inner: channels, outer: output.shape.channels)
        let rounding = Self.rounding(precision, channels, input.shape.channels)
        band = Band(
            expanded: expanded, isExpanded: expansion != nil, filtered: filtered, kernel: depthwise.kernel, stride: depthwise.stride,
            padding: depthwise.padding, limit: scratch.count - rounding)
        precondition(band.count + rounding <= scratch.count)
        self.scratch = scratch
        self.kernels = kernels
    }

    package var kind: String { "inverted residual \(depthwise.kernel)×\(depthwise.kernel)" }

    package var operations: Int {
        let products = expansion.map { 2 * input.shape.count * $0.packed.outer } ?? 0
        return products + 2 * output.shape.pixels * projection.packed.inner * (depthwise.kernel * depthwise.kernel + projection.packed.outer)
    }

    package func run(on arena: UnsafeMutablePointer<Float>, share: Share) {
        let rows = share.range(output.shape.rows)
        let memory = scratch.base(on: arena, share)
        let filtered = memory + band.expandedCount
        if expansion != nil { band.clearSides(memory) }
        // The input rows that `memory` holds, numbered from −padding.top.
        var held = 0..<0
        var first = rows.lowerBound
        while first < rows.upperBound {
            let end = min(first + band.rows, rows.upperBound)
            let wanted = (first * depthwise.stride)..<((end - 1) * depthwise.stride + depthwise.kernel)
            if let expansion {
                let kept = held.clamped(to: wanted)
                if !kept.isEmpty {
                    memmove(memory, memory + (kept.lowerBound - held.lowerBound) * band.rowStride, kept.count * band.rowStride * MemoryLayout<Float>.stride)
                }
                let missing = (kept.isEmpty ? wanted.lowerBound : kept.upperBound)..<wanted.upperBound
                expand(missing, to: memory + (missing.lowerBound - wanted.lowerBound) * band.rowStride, with: expansion, scratch: memory + band.count, on: arena)
                held = wanted
                filter(memory, pixelStride: band.pixelStride, rowStride: band.rowStride, rows: end - first, to: filtered)
            } else {
                let corner = input.index(row: wanted.lowerBound - input.padding.top, column: -input.padding.left)
                filter(arena + corner, pixelStride: input.pixelStride, rowStride: input.rowStride, rows: end - first, to: filtered)
            }
            project(filtered, rows: first..<end, scratch: memory + band.count, on: arena)
            first = end
        }
        if share.isFirst { output.clearPadding(on: arena) }
    }

    /// `rows`: as in `run`; those outside the image are zeros.
    private func expand(
        _ rows: Range<Int>, to target: UnsafeMutablePointer<Float>, with expansion: PlacedProduct, scratch: UnsafeMutablePointer<Float>,
        on arena: UnsafeMutablePointer<Float>
    ) {
        let inside = rows.clamped(to: band.padding.top..<(band.padding.top + input.shape.rows))
        let above = inside.isEmpty ? rows.count : inside.lowerBound - rows.lowerBound
        target.update(repeating: 0, count: above * band.rowStride)
        guard !inside.isEmpty else { return }
        (target + (above + inside.count) * band.rowStride).update(repeating: 0, count: (rows.upperBound - inside.upperBound) * band.rowStride)
        let corner = target + above * band.rowStride + band.padding.left * band.pixelStride
        let view = KernelView(base: corner, columns: input.shape.columns, pixel_stride: band.pixelStride, row_stride: band.rowStride)
        let from = arena + input.index(row: inside.lowerBound - band.padding.top, column: 0)
        expansion.packed.run(
            from, stride: input.pixelStride, pixels: 0..<inside.count * input.shape.columns, to: view, epilogue: expansion.epilogue.kernel(on: arena),
            scratch: scratch)
    }

    private func filter(_ from: UnsafePointer<Float>, pixelStride: Int, rowStride: Int, rows: Int, to filtered: UnsafeMutablePointer<Float>) {
        let columns = output.shape.columns
        var layer = KernelDepthwise(
            input: from, pixel_step: depthwise.stride * pixelStride, row_step: depthwise.stride * rowStride, input_pixel_stride: pixelStride,
            input_row_stride: rowStride, kernel: depthwise.kernel, channels: projection.packed.inner, weights: depthwise.weights.base,
            output: KernelView(base: filtered, columns: columns, pixel_stride: band.filteredStride, row_stride: columns * band.filteredStride),
            epilogue: depthwise.epilogue.kernel(on: filtered))
        kernels.table.pointee.depthwise(&layer, 0, rows)
    }

    private func project(
        _ filtered: UnsafePointer<Float>, rows: Range<Int>, scratch: UnsafeMutablePointer<Float>, on arena: UnsafeMutablePointer<Float>
    ) {
        var view = output.view(on: arena)
        view.base += rows.lowerBound * output.rowStride
        var epilogue = projection.epilogue.kernel(on: arena)
        if let skip = epilogue.skip.base { epilogue.skip.base = skip + rows.lowerBound * epilogue.skip.row_stride }
        projection.packed.run(
            filtered, stride: band.filteredStride, pixels: 0..<rows.count * output.shape.columns, to: view, epilogue: epilogue, scratch: scratch)
    }
}

/// How many output rows are in hand at a time, and how their tensors lie in scratch memory: first the expanded rows with zeros at
/// both sides, then the filtered ones.
private struct Band {
    var rows: Int
    var padding: Padding
    var pixelStride: Int
    var rowStride: Int
    /// 0 where nothing is expanded.
    var expandedRows: Int
    var filteredStride: Int
    var filteredCount: Int
    private let columns: Int

    var expandedCount: Int { expandedRows * rowStride }
    var count: Int { expandedCount + filteredCount }

    /// 320 KB: the rest of a second-level cache of half a megabyte is for weights, input and output.
    static let preferredCount = 80 << 10

    /// As many rows as `limit` floats hold, and the cache; at least one.
    init(expanded: Shape, isExpanded: Bool, filtered: Shape, kernel: Int, stride: Int, padding: Padding, limit: Int) {
        self.padding = padding
        columns = expanded.columns
        pixelStride = TensorView.spacedChannels(expanded.channels)
        rowStride = (columns + padding.left + padding.right) * pixelStride
        filteredStride = TensorView.spacedChannels(filtered.channels)
        rows = 0
        expandedRows = 0
        filteredCount = 0
        repeat {
            rows += 1
            expandedRows = isExpanded ? (rows - 1) * stride + kernel : 0
            filteredCount = rows * filtered.columns * filteredStride
        } while rows < filtered.rows
            && count + (isExpanded ? stride * rowStride : 0) + filtered.columns * filteredStride <= min(Band.preferredCount, limit)
    }

    /// The columns of zeros left and right of each expanded row.
    func clearSides(_ memory: UnsafeMutablePointer<Float>) {
        for row in 0..<expandedRows {
            (memory + row * rowStride).update(repeating: 0, count: padding.left * pixelStride)
            (memory + row * rowStride + (padding.left + columns) * pixelStride).update(repeating: 0, count: padding.right * pixelStride)
        }
    }
}

private struct PlacedProduct: Sendable {
    let packed: PackedProduct
    let epilogue: PlacedEpilogue
}

private struct PlacedFilter: Sendable {
    let kernel: Int
    let stride: Int
    let weights: Constants
    let epilogue: PlacedEpilogue

    init(_ filter: TiledResidual.Filter, _ kernels: Kernels, _ pool: ConstantPool) {
        kernel = filter.kernel
        stride = filter.stride
        weights = pool.place(filter.weights)
        epilogue = PlacedEpilogue(filter.epilogue, kernels: kernels, pool: pool)
    }
}
