extension CroppedRows {
    /// What `torch.nn.functional.interpolate(size=(size, size), mode="bilinear", antialias=True)` gives, within single precision's
    /// rounding: PyTorch narrows first. Shortening first reads a film of 2000×2000 once, row after row, and leaves little to narrow.
    func resizedAsTorch(to size: Int) throws -> FloatImage {
        let image = rows == size ? try floats() : try shortened(to: size)
        return columns == size ? image : image.narrowed(to: size)
    }

    /// Each row goes, times its weight, to every row of the result whose window it lies in: two where the image shrinks.
    private func shortened(to size: Int) throws -> FloatImage {
        let taps = bilinearTaps(from: rows, to: size, as: Float.self)
        var line = [Float](repeating: 0, count: columns)
        var result = [Float](repeating: 0, count: size * columns)
        try line.withUnsafeMutableBufferPointer { line in
            try result.withUnsafeMutableBufferPointer { result in
                guard let line = line.baseAddress, let result = result.baseAddress else { return }
                // Windows begin and end in order: those before `open` have ended.
                var open = 0
                for row in 0..<rows {
                    try read(row, to: line)
                    while open < size, taps.starts[open] + taps.counts[open] <= row { open += 1 }
                    var window = open
                    while window < size, taps.starts[window] <= row {
                        let weight = taps.weights[window * taps.width + row - taps.starts[window]]
                        let target = result + window * columns
                        for column in 0..<columns { target[column] += line[column] * weight }
                        window += 1
                    }
                }
            }
        }
        return FloatImage(rows: size, columns: columns, counted: result)
    }
}

extension FloatImage {
    fileprivate func narrowed(to size: Int) -> FloatImage {
        let taps = bilinearTaps(from: columns, to: size, as: Float.self)
        var result = [Float](repeating: 0, count: rows * size)
        values.withUnsafeBufferPointer { values in
            result.withUnsafeMutableBufferPointer { result in
                taps.weights.withUnsafeBufferPointer { weights in
                    for row in 0..<rows {
                        for column in 0..<size {
                            let first = column * taps.width
                            let from = row * columns + taps.starts[column]
                            var sum: Float = 0
                            for tap in 0..<taps.counts[column] { sum += values[from &+ tap] * weights[first &+ tap] }
                            result[row * size + column] = sum
                        }
                    }
                }
            }
        }
        return FloatImage(rows: rows, columns: size, counted: result)
    }
}
