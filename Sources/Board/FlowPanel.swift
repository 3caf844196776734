import Worklist

/// Arrivals and readings by the hour, to one scale.
enum FlowPanel {
    /// Each with its figure of the last whole hour; the hour that has begun is fainter.
    static func rows(_ room: RoomStatus) -> [(label: String, line: StyledLine)] {
        let highest = highest(room)
        return [("arrived", room.hours.map(\.arrived)), ("read", room.hours.map(\.read))].map { label, figures in
            let bars = Sparkline.text(figures, highest: highest)
            var line = StyledLine(String(bars.dropLast()), .barWithin)
            line.add(String(bars.suffix(1)), .faint)
            line.add(" \(figures.dropLast().last ?? 0)", .strong)
            return (label, line)
        }
    }

    static func lines(_ room: RoomStatus) -> [StyledLine] {
        guard !room.hours.isEmpty else { return [] }
        var lines = [StyledLine("an hour, of the last 24", .faint)]
        for (label, row) in rows(room) {
            var line = StyledLine(DisplayWidth.fitted(label, to: 8))
            line.add(row)
            lines.append(line)
        }
        let hours = room.hours.count
        lines.append(StyledLine(String(repeating: " ", count: 8) + "−\(hours) h" + "now".leftPadded(to: max(4, hours - 5)), .faint))
        let (arrived, read) = room.hours.reduce((0, 0)) { ($0.0 + $1.arrived, $0.1 + $1.read) }
        lines.append(StyledLine("full bar \(highest(room))", .faint))
        lines.append(StyledLine("\(arrived) arrived, \(read) read in all"))
        return lines
    }

    private static func highest(_ room: RoomStatus) -> Int { room.hours.map { max($0.arrived, $0.read) }.max() ?? 0 }
}
