import Worklist

/// A key, whatever bytes the terminal sends for it.
package enum BoardKey: Hashable, Sendable, ExpressibleByUnicodeScalarLiteral {
    case up, down, pageUp, pageDown, home, end, enter, escape, backspace
    case character(Character)

    package init(unicodeScalarLiteral scalar: Unicode.Scalar) { self = .character(Character(scalar)) }
}

extension BoardState {
    /// What the board has to do after a key, beside drawing anew.
    package enum Action: Sendable {
        case stay
        /// Paint every cell again: something else wrote on the terminal.
        case repaint
        case quit
    }

    package mutating func press(_ key: BoardKey) -> Action {
        message = nil
        if typing != nil { return type(key) }
        switch key {
        case "q" where mode == .list: return .quit
        case "\u{0C}": return .repaint
        default: break
        }
        switch mode {
        case .list: pressInList(key)
        case .study, .help: pressOnPage(key)
        }
        return .stay
    }

    private mutating func pressInList(_ key: BoardKey) {
        let page = max(1, BoardLayout(for: self).listRows - 1)
        switch key {
        case .up, "k": select(row: cursor - 1)
        case .down, "j": select(row: cursor + 1)
        case .pageUp: select(row: cursor - page)
        case .pageDown, " ": select(row: cursor + page)
        case .home, "g": selectFirstPlace()
        case .end, "G": select(row: shown.count - 1)
        case .enter: open()
        case .escape: clearFilters()
        case "/":
            typing = ""
            beforeSearch = (selectedUID, cursor)
        case "n": find(from: cursor + 1, step: 1)
        case "N": find(from: cursor - 1, step: -1)
        case "c": category = Self.next(after: category, in: Worklist.Category.allCases)
            filter()
        case "f": modality = Self.next(after: modality, in: list?.modalities ?? [])
            filter()
        case "?":
            mode = .help
            scroll = 0
        default: break
        }
    }

    private mutating func pressOnPage(_ key: BoardKey) {
        let page = max(1, BoardLayout(for: self).pageRows - 1)
        switch key {
        case .escape, "q", .enter, "?": mode = .list
        case .up, "k": scroll -= 1
        case .down, "j": scroll += 1
        case .pageUp: scroll -= page
        case .pageDown, " ": scroll += page
        case .home, "g": scroll = 0
        case .end, "G": scroll = .max
        default: break
        }
        scroll = max(0, min(scroll, StudyPage.lines(of: self).count - BoardLayout(for: self).pageRows))
    }

    /// Keys while the text after "/" is typed: the cursor goes to the first hit at once.
    private mutating func type(_ key: BoardKey) -> Action {
        guard var text = typing else { return .stay }
        switch key {
        case .enter:
            typing = nil
            if text.isEmpty {
                find(from: cursor + 1, step: 1)
            } else {
                search = text
                find(from: beforeSearch.cursor, step: 1)
            }
            return .stay
        case .escape:
            typing = nil
            restore(uid: beforeSearch.uid)
            return .stay
        case .backspace where text.isEmpty:
            typing = nil
            return .stay
        case .backspace: text.removeLast()
        case .character(let character) where DisplayWidth.printable(String(character)) == String(character) || character.unicodeScalars.allSatisfy(\.properties.isGraphemeExtend):
            text.append(character)
        default: return .stay
        }
        typing = text
        if let row = hit(of: text, from: beforeSearch.cursor, step: 1) { select(row: row) } else { restore(uid: beforeSearch.uid) }
        return .stay
    }

    private mutating func find(from row: Int, step: Int) {
        guard !search.isEmpty else { return message = "nothing to search for yet; / begins a search" }
        guard let row = hit(of: search, from: row, step: step) else {
            let filtered = category != nil || modality != nil
            return message = "no study matches \"\(search)\"" + (filtered ? " under this filter" : "")
        }
        select(row: row)
    }

    /// The next row that matches, around the end of the list.
    private func hit(of text: String, from row: Int, step: Int) -> Int? {
        guard let list, !shown.isEmpty, !text.isEmpty else { return nil }
        for offset in shown.indices {
            let candidate = (row + step * offset) % shown.count
            let wrapped = candidate < 0 ? candidate + shown.count : candidate
            if list.item(shown[wrapped], matches: text) { return wrapped }
        }
        return nil
    }

    private mutating func clearFilters() {
        category = nil
        modality = nil
        search = ""
        filter()
    }

    /// The values one after the other, then none.
    private static func next<Value: Equatable>(after value: Value?, in values: [Value]) -> Value? {
        guard let value else { return values.first }
        guard let index = values.firstIndex(of: value), index + 1 < values.count else { return nil }
        return values[index + 1]
    }
}
