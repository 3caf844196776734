package import FoundationEssentials
package import Worklist

/// The whole screen as lines: a pure function of the state and the time.
///
///     let lines = BoardScreen(zone: .gmt).lines(of: state, at: now)    // size.rows lines of size.columns columns
package struct BoardScreen: Sendable {
    /// In which times of day are shown.
    package var zone: TimeZone

    package init(zone: TimeZone) { self.zone = zone }

    package func lines(of state: BoardState, at now: Timestamp) -> [StyledLine] {
        let layout = BoardLayout(for: state)
        var lines = [title(state, now)]
        if let trouble = state.trouble {
            lines += AlarmLines.lines(of: trouble, at: now, width: state.size.columns, screen: self).prefix(layout.alarmRows)
        }
        switch state.mode {
        case .list: lines += list(state, layout, at: state.sourceTime(now))
        case .study, .help: lines += page(state, layout, at: state.sourceTime(now))
        }
        if layout.statusRows > 0 { lines.append(StatusLine.line(of: state)) }
        let blank = StyledLine().fitted(to: state.size.columns)
        return lines.prefix(state.size.rows) + Array(repeating: blank, count: max(0, state.size.rows - lines.count))
    }

    /// "14:32:05".
    package func timeOfDay(_ moment: Timestamp) -> String {
        let seconds = Int((Double(moment.microseconds) / 1_000_000).rounded(.down)) + zone.secondsFromGMT(for: moment.date)
        let day = ((seconds % 86_400) + 86_400) % 86_400
        return [day / 3600, day / 60 % 60, day % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
    }

    private func title(_ state: BoardState, _ now: Timestamp) -> StyledLine {
        var left = StyledLine(" FirstRead  \(state.source)", .title)
        if let readAt = state.readAt { left.add("  read \(timeOfDay(readAt))", .title) }
        return left.opposite(StyledLine("\(timeOfDay(now)) ", .title), width: state.size.columns, .title)
    }

    private func list(_ state: BoardState, _ layout: BoardLayout, at now: Timestamp) -> [StyledLine] {
        let width = state.size.columns
        guard let list = state.list else {
            let sentence = state.trouble == nil ? "Reading the list …" : "No list yet; trying again."
            return filled([StyledLine(), StyledLine(" \(sentence)")], rows: layout.pageRows, width: width)
        }
        let isFaded = state.trouble != nil
        let columns = ListColumns(width: width, places: list.items.last?.rank ?? 0)
        var lines = SummaryLines.lines(of: list, at: now).prefix(layout.summaryRows).map { $0 }
        if layout.headingRows > 0 { lines.append(columns.heading) }
        let window = state.shown.dropFirst(state.top).prefix(layout.listRows)
        var rows = window.enumerated().map { offset, index in
            columns.line(for: list.items[index], at: now, isUnderCursor: state.top + offset == state.cursor)
        }
        if rows.isEmpty {
            rows = [StyledLine(list.items.isEmpty ? " No studies wait." : " No study passes this filter: c and f change it, Esc takes it away.")]
        }
        lines = filled(lines, rows: lines.count, width: width) + filled(rows, rows: layout.listRows, width: width)
        lines += SelectedStudy.lines(of: state.selected, beside: columns, rows: layout.detailRows, width: width)
        return isFaded ? lines.map(\.faded) : lines
    }

    private func page(_ state: BoardState, _ layout: BoardLayout, at now: Timestamp) -> [StyledLine] {
        let lines = StudyPage(screen: self).lines(of: state, at: now).dropFirst(state.scroll)
        return filled(Array(lines), rows: layout.pageRows, width: state.size.columns)
    }

    private func filled(_ lines: [StyledLine], rows: Int, width: Int) -> [StyledLine] {
        let lines = lines.prefix(rows) + Array(repeating: StyledLine(), count: max(0, rows - lines.count))
        return lines.map { $0.fitted(to: width) }
    }
}
