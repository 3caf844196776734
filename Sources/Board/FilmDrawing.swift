/// How many colours a terminal can show a film in.
package enum ColourDepth: Hashable, Sendable {
    /// None, or too few: letters from light to dark.
    case letters
    case palette256
    case rgb24
}

/// A film in the cells of a terminal: two dots a cell, one above the other, or one letter where there are no colours.
///
///     FilmDrawing(film, showsHeat: true).lines(columns: 44, rows: 22, depth: .rgb24)
struct FilmDrawing {
    private let film: Film
    private let showsHeat: Bool

    init(_ film: Film, showsHeat: Bool) {
        self.film = film
        self.showsHeat = showsHeat
    }

    /// As large as it can be in so many cells, which are taken for twice as high as wide; each line only as long as the film is wide.
    func lines(columns: Int, rows: Int, depth: ColourDepth) -> [StyledLine] {
        guard columns > 0, rows > 0 else { return [] }
        let scale = min(Double(columns) / Double(film.grey.columns), Double(rows * 2) / Double(film.grey.rows))
        let width = max(1, min(columns, Int((Double(film.grey.columns) * scale).rounded())))
        let height = max(1, min(rows, Int((Double(film.grey.rows) * scale / 2).rounded())))
        return depth == .letters ? letters(width, height) : halfBlocks(width, height)
    }

    private func halfBlocks(_ width: Int, _ height: Int) -> [StyledLine] {
        let dots = colours(width, height * 2)
        return (0..<height).map { row in
            var line = StyledLine()
            line.add((0..<width).map { HalfBlock(upper: dots[row * 2 * width + $0], lower: dots[(row * 2 + 1) * width + $0]) })
            return line
        }
    }

    /// Of a film's cell the strongest heat hides at most so many 255ths: what is under it has to be seen.
    private static let mostOpaque = 140

    private func colours(_ width: Int, _ height: Int) -> [RGB] {
        let grey = film.grey.scaled(columns: width, rows: height).bytes
        guard showsHeat, let heat = film.heat?.scaled(columns: width, rows: height).bytes else { return grey.map { RGB($0, $0, $0) } }
        return grey.indices.map { index in
            let opacity = Int(heat[index * 4 + 3]) * Self.mostOpaque / 255
            func over(_ channel: Int) -> UInt8 { UInt8((Int(heat[index * 4 + channel]) * opacity + Int(grey[index]) * (255 - opacity) + 127) / 255) }
            return RGB(over(0), over(1), over(2))
        }
    }

    /// From black to white, by the share of a cell that the letter covers.
    static let ramp = Array(" .:-=+*%@")
    /// The border of the stronger half of the heat map; no letter of the ramp.
    static let border = "#"

    private func letters(_ width: Int, _ height: Int) -> [StyledLine] {
        let grey = film.grey.scaled(columns: width, rows: height).bytes
        let isStrong = showsHeat ? strongerHalf(width, height) : []
        return (0..<height).map { row in
            var line = StyledLine()
            var run = ""
            for column in 0..<width {
                let index = row * width + column
                if !isStrong.isEmpty, Self.isBorder(isStrong, row, column, width, height) {
                    line.add(run)
                    line.add(Self.border, .heat)
                    run = ""
                } else {
                    run.append(Self.ramp[Int(grey[index]) * Self.ramp.count / 256])
                }
            }
            line.add(run)
            return line
        }
    }

    /// Where the heat map is at least half as strong as where it is strongest; empty where there is none.
    private func strongerHalf(_ width: Int, _ height: Int) -> [Bool] {
        guard let heat = film.heat?.scaled(columns: width, rows: height).bytes else { return [] }
        let strengths = stride(from: 3, to: heat.count, by: 4).map { heat[$0] }
        guard let strongest = strengths.max(), strongest > 0 else { return [] }
        return strengths.map { Int($0) * 2 >= Int(strongest) }
    }

    private static func isBorder(_ isStrong: [Bool], _ row: Int, _ column: Int, _ width: Int, _ height: Int) -> Bool {
        guard isStrong[row * width + column] else { return false }
        let neighbours: [(row: Int, column: Int)] = [(row - 1, column), (row + 1, column), (row, column - 1), (row, column + 1)]
        return neighbours.contains { next in
            let isInside = (0..<height).contains(next.row) && (0..<width).contains(next.column)
            return !isInside || !isStrong[next.row * width + next.column]
        }
    }
}
