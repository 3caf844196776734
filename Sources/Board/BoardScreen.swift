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
        lines += SelectedStudy.lines(of: state.selected, rows: layout.detailRows, width: width)
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

/// That the list is not live, since when, and why.
enum AlarmLines {
    static func lines(of trouble: BoardState.Trouble, at now: Timestamp, width: Int, screen: BoardScreen) -> [StyledLine] {
        let span = DisplayWidth.fitted("\(Waiting.words(now.seconds(since: trouble.since))):", to: 5)
        let text = "NOT LIVE since \(screen.timeOfDay(trouble.since)), for \(span) \(trouble.sentence)"
        return StyledLine.wrapped(text, to: max(4, width - 2)).map { StyledLine(" \($0)", .alarm).fitted(to: width, .alarm) }
    }
}

/// How many wait, how many of them too long, and of what category.
enum SummaryLines {
    static func lines(of list: BoardList, at now: Timestamp) -> [StyledLine] {
        let (past, near) = list.overdue(at: now)
        var first = StyledLine(" ")
        first.add("\(list.items.count)", .strong)
        first.add(" waiting  ")
        first.add(" \(past) past limit ", past > 0 ? .alarm : .faint)
        first.add("  ")
        first.add("\(near) near", near > 0 ? .barNear : .faint)
        if let oldest = list.oldest {
            first.add("  oldest ", .faint)
            first.add(Waiting.words(now.seconds(since: oldest.receivedAt)), .strong)
            first.add(" (place \(oldest.rank), \(PersonName.display(oldest.patientName)))", .faint)
        }
        var second = StyledLine(" ")
        for category in Worklist.Category.allCases {
            let count = list.byCategory[category] ?? 0
            if second.columns > 1 { second.add("  ") }
            second.add("\(category.rawValue) \(count)", count > 0 ? category.ink : .faint)
        }
        return [first, second]
    }
}

/// Under the list: the selected study, as many of its reasons as fit, and the next step.
enum SelectedStudy {
    static func lines(of item: WorklistItem?, rows: Int, width: Int) -> [StyledLine] {
        guard rows > 0 else { return [] }
        guard let item else { return Array(repeating: StyledLine().fitted(to: width), count: rows) }
        var heading = StyledLine("── ", .faint)
        heading.add("\(item.rank) \(PersonName.display(item.patientName))", .strong)
        for (label, value) in [("ID", item.patientID), ("acc", item.accessionNumber)] where !value.isEmpty { heading.add("  \(label) \(value)") }
        heading.add("  \(item.modality) \(item.bodyPart) ")
        heading.add(String(repeating: "─", count: max(0, width - heading.columns)), .faint)
        var next = StyledLine(" next ", .faint)
        next.add(item.nextStep, .strong)
        let room = rows - 2
        var reasons = item.reasons.map { StyledLine(" - \($0)") }
        if reasons.count > room {
            let hidden = reasons.count - max(0, room - 1)
            reasons = Array(reasons.prefix(max(0, room - 1)))
            if room > 0 { reasons.append(StyledLine("   \(hidden) more; Enter shows all", .faint)) }
        }
        let lines = (rows == 1 ? [next] : [heading] + reasons + [next]).map { $0.fitted(to: width) }
        return lines + Array(repeating: StyledLine().fitted(to: width), count: max(0, rows - lines.count))
    }
}

/// The last line: what is typed, the answer to the last key, or what the keys do.
enum StatusLine {
    static func line(of state: BoardState) -> StyledLine {
        let width = state.size.columns
        if let typing = state.typing {
            var line = StyledLine(" /", .strong)
            line.add(typing)
            line.add("▏")
            return line.opposite(StyledLine("Enter keeps, Esc drops ", .faint), width: width)
        }
        if let message = state.message { return StyledLine(" \(message)", .strong).fitted(to: width) }
        guard state.mode == .list else { return StyledLine(" Esc back  ↑↓ scroll", .faint).fitted(to: width) }
        var left = StyledLine()
        if state.category != nil || state.modality != nil {
            let filters = [state.category.map { "category \($0.rawValue)" }, state.modality.map { "modality \($0)" }].compactMap(\.self)
            left.add(" ONLY \(filters.joined(separator: ", ")): \(state.shown.count) of \(state.list?.items.count ?? 0) ", .title)
            left.add("  Esc all", .faint)
        } else {
            left.add(" q quit  ↑↓ move  Enter open  / search  c f filter  ? help", .faint)
        }
        let position = position(state)
        var line = left.fitted(to: max(0, width - position.columns))
        line.add(position)
        return line.fitted(to: width)
    }

    /// Which rows are in the window, and what waits above it.
    private static func position(_ state: BoardState) -> StyledLine {
        let rows = BoardLayout(for: state).listRows
        var line = StyledLine()
        guard state.shown.count > rows, let list = state.list else { return line }
        let above = state.shown.prefix(state.top).count { list.items[$0].category == .critical }
        if above > 0 { line.add(" \(above) critical above ", .critical) }
        line.add(" \(state.top + 1)-\(min(state.shown.count, state.top + rows)) of \(state.shown.count) ", .faint)
        return line
    }
}
