/// The size of one image inside a network: rows × columns × channels.
///
/// Stored row by row, the channels of a pixel side by side (NHWC with N = 1): a 1×1 convolution is then one matrix product
/// over all pixels.
package struct Shape: Hashable, Sendable, CustomStringConvertible {
    package var rows: Int
    package var columns: Int
    package var channels: Int

    package init(rows: Int, columns: Int, channels: Int) {
        self.rows = rows
        self.columns = columns
        self.channels = channels
    }

    package var pixels: Int { rows * columns }
    package var count: Int { rows * columns * channels }

    package var description: String { "\(rows)×\(columns)×\(channels)" }
}

/// Rows and columns of zeros around a tensor.
package struct Padding: Hashable, Sendable {
    package var top: Int
    package var left: Int
    package var bottom: Int
    package var right: Int

    package init(top: Int, left: Int, bottom: Int, right: Int) {
        self.top = top
        self.left = left
        self.bottom = bottom
        self.right = right
    }

    /// The same on all four sides, as PyTorch's `padding=` has it.
    package init(_ all: Int) {
        self.init(top: all, left: all, bottom: all, right: all)
    }

    package static let none = Padding(0)

    /// TensorFlow's SAME: the output is ceil(input / stride), and an odd row or column of zeros goes to the bottom or right.
    ///
    ///     Padding.same(rows: 224, columns: 224, kernel: 3, stride: 2)   // top 0, left 0, bottom 1, right 1
    package static func same(rows: Int, columns: Int, kernel: Int, stride: Int) -> Padding {
        func total(_ size: Int) -> Int {
            let output = (size + stride - 1) / stride
            return max((output - 1) * stride + kernel - size, 0)
        }
        let vertical = total(rows)
        let horizontal = total(columns)
        return Padding(
            top: vertical / 2, left: horizontal / 2, bottom: vertical - vertical / 2, right: horizontal - horizontal / 2)
    }
}

extension Shape {
    /// The rows and columns that a window of `kernel` × `kernel` with `stride` makes of this shape.
    package func windowed(kernel: Int, stride: Int, padding: Padding, channels: Int) -> Shape {
        Shape(
            rows: (rows + padding.top + padding.bottom - kernel) / stride + 1,
            columns: (columns + padding.left + padding.right - kernel) / stride + 1,
            channels: channels)
    }
}
