/// What a run of text means. The terminal says how that looks, in colour or without; the words alone must do, too.
package enum Ink: Int, Sendable, CaseIterable {
    case plain
    case strong
    case faint
    case title
    case titleStrong
    case heading
    /// Past a limit, or the source is gone.
    case alarm
    case critical
    case urgent
    /// What a person has to know before acting on what is shown.
    case notice
    case likelyNormal
    case unscored
    case barWithin
    case barNear
    case barPast
    /// Cells of a film, which carry colours of their own.
    case film
    /// The border of the stronger half of a heat map, where a film is drawn in letters.
    case heat
}

/// A colour of a film's dot.
package struct RGB: Hashable, Sendable {
    package var red: UInt8
    package var green: UInt8
    package var blue: UInt8

    package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }
}

/// A cell with two dots, one above the other: "▀" in one colour on another.
package struct HalfBlock: Hashable, Sendable {
    package var upper: RGB
    package var lower: RGB

    package init(upper: RGB, lower: RGB) {
        self.upper = upper
        self.lower = lower
    }
}

/// A piece of a line in one ink. Whatever a terminal would obey is replaced on the way in, so that none can hold a control character.
package struct StyledRun: Hashable, Sendable {
    package let text: String
    package internal(set) var ink: Ink
    /// Shown in reverse.
    package internal(set) var isSelected = false
    /// The dots of a film, one pair a column; empty for text.
    package let halves: [HalfBlock]

    package init(_ text: String, _ ink: Ink = .plain) {
        self.text = DisplayWidth.printable(text)
        self.ink = ink
        halves = []
    }

    init(_ halves: [HalfBlock]) {
        text = String(repeating: "▀", count: halves.count)
        ink = .film
        self.halves = halves
    }
}

/// One line of the screen.
///
///     var line = StyledLine("waiting ", .faint)
///     line.add("12", .strong)
///     line.columns     // 10
package struct StyledLine: Hashable, Sendable {
    package private(set) var runs: [StyledRun] = []
    package private(set) var columns = 0

    package init() {}

    package init(_ text: String, _ ink: Ink = .plain) { add(text, ink) }

    package var text: String { runs.map(\.text).joined() }

    package mutating func add(_ text: String, _ ink: Ink = .plain) {
        guard !text.isEmpty else { return }
        let run = StyledRun(text, ink)
        runs.append(run)
        columns += DisplayWidth.of(run.text)
    }

    mutating func add(_ halves: [HalfBlock]) {
        guard !halves.isEmpty else { return }
        runs.append(StyledRun(halves))
        columns += halves.count
    }

    mutating func add(_ line: StyledLine) {
        runs += line.runs
        columns += line.columns
    }

    /// A film's dots on this line, and the column at which each piece begins.
    var halves: [FilmPiece] {
        var column = 0
        return runs.compactMap { run in
            let start = column
            column += DisplayWidth.of(run.text)
            return run.halves.isEmpty ? nil : FilmPiece(column: start, halves: run.halves)
        }
    }

    struct FilmPiece: Hashable {
        var column: Int
        var halves: [HalfBlock]
    }

    /// Exactly so many columns: cut with "…", or filled with spaces.
    func fitted(to width: Int, _ filling: Ink = .plain) -> StyledLine {
        var fitted = self
        if columns > width {
            fitted = StyledLine()
            for run in runs {
                let left = width - fitted.columns
                let isLast = DisplayWidth.of(run.text) > left
                // A run that fits to the column leaves no room for the mark of what follows.
                let cut = isLast || (DisplayWidth.of(run.text) == left && run != runs.last)
                fitted.add(cut ? DisplayWidth.truncated(run.text + "…", to: left) : run.text, run.ink)
                if cut { break }
            }
        }
        fitted.add(String(repeating: " ", count: max(0, width - fitted.columns)), filling)
        return fitted
    }

    /// This line at the left and another at the right edge; the right one is left out where there is no room for both.
    func opposite(_ right: StyledLine, width: Int, _ filling: Ink = .plain) -> StyledLine {
        guard columns + right.columns + 2 <= width else { return fitted(to: width, filling) }
        var line = fitted(to: width - right.columns, filling)
        line.add(right)
        return line
    }

    /// The whole line shown in reverse.
    var selected: StyledLine {
        var line = self
        for index in line.runs.indices { line.runs[index].isSelected = true }
        return line
    }

    /// The whole line greyed out.
    var faded: StyledLine {
        var line = self
        for index in line.runs.indices { line.runs[index].ink = .faint }
        return line
    }

    /// The text in lines of at most so many columns, divided at spaces where there are any; further lines begin with `indent`.
    static func wrapped(_ text: String, to width: Int, indent: String = "") -> [String] {
        var lines: [String] = []
        var line = ""
        for word in DisplayWidth.printable(text).split(separator: " ") {
            var rest = word
            while true {
                let space = line.isEmpty || line == indent ? "" : " "
                let room = width - DisplayWidth.of(line) - space.count
                if DisplayWidth.of(String(rest)) <= room {
                    line += space + rest
                    break
                }
                if space.isEmpty {
                    // One character at least, lest a window narrower than it never ends.
                    let head = DisplayWidth.head(of: rest, within: room)
                    let taken = head.isEmpty ? rest.prefix(1) : head
                    line += taken
                    rest = rest[taken.endIndex...]
                    if rest.isEmpty { break }
                }
                lines.append(line)
                line = indent
            }
        }
        return lines + [line]
    }
}
