/// Where a tensor lies in a worker's arena.
///
/// A view may be a slice of channels of a wider buffer (DenseNet writes each layer's 32 channels in place: no concatenation),
/// and may carry a border of zeros for the convolution that reads it.
package struct TensorView: Hashable, Sendable {
    /// The float in the arena that is channel 0 of row 0, column 0.
    package var offset: Int
    package var shape: Shape
    /// Floats from one pixel to the next: more than `shape.channels` where the view is a slice.
    package var pixelStride: Int
    /// Floats from one row to the next.
    package var rowStride: Int
    /// The zeros around it that belong to it; whoever writes the view writes them too.
    package var padding: Padding

    /// A view of its own memory, which starts at `start` and is `TensorView.count(of:padding:pixelStride:)` floats long.
    ///
    /// `pixelStride` nil: pixels side by side.
    package init(start: Int, shape: Shape, padding: Padding = .none, pixelStride: Int? = nil) {
        let columns = shape.columns + padding.left + padding.right
        self.pixelStride = pixelStride ?? shape.channels
        rowStride = columns * self.pixelStride
        offset = start + padding.top * rowStride + padding.left * self.pixelStride
        self.shape = shape
        self.padding = padding
    }

    package static func count(of shape: Shape, padding: Padding = .none, pixelStride: Int? = nil) -> Int {
        (shape.rows + padding.top + padding.bottom) * (shape.columns + padding.left + padding.right) * (pixelStride ?? shape.channels)
    }

    /// A pixel stride for `channels` whose neighbouring pixels don't crowd a few sets of the first-level cache: pixels a multiple of
    /// 512 bytes apart would share eight of its sixty-four sets.
    package static func spacedChannels(_ channels: Int) -> Int { channels % 128 == 0 ? channels + 16 : channels }

    /// The same pixels, `count` of their channels from `first` on.
    package func channels(from first: Int, count: Int) -> TensorView {
        precondition(first >= 0 && first + count <= shape.channels)
        var slice = self
        slice.offset += first
        slice.shape.channels = count
        return slice
    }

    /// All pixels lie at one distance from each other: rows × columns of them are the rows of a matrix.
    package var isMatrix: Bool { rowStride == shape.columns * pixelStride }

    @inline(__always)
    package func index(row: Int, column: Int) -> Int {
        offset &+ row &* rowStride &+ column &* pixelStride
    }

    /// Writes the border's zeros. A border takes whole pixels, so a padded view is never a slice.
    package func clearPadding(on arena: UnsafeMutablePointer<Float>) {
        guard padding != .none else { return }
        let above = padding.top * rowStride + padding.left * pixelStride
        (arena + (offset - above)).update(repeating: 0, count: above)
        let between = (padding.left + padding.right) * pixelStride
        for row in 0..<shape.rows {
            let end = index(row: row, column: shape.columns)
            let isLast = row == shape.rows - 1
            let below = padding.right * pixelStride + padding.bottom * rowStride
            (arena + end).update(repeating: 0, count: isLast ? below : between)
        }
    }

    /// Copies `values` (rows × columns × channels, dense) into the view.
    package func write(_ values: UnsafeBufferPointer<Float>, on arena: UnsafeMutablePointer<Float>) {
        precondition(values.count == shape.count)
        guard let source = values.baseAddress else { return }
        for row in 0..<shape.rows {
            for column in 0..<shape.columns {
                let pixel = (row * shape.columns + column) * shape.channels
                (arena + index(row: row, column: column)).update(from: source + pixel, count: shape.channels)
            }
        }
        clearPadding(on: arena)
    }

    /// The view's values, dense.
    package func read(from arena: UnsafePointer<Float>) -> [Float] {
        [Float](unsafeUninitializedCapacity: shape.count) { buffer, initialized in
            guard let target = buffer.baseAddress else { return }
            for row in 0..<shape.rows {
                for column in 0..<shape.columns {
                    let pixel = (row * shape.columns + column) * shape.channels
                    (target + pixel).initialize(from: arena + index(row: row, column: column), count: shape.channels)
                }
            }
            initialized = shape.count
        }
    }
}
