/// A film with a heat map over it: yellow to red where something speaks for a finding, a line around the stronger half, and
/// dimmed where the network did not look.
///
///     let picture = HeatOverlay(film: pixels, rows: 2500, columns: 2048, heat: map).canvas()
package struct HeatOverlay {
    /// Strengths in 0…1 on a coarse grid, and the part of the film that the grid covers.
    package struct Heat: Sendable {
        package var strengths: [Float]
        package var rows: Int
        package var columns: Int
        package var firstRow: Int
        package var firstColumn: Int
        package var coveredRows: Int
        package var coveredColumns: Int

        package init(
            strengths: [Float], rows: Int, columns: Int, firstRow: Int, firstColumn: Int, coveredRows: Int, coveredColumns: Int
        ) {
            self.strengths = strengths
            self.rows = rows
            self.columns = columns
            self.firstRow = firstRow
            self.firstColumn = firstColumn
            self.coveredRows = coveredRows
            self.coveredColumns = coveredColumns
        }
    }

    private let film: [Float]
    private let rows: Int
    private let columns: Int
    private let heat: Heat
    /// How much of the film the strongest colour hides, 0…1.
    private let opacity: Float

    /// `film`: row by row, 0 black to 1 white.
    package init(film: [Float], rows: Int, columns: Int, heat: Heat, opacity: Float = 0.5) {
        precondition(film.count == rows * columns && heat.strengths.count == heat.rows * heat.columns)
        self.film = film
        self.rows = rows
        self.columns = columns
        self.heat = heat
        self.opacity = opacity
    }

    /// The picture; a film longer than `longest` on a side is reduced to it.
    package func canvas(longest: Int = 1024) -> Canvas {
        let scale = min(1, Double(longest) / Double(max(rows, columns)))
        let height = max(1, Int((Double(rows) * scale).rounded()))
        let width = max(1, Int((Double(columns) * scale).rounded()))
        let reduction = Reduction(film, rows: rows, columns: columns, toRows: height, columns: width)
        let strengths = (0..<height * width).map { index in
            let (row, column) = index.quotientAndRemainder(dividingBy: width)
            return heat.strength(row: (Float(row) + 0.5) * Float(rows) / Float(height), column: (Float(column) + 0.5) * Float(columns) / Float(width))
        }
        var pixels = [UInt8](repeating: 0, count: width * height * 3)
        for row in 0..<height {
            for column in 0..<width {
                let index = row * width + column
                let grey = reduction.average(row: row, column: column)
                let at = index * 3
                guard let strength = strengths[index] else {
                    // Not looked at: dimmed, in stripes, so that nobody takes it for "nothing found here".
                    let dimmed = grey * ((row + column) / 6 % 2 == 0 ? 0.35 : 0.5)
                    for channel in 0..<3 { pixels[at + channel] = UInt8(dimmed * 255) }
                    continue
                }
                let edge = isEdge(strengths, row: row, column: column, width: width, height: height)
                let colour = Self.colour(strength)
                let cover = edge ? 0.9 : min(1, strength * 1.2) * opacity
                for channel in 0..<3 {
                    let over: Float = edge ? 1 : colour[channel]
                    pixels[at + channel] = UInt8(max(0, min(255, (grey * (1 - cover) + over * cover) * 255)))
                }
            }
        }
        return Canvas(width: width, height: height, pixels: pixels)
    }

    /// Whether the border of the stronger half passes here.
    private func isEdge(_ strengths: [Float?], row: Int, column: Int, width: Int, height: Int) -> Bool {
        guard let here = strengths[row * width + column] else { return false }
        for (y, x) in [(row + 1, column), (row, column + 1)] where y < height && x < width {
            if let next = strengths[y * width + x], (here >= 0.5) != (next >= 0.5) { return true }
        }
        return false
    }

    /// From yellow by orange to red.
    static func colour(_ strength: Float) -> [Float] {
        [1, 0.9 - 0.75 * strength, 0.15 * (1 - strength)]
    }
}
