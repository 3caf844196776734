/// Which parts of an image speak for a finding, and which against: the class activation map of Zhou et al. 2016.
///
///     let score = try worker.score(film)
///     let map = worker.heatMap("effusion")      // 7 × 7, no second pass
///
/// It leaves nothing out: the mean of `values`, plus `bias`, is the finding's logit.
package struct HeatMap: Sendable, Hashable {
    package var label: String
    package var rows: Int
    package var columns: Int
    /// What each cell adds to the logit, times the number of cells; row by row. Negative: it speaks against the finding.
    package var values: [Float]
    /// What the classifier adds whatever the image.
    package var bias: Float

    package init(label: String, rows: Int, columns: Int, values: [Float], bias: Float) {
        self.label = label
        self.rows = rows
        self.columns = columns
        self.values = values
        self.bias = bias
    }

    /// The cells as strengths in 0…1: the largest value that speaks for the finding is 1, all that speak against it 0.
    ///
    /// Where nothing speaks for it, all are 0: a map of an absent finding is empty instead of loud.
    package var strengths: [Float] {
        let largest = values.max() ?? 0
        return largest > 0 ? values.map { max(0, $0) / largest } : values.map { _ in 0 }
    }

    /// How much of what speaks for the finding lies in the right half of the picture, 0…1; half of it where nothing speaks for it.
    package var shareInRightHalf: Double {
        var right = 0.0
        var all = 0.0
        for (index, strength) in strengths.enumerated() where strength >= 0.5 {
            let middle = (Double(index % columns) + 0.5) / Double(columns)
            all += Double(strength)
            right += Double(strength) * (middle > 0.5 ? 1 : middle == 0.5 ? 0.5 : 0)
        }
        return all > 0 ? right / all : 0.5
    }

    /// Where the finding is: the middle of the cells of at least half the greatest strength, each as heavy as it is strong, in
    /// 0…1 from the left and from the top of the part that is looked at. Nil where nothing speaks for the finding.
    package var centre: (x: Double, y: Double)? {
        var weight = 0.0
        var x = 0.0
        var y = 0.0
        for (index, strength) in strengths.enumerated() where strength >= 0.5 {
            let (row, column) = index.quotientAndRemainder(dividingBy: columns)
            weight += Double(strength)
            x += Double(strength) * (Double(column) + 0.5) / Double(columns)
            y += Double(strength) * (Double(row) + 0.5) / Double(rows)
        }
        return weight > 0 ? (x / weight, y / weight) : nil
    }
}

extension HeatMap {
    /// A map on another grid over the same picture: each new cell is the mean of what it covers, so that the mean of all stays.
    package static func resized(_ cells: [Float], rows: Int, columns: Int, toRows newRows: Int, columns newColumns: Int) -> [Float] {
        guard rows != newRows || columns != newColumns else { return cells }
        let (vertical, horizontal) = (overlaps(from: rows, to: newRows), overlaps(from: columns, to: newColumns))
        return (0..<newRows * newColumns).map { index in
            var sum: Float = 0
            for (row, height) in vertical[index / newColumns] {
                for (column, width) in horizontal[index % newColumns] { sum += height * width * cells[row * columns + column] }
            }
            return sum
        }
    }

    /// For each of `to` equal parts of a line, the shares it has in each of `from` equal parts; they sum to 1.
    private static func overlaps(from: Int, to: Int) -> [[(Int, Float)]] {
        (0..<to).map { part in
            // In units of 1 / (from · to).
            let (start, end) = (part * from, (part + 1) * from)
            return (start / to...(end - 1) / to).map { old in
                (old, Float(min(end, (old + 1) * to) - max(start, old * to)) / Float(from))
            }
        }
    }
}

extension Linear {
    /// One output's share of each pixel of `features` (rows × columns × inputs, dense).
    func activationMap(of output: Int, features: [Float]) -> [Float] {
        let inputs = input.shape.channels
        return weights.withUnsafeBufferPointer { weights in
            features.withUnsafeBufferPointer { features in
                (0..<(features.count / inputs)).map { pixel in
                    var sum: Float = 0
                    for channel in 0..<inputs { sum += weights[output * inputs + channel] * features[pixel * inputs + channel] }
                    return sum
                }
            }
        }
    }
}
