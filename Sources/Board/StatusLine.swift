import Worklist

/// The last line: what is asked or typed, the answer to the last key, or what the keys do.
enum StatusLine {
    static func line(of state: BoardState) -> StyledLine {
        let width = state.size.columns
        // An answer that a question needs stands before it.
        if let prompt = state.prompt { return question(prompt, state.message, width) }
        if let typing = state.typing {
            var line = StyledLine(" /", .strong)
            line.add(typing)
            line.add("▏")
            return line.opposite(StyledLine("Enter keeps, Esc drops ", .faint), width: width)
        }
        if let message = state.message {
            return StyledLine(" \(message.sentence) ", message.isTrouble ? .alarm : .strong).fitted(to: width, message.isTrouble ? .alarm : .plain)
        }
        switch state.mode {
        case .list: return list(state, width)
        case .study: return study(state, width)
        case .help: return StyledLine(" Esc back  ↑↓ scroll", .faint).opposite(position(state), width: width)
        case .menu(.alarms): return StyledLine(" Enter acknowledges  ↑↓ move  Esc back", .faint).fitted(to: width)
        case .menu: return StyledLine(" Enter takes it  ↑↓ move  Esc back", .faint).fitted(to: width)
        }
    }

    private static func question(_ prompt: Prompt, _ message: BoardState.Message?, _ width: Int) -> StyledLine {
        if let message { return StyledLine(" \(message.sentence) ", .alarm).fitted(to: width, .alarm) }
        let hint = StyledLine(prompt.questions.first == .assent ? "Enter does it, Esc does not " : "Enter, Esc: not ", .faint)
        var line = StyledLine(" ")
        // The end of what is typed is seen; what it is for is cut before it.
        let typed = prompt.questions.first == .assent ? "" : tail(of: prompt.text, within: max(8, width / 2)) + "▏"
        line.add(DisplayWidth.truncated(prompt.words, to: max(0, width - 2 - DisplayWidth.of(typed))), .strong)
        line.add(typed)
        return line.opposite(hint, width: width)
    }

    private static func tail(of text: String, within limit: Int) -> String {
        var text = Substring(text)
        while DisplayWidth.of(String(text)) > limit { text = text.dropFirst() }
        return String(text)
    }

    private static func list(_ state: BoardState, _ width: Int) -> StyledLine {
        var left = StyledLine()
        if let comparison = state.comparison {
            left.add(" NOT THE LIST: as \(comparison.policy.rawValue) would order it, \(comparison.moves.count) would move ", .notice)
            left.add("  Esc: the list", .faint)
        } else if !state.filters.isEmpty {
            left.add(" ONLY \(state.filters.words): \(state.shown.count) of \(state.list?.items.count ?? 0) ", .notice)
            left.add("  Esc all", .faint)
        } else {
            let more = width < 100 ? "" : "  o other order  q quit"
            left.add(" ? help  Enter open  r read  p first  / search  c f l only  a alarms\(more)", .faint)
        }
        let position = window(state)
        var line = left.fitted(to: max(0, width - position.columns))
        line.add(position)
        return line.fitted(to: width)
    }

    private static func study(_ state: BoardState, _ width: Int) -> StyledLine {
        let draft = state.opened?.file?.draft?.isOpen == true ? "s sign  x reject  " : ""
        let film = state.opened?.showsFilm == true ? "v text" : "v film"
        return StyledLine(" Esc back  ↑↓ scroll  \(draft)r read  p first  \(film)  h heat", .faint).opposite(position(state), width: width)
    }

    /// "1-20 of 45".
    private static func position(_ state: BoardState) -> StyledLine {
        let lines = state.pageLines
        let rows = BoardLayout(for: state).pageRows
        guard lines > rows, state.opened?.showsFilm != true else { return StyledLine() }
        return StyledLine("\(state.scroll + 1)-\(min(lines, state.scroll + rows)) of \(lines) ", .faint)
    }

    /// Which rows are in the window, and what waits above it.
    private static func window(_ state: BoardState) -> StyledLine {
        let rows = BoardLayout(for: state).listRows
        var line = StyledLine()
        guard state.shown.count > rows, let list = state.displayed else { return line }
        let above = state.shown.prefix(state.top).count { list.items[$0].category == .critical }
        if above > 0 { line.add(" \(above) critical above ", .critical) }
        line.add(" \(state.top + 1)-\(min(state.shown.count, state.top + rows)) of \(state.shown.count) ", .faint)
        return line
    }
}
