/// A picture of 8-bit grey.
package struct GreyPicture: Sendable, Hashable {
    package let width: Int
    package let height: Int
    /// Row by row.
    package let pixels: [UInt8]

    /// A film, row by row from 0 black to 1 white; one that is longer than `longest` on a side is reduced to it.
    package init(film: [Float], rows: Int, columns: Int, longest: Int) {
        precondition(film.count == rows * columns)
        (width, height) = PictureSize.reduced(rows: rows, columns: columns, longest: longest)
        let reduction = Reduction(film, rows: rows, columns: columns, toRows: height, columns: width)
        var pixels = [UInt8](repeating: 0, count: width * height)
        for row in 0..<height {
            for column in 0..<width { pixels[row * width + column] = UInt8(max(0, min(255, (reduction.average(row: row, column: column) * 255).rounded()))) }
        }
        self.pixels = pixels
    }
}

enum PictureSize {
    /// The size of a picture of the same aspect, no side longer than `longest`.
    static func reduced(rows: Int, columns: Int, longest: Int) -> (width: Int, height: Int) {
        let scale = min(1, Double(longest) / Double(max(rows, columns)))
        return (max(1, Int((Double(columns) * scale).rounded())), max(1, Int((Double(rows) * scale).rounded())))
    }
}

/// A film on its way to fewer pixels: each is the mean of those that fall on it.
struct Reduction {
    private let film: [Float]
    private let rows: Int
    private let columns: Int
    private let height: Int
    private let width: Int

    init(_ film: [Float], rows: Int, columns: Int, toRows height: Int, columns width: Int) {
        self.film = film
        self.rows = rows
        self.columns = columns
        self.height = height
        self.width = width
    }

    func average(row: Int, column: Int) -> Float {
        let fromRow = row * rows / height
        let toRow = min(rows, max(fromRow + 1, (row + 1) * rows / height))
        let fromColumn = column * columns / width
        let toColumn = min(columns, max(fromColumn + 1, (column + 1) * columns / width))
        var sum: Float = 0
        film.withUnsafeBufferPointer { film in
            for y in fromRow..<toRow {
                for x in fromColumn..<toColumn { sum += film[y * columns + x] }
            }
        }
        return sum / Float((toRow - fromRow) * (toColumn - fromColumn))
    }
}
