/// An image of floats, row by row.
struct FloatImage: Sendable, Hashable {
    var rows: Int
    var columns: Int
    var values: [Float]
}

extension FloatImage {
    /// What `torch.nn.functional.interpolate(size=(size, size), mode="bilinear", antialias=True)` gives, within single precision's
    /// rounding: PyTorch narrows first. Shortening first reads a film of 2000×2000 once, whole rows at a time, and leaves little to narrow.
    func resizedAsTorch(to size: Int) -> FloatImage {
        var image = self
        if rows != size { image = image.shortened(to: size) }
        if columns != size { image = image.narrowed(to: size) }
        return image
    }

    private func narrowed(to size: Int) -> FloatImage {
        let taps = bilinearTaps(from: columns, to: size, as: Float.self)
        var result = [Float](repeating: 0, count: rows * size)
        values.withUnsafeBufferPointer { values in
            result.withUnsafeMutableBufferPointer { result in
                taps.weights.withUnsafeBufferPointer { weights in
                    for column in 0..<size {
                        let first = column * taps.width
                        for row in 0..<rows {
                            let from = row * columns + taps.starts[column]
                            var sum: Float = 0
                            for tap in 0..<taps.counts[column] { sum += values[from &+ tap] * weights[first &+ tap] }
                            result[row * size + column] = sum
                        }
                    }
                }
            }
        }
        return FloatImage(rows: rows, columns: size, values: result)
    }

    private func shortened(to size: Int) -> FloatImage {
        let taps = bilinearTaps(from: rows, to: size, as: Float.self)
        var result = [Float](repeating: 0, count: size * columns)
        values.withUnsafeBufferPointer { values in
            result.withUnsafeMutableBufferPointer { result in
                for row in 0..<size {
                    for tap in 0..<taps.counts[row] {
                        let weight = taps.weights[row * taps.width + tap]
                        let from = (taps.starts[row] + tap) * columns
                        let to = row * columns
                        for column in 0..<columns { result[to &+ column] += values[from &+ column] * weight }
                    }
                }
            }
        }
        return FloatImage(rows: size, columns: columns, values: result)
    }
}
