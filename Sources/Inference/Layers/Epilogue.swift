/// What follows a matrix product: bias, then the skip connection, then the activation.
package struct Epilogue: Sendable {
    /// One value per output channel.
    package var bias: [Float]
    package var activation: Activation
    /// Added pixel by pixel before the activation (the input of an inverted residual).
    package var skip: TensorView?

    package init(bias: [Float], activation: Activation, skip: TensorView? = nil) {
        self.bias = bias
        self.activation = activation
        self.skip = skip
    }

    /// For a product without bias or activation: nil where the product can be written in place, otherwise one that moves it.
    static func mover(to output: TensorView) -> Epilogue? {
        output.isMatrix ? nil : Epilogue(bias: [Float](repeating: 0, count: output.shape.channels), activation: .identity)
    }

    /// Takes `pixels` from `source` (row-major, `sourceStride` floats a pixel) and puts them into `output`; `source` may be
    /// the output's own memory.
    @inline(__always)
    func apply(
        to source: UnsafePointer<Float>, stride sourceStride: Int, pixels: Range<Int>, output: TensorView,
        on arena: UnsafeMutablePointer<Float>
    ) {
        let channels = output.shape.channels
        let columns = output.shape.columns
        let (lower, upper) = activation.bounds
        bias.withUnsafeBufferPointer { bias in
            var from = source
            var row = pixels.lowerBound / columns
            var column = pixels.lowerBound % columns
            for _ in pixels {
                let to = arena + output.index(row: row, column: column)
                if let skip {
                    let added = arena + skip.index(row: row, column: column)
                    for channel in 0..<channels {
                        to[channel] = clamp(from[channel] + bias[channel] + added[channel], lower, upper)
                    }
                } else {
                    for channel in 0..<channels {
                        to[channel] = clamp(from[channel] + bias[channel], lower, upper)
                    }
                }
                from += sourceStride
                column &+= 1
                if column == columns {
                    column = 0
                    row &+= 1
                }
            }
        }
    }
}
