/// The bytes that colour a film's cells: ncurses has too few colour pairs for them, and none of 24 bits.
///
/// ECMA-48 8.3.117 (SGR), ISO/IEC 8613-6 (38;2 and 38;5: colours by their parts, by their number).
package enum FilmColours {
    /// Puts runs of cells on the screen, rows and columns from 0; cursor and colours stay as they were (DECSC, DECRC).
    package static func bytes(_ runs: [(row: Int, column: Int, halves: [HalfBlock])], depth: ColourDepth) -> String {
        guard !runs.isEmpty, depth != .letters else { return "" }
        var text = "\u{1B}7"
        for run in runs {
            text += "\u{1B}[\(run.row + 1);\(run.column + 1)H"
            var before: HalfBlock?
            for half in run.halves {
                if half.upper != before?.upper { text += "\u{1B}[38;\(code(half.upper, depth))m" }
                if half.lower != before?.lower { text += "\u{1B}[48;\(code(half.lower, depth))m" }
                text += "▀"
                before = half
            }
        }
        return text + "\u{1B}8"
    }

    private static func code(_ colour: RGB, _ depth: ColourDepth) -> String {
        depth == .rgb24 ? "2;\(colour.red);\(colour.green);\(colour.blue)" : "5;\(nearest(colour))"
    }

    /// The nearest of the 240 colours that terminals agree on: 16…231 a cube of six levels a part, 232…255 greys.
    package static func nearest(_ colour: RGB) -> Int {
        let parts = [colour.red, colour.green, colour.blue].map(Int.init)
        let steps = parts.map { part in levels.indices.min { abs(levels[$0] - part) < abs(levels[$1] - part) } ?? 0 }
        let mean = parts.reduce(0, +) / 3
        // 24 greys from 8 to 238, ten apart.
        let grey = max(0, min(23, (mean - 3) / 10))
        let inCube = zip(steps, parts).map { (levels[$0] - $1) * (levels[$0] - $1) }.reduce(0, +)
        let asGrey = parts.map { (8 + 10 * grey - $0) * (8 + 10 * grey - $0) }.reduce(0, +)
        return asGrey <= inCube ? 232 + grey : 16 + 36 * steps[0] + 6 * steps[1] + steps[2]
    }

    private static let levels = [0, 95, 135, 175, 215, 255]
}
