/// A grey image of 8 bits, row by row.
struct GreyImage: Sendable, Hashable {
    var rows: Int
    var columns: Int
    var values: [UInt8]
}

extension GreyImage {
    /// What Pillow's `Image.resize((size, size), Image.Resampling.BILINEAR)` gives, to the bit.
    ///
    /// Two passes, columns first; in each the weights are integers of 22 fractional bits, the sum is rounded to the nearest
    /// grey level, and an axis that keeps its size is left alone. Pillow 13 takes the rows first for some images that shrink
    /// much more in height than in width; never for a square, which is what a centre-square crop leaves.
    func resizedAsPillow(to size: Int) -> GreyImage {
        var image = self
        if columns != size { image = image.narrowed(to: size) }
        if rows != size { image = image.shortened(to: size) }
        return image
    }

    private static let fractionBits: Int32 = 22
    private static let half: Int32 = 1 << (fractionBits - 1)

    private static func taps(from input: Int, to output: Int) -> ResamplingTaps<Int32> {
        let exact = bilinearTaps(from: input, to: output, as: Double.self)
        return ResamplingTaps(
            starts: exact.starts, counts: exact.counts,
            weights: exact.weights.map { Int32(0.5 + $0 * Double(1 << fractionBits)) }, width: exact.width)
    }

    /// Weights are at most 1 and sum to 1 but for their rounding, so that 255 times their sum stays far below 2³¹.
    @inline(__always)
    private static func grey(_ sum: Int32) -> UInt8 {
        UInt8(truncatingIfNeeded: min(max(sum &>> fractionBits, 0), 255))
    }

    private func narrowed(to size: Int) -> GreyImage {
        let taps = GreyImage.taps(from: columns, to: size)
        let windows = zip(taps.starts, taps.counts).map { (start: $0, count: $1) }
        let result = [UInt8](unsafeUninitializedCapacity: rows * size) { buffer, initialized in
            values.withUnsafeBufferPointer { values in
                windows.withUnsafeBufferPointer { windows in
                    taps.weights.withUnsafeBufferPointer { weights in
                        guard let source = values.baseAddress, let weights = weights.baseAddress, let to = buffer.baseAddress
                        else { return }
                        for row in 0..<rows {
                            var weight = weights
                            for column in 0..<size {
                                let window = windows[column]
                                let from = source + (row &* columns &+ window.start)
                                var sum = GreyImage.half
                                for tap in 0..<window.count { sum &+= Int32(from[tap]) &* weight[tap] }
                                to[row &* size &+ column] = GreyImage.grey(sum)
                                weight += taps.width
                            }
                        }
                    }
                }
            }
            initialized = rows * size
        }
        return GreyImage(rows: rows, columns: size, values: result)
    }

    private func shortened(to size: Int) -> GreyImage {
        let taps = GreyImage.taps(from: rows, to: size)
        var sums = [Int32](repeating: 0, count: columns)
        var result = [UInt8](repeating: 0, count: size * columns)
        values.withUnsafeBufferPointer { values in
            sums.withUnsafeMutableBufferPointer { sums in
                result.withUnsafeMutableBufferPointer { result in
                    for row in 0..<size {
                        sums.update(repeating: GreyImage.half)
                        for tap in 0..<taps.counts[row] {
                            let weight = taps.weights[row * taps.width + tap]
                            let from = (taps.starts[row] + tap) * columns
                            for column in 0..<columns { sums[column] &+= Int32(values[from &+ column]) &* weight }
                        }
                        for column in 0..<columns { result[row &* columns &+ column] = GreyImage.grey(sums[column]) }
                    }
                }
            }
        }
        return GreyImage(rows: size, columns: columns, values: result)
    }
}
