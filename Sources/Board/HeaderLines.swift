import Worklist

/// Between alarms and list: what waits, what comes and goes, and whether everything runs.
///
/// A large window has three panels side by side, a small one a line for each.
enum HeaderLines {
    static func isWide(_ size: BoardSize) -> Bool { size.columns >= 150 && size.rows >= 30 }

    /// How many lines there are at most.
    static func rows(for state: BoardState) -> Int {
        switch state.size.rows {
        case ..<8: 0
        case ..<16: 1
        case ..<20: 2
        default: isWide(state.size) ? 6 : state.room == nil ? 2 : 4
        }
    }

    static func lines(of state: BoardState, _ list: BoardList, at now: Timestamp) -> [StyledLine] {
        let width = state.size.columns
        let tallies = list.tallies(at: now)
        let total = tallies.values.reduce(BoardList.Tally(), +)
        guard isWide(state.size) else {
            var lines = [summary(total, list.oldest, at: now), categories(tallies)]
            if let room = state.room { lines += [flow(room), plant(room, at: now)] }
            return lines
        }
        let left = [summary(total, nil, at: now)] + Worklist.Category.allCases.map { category($0, tallies[$0] ?? .init(), at: now) }
        guard let room = state.room else { return left }
        let widths = width >= 180 ? (56, 44) : (48, 34)
        let middle = FlowPanel.lines(room)
        let right = PlantPanel.lines(room, rows: left.count, at: now)
        return left.indices.map { index in
            var line = left[index].fitted(to: widths.0)
            line.add("│ ", .faint)
            line.add((index < middle.count ? middle[index] : StyledLine()).fitted(to: widths.1))
            line.add("│ ", .faint)
            if index < right.count { line.add(right[index]) }
            return line
        }
    }

    private static func summary(_ total: BoardList.Tally, _ oldest: WorklistItem?, at now: Timestamp) -> StyledLine {
        var line = StyledLine(" ")
        line.add("\(total.count)", .strong)
        line.add(" waiting  ")
        line.add(" \(total.past) past limit ", total.past > 0 ? .alarm : .faint)
        line.add("  ")
        line.add("\(total.near) near", total.near > 0 ? .barNear : .faint)
        if let since = total.oldest {
            line.add("  oldest ", .faint)
            line.add(Waiting.words(now.seconds(since: since)), .strong)
        }
        if let oldest { line.add(" (place \(oldest.rank), \(PersonName.display(oldest.patientName)))", .faint) }
        return line
    }

    private static func categories(_ tallies: [Worklist.Category: BoardList.Tally]) -> StyledLine {
        var line = StyledLine(" ")
        for category in Worklist.Category.allCases {
            let count = tallies[category]?.count ?? 0
            if line.columns > 1 { line.add("  ") }
            line.add("\(category.rawValue) \(count)", count > 0 ? category.ink : .faint)
        }
        return line
    }

    /// " critical          2  oldest 12m     1 past  0 near".
    private static func category(_ category: Worklist.Category, _ tally: BoardList.Tally, at now: Timestamp) -> StyledLine {
        var line = StyledLine(" ")
        line.add(category.rawValue, tally.count > 0 ? category.ink : .faint)
        line.add(String(repeating: " ", count: max(0, 15 - line.columns)))
        line.add(String(tally.count).leftPadded(to: 5), tally.count > 0 ? .strong : .faint)
        guard let since = tally.oldest else { return line }
        line.add("  oldest ", .faint)
        line.add(DisplayWidth.fitted(Waiting.words(now.seconds(since: since)), to: 6))
        line.add(tally.past > 0 ? " \(tally.past) past " : "", .alarm)
        line.add(tally.near > 0 ? " \(tally.near) near" : "", .barNear)
        return line
    }

    /// " arrived/h ·▁▂▃…▂ 12   read/h ·▁▂▃…▂ 9".
    private static func flow(_ room: RoomStatus) -> StyledLine {
        var line = StyledLine(" ")
        for (label, row) in FlowPanel.rows(room) {
            if line.columns > 1 { line.add("   ") }
            line.add("\(label)/h ", .faint)
            line.add(row)
        }
        return line
    }

    private static func plant(_ room: RoomStatus, at now: Timestamp) -> StyledLine {
        var line = StyledLine(" ")
        for part in [PlantPanel.listener(room, at: now), PlantPanel.scorer(room, at: now), PlantPanel.feeds(room, at: now), PlantPanel.disk(room)] {
            if line.columns > 1 { line.add("  ") }
            line.add(part)
        }
        return line
    }
}

extension String {
    func leftPadded(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
