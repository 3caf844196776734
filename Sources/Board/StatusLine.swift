import Worklist

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
        guard state.mode == .list else {
            let lines = StudyPage.lines(of: state).count, rows = BoardLayout(for: state).pageRows
            let shown = lines > rows ? "\(state.scroll + 1)-\(min(lines, state.scroll + rows)) of \(lines) " : ""
            return StyledLine(" Esc back  ↑↓ scroll", .faint).opposite(StyledLine(shown, .faint), width: width)
        }
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
