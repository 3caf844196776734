import Inference

/// Each layer as its definition reads, in double precision: slow on purpose. Tensors are dense, rows × columns × channels.
struct Twin {
    var input: Shape
    var output: Shape
    var compute: ([Float]) -> [Float]

    private init(_ input: Shape, _ output: Shape, _ value: @escaping (_ input: [Float], _ pixel: Int, _ channel: Int) -> Double) {
        self.input = input
        self.output = output
        compute = { values in
            (0..<output.count).map { Float(value(values, $0 / output.channels, $0 % output.channels)) }
        }
    }

    /// This twin's result as the next one's input.
    func then(_ next: Twin) -> Twin {
        var both = self
        both.output = next.output
        both.compute = { next.compute(compute($0)) }
        return both
    }

    static func rectified(_ value: Float, _ normalisation: ScaleShift, channel: Int) -> Double {
        max(0, Double(value) * Double(normalisation.scale[channel]) + Double(normalisation.shift[channel]))
    }

    /// To the nearest number of 8 significant bits, ties to the even one.
    static func rounded(_ value: Float) -> Double {
        guard value != 0, value.isFinite else { return Double(value) }
        let unit = Double(value.ulp) * 0x1p16
        return (Double(value) / unit).rounded(.toNearestOrEven) * unit
    }

    static func activated(_ value: Double, _ activation: Activation) -> Double {
        let (lower, upper) = activation.bounds
        return value.isNaN ? value : min(max(value, Double(lower)), Double(upper))
    }

    /// `weights`: [input channels][output channels].
    static func pointwise(
        _ input: Shape, _ output: Shape, weights: [Float], normalisation: ScaleShift?, epilogue: Epilogue, skip: [Float]? = nil, precision: Precision = .f32
    ) -> Twin {
        func factor(_ value: Double) -> Double { precision == .bf16 ? rounded(Float(value)) : value }
        return Twin(input, output) { values, pixel, column in
            var sum = epilogue.bias.isEmpty ? 0 : Double(epilogue.bias[column])
            for channel in 0..<input.channels {
                let value = values[pixel * input.channels + channel]
                sum +=
                    factor(normalisation.map { rectified(value, $0, channel: channel) } ?? Double(value))
                    * factor(Double(weights[channel * output.channels + column]))
            }
            return activated(sum + Double(skip?[pixel * output.channels + column] ?? 0), epilogue.activation)
        }
    }

    /// `weights`: [kernel][kernel][input channels][output channels].
    static func convolution(
        _ input: Shape, _ output: Shape, kernel: Int, stride: Int, padding: Padding, weights: [Float], epilogue: Epilogue, skip: [Float]? = nil
    ) -> Twin {
        Twin(input, output) { values, pixel, column in
            var sum = epilogue.bias.isEmpty ? 0 : Double(epilogue.bias[column])
            forEachTap(pixel, kernel, stride, padding, input, output) { tap, position in
                for channel in 0..<input.channels {
                    sum +=
                        Double(values[position * input.channels + channel])
                        * Double(weights[(tap * input.channels + channel) * output.channels + column])
                }
            }
            return activated(sum + Double(skip?[pixel * output.channels + column] ?? 0), epilogue.activation)
        }
    }

    /// `weights`: [kernel][kernel][channels].
    static func depthwise(
        _ input: Shape, _ output: Shape, kernel: Int, stride: Int, padding: Padding, weights: [Float], epilogue: Epilogue
    ) -> Twin {
        Twin(input, output) { values, pixel, channel in
            var sum = Double(epilogue.bias[channel])
            forEachTap(pixel, kernel, stride, padding, input, output) { tap, position in
                sum += Double(values[position * input.channels + channel]) * Double(weights[tap * input.channels + channel])
            }
            return activated(sum, epilogue.activation)
        }
    }

    static func rectification(_ shape: Shape, _ normalisation: ScaleShift) -> Twin {
        Twin(shape, shape) { values, pixel, channel in rectified(values[pixel * shape.channels + channel], normalisation, channel: channel) }
    }

    static func rectifiedMean(_ input: Shape, _ output: Shape, _ normalisation: ScaleShift) -> Twin {
        Twin(input, output) { values, pixel, channel in
            let (row, column) = pixel.quotientAndRemainder(dividingBy: output.columns)
            return [(0, 0), (0, 1), (1, 0), (1, 1)].reduce(0.0) { sum, step in
                let position = (2 * row + step.0) * input.columns + 2 * column + step.1
                return sum + rectified(values[position * input.channels + channel], normalisation, channel: channel) / 4
            }
        }
    }

    static func maximum(_ input: Shape, _ output: Shape, kernel: Int, stride: Int, padding: Padding) -> Twin {
        Twin(input, output) { values, pixel, channel in
            var largest = -Double.infinity
            forEachTap(pixel, kernel, stride, padding, input, output) { _, position in
                largest = max(largest, Double(values[position * input.channels + channel]))
            }
            return largest
        }
    }

    static func average(_ input: Shape) -> Twin {
        Twin(input, Shape(rows: 1, columns: 1, channels: input.channels)) { values, _, channel in
            (0..<input.pixels).reduce(0.0) { $0 + Double(values[$1 * input.channels + channel]) } / Double(input.pixels)
        }
    }

    /// `weights`: [outputs][inputs].
    static func linear(_ input: Shape, _ output: Shape, weights: [Float], bias: [Float]) -> Twin {
        Twin(input, output) { values, _, index in
            values.indices.reduce(Double(bias[index])) { $0 + Double(values[$1]) * Double(weights[index * values.count + $1]) }
        }
    }

    /// Calls `body` with the tap's number in the kernel and the input pixel's number, for the taps that fall inside the image.
    private static func forEachTap(
        _ pixel: Int, _ kernel: Int, _ stride: Int, _ padding: Padding, _ input: Shape, _ output: Shape, _ body: (Int, Int) -> Void
    ) {
        let (row, column) = pixel.quotientAndRemainder(dividingBy: output.columns)
        for tap in 0..<(kernel * kernel) {
            let fromRow = row * stride - padding.top + tap / kernel
            let fromColumn = column * stride - padding.left + tap % kernel
            if (0..<input.rows).contains(fromRow), (0..<input.columns).contains(fromColumn) { body(tap, fromRow * input.columns + fromColumn) }
        }
    }
}
