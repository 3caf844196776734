package import FoundationEssentials
package import Worklist

/// The whole screen as lines: a pure function of the state and the time.
///
///     let lines = BoardScreen(zone: .gmt).lines(of: state, at: now)    // size.rows lines of size.columns columns
package struct BoardScreen: Sendable {
    /// In which times of day are shown.
    package var zone: TimeZone
    /// In what a film is drawn.
    package var depth: ColourDepth

    package init(zone: TimeZone, depth: ColourDepth = .letters) {
        self.zone = zone
        self.depth = depth
    }

    package func lines(of state: BoardState, at now: Timestamp) -> [StyledLine] {
        let layout = BoardLayout(for: state)
        var lines = [title(state, now)]
        if layout.alarmRows > 0 { lines += AlarmLines.lines(of: state, at: now, rows: layout.alarmRows, screen: self) }
        switch state.mode {
        case .list: lines += list(state, layout, at: state.sourceTime(now))
        case .study: lines += StudyScreen(screen: self).lines(of: state, at: state.sourceTime(now))
        case .help: lines += filled(Array(HelpPage.lines(width: state.size.columns).dropFirst(state.scroll)), rows: layout.pageRows, width: state.size.columns)
        case .menu: lines += filled(MenuPage(screen: self).lines(of: state, rows: layout.pageRows), rows: layout.pageRows, width: state.size.columns)
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

    func title(_ state: BoardState, _ now: Timestamp) -> StyledLine {
        var left = StyledLine(" FirstRead ", .titleStrong)
        left.add(" \(state.source)", .title)
        if let policy = state.room?.policy { left.add("  \(policy.rawValue)", .title) }
        if let readAt = state.readAt { left.add("  read \(timeOfDay(readAt))", .title) }
        let who = state.person.map { "\($0.name)  " } ?? ""
        return left.opposite(StyledLine("\(who)\(timeOfDay(now)) ", .title), width: state.size.columns, .title)
    }

    private func list(_ state: BoardState, _ layout: BoardLayout, at now: Timestamp) -> [StyledLine] {
        let width = state.size.columns
        guard let own = state.list, let list = state.displayed else {
            let sentence = state.trouble == nil ? "Reading the list …" : "No list yet; trying again."
            return filled([StyledLine(), StyledLine(" \(sentence)")], rows: layout.pageRows, width: width)
        }
        let columns = ListColumns(width: width, places: list.items.last?.rank ?? 0, compares: state.comparison != nil)
        var lines = Array(HeaderLines.lines(of: state, own, at: now).prefix(layout.headerRows))
        if layout.headingRows > 0 { lines.append(columns.heading) }
        let window = state.shown.dropFirst(state.top).prefix(layout.listRows)
        var rows = window.enumerated().map { offset, index in
            columns.line(
                for: list.items[index], at: now, isUnderCursor: state.top + offset == state.cursor,
                move: state.comparison?.mark(of: list.items[index].studyInstanceUID) ?? "")
        }
        if rows.isEmpty {
            rows = [StyledLine(list.items.isEmpty ? " No studies wait." : " No study passes this filter: c, f and l change it, Esc takes it away.")]
        }
        lines = filled(lines, rows: layout.headerRows + layout.headingRows, width: width) + filled(rows, rows: layout.listRows, width: width)
        lines += SelectedStudy.lines(of: state.selected, beside: columns, rows: layout.detailRows, width: width)
        return state.trouble == nil ? lines : lines.map(\.faded)
    }

    func filled(_ lines: [StyledLine], rows: Int, width: Int) -> [StyledLine] {
        let lines = lines.prefix(rows) + Array(repeating: StyledLine(), count: max(0, rows - lines.count))
        return lines.map { $0.fitted(to: width) }
    }
}
