extension BoardState {
    /// Keys while the text after "/" is typed: the cursor goes to the first hit at once.
    mutating func type(_ key: BoardKey) {
        guard var text = typing else { return }
        switch key {
        case .enter:
            typing = nil
            if text.isEmpty {
                find(from: cursor + 1, step: 1)
            } else {
                search = text
                find(from: beforeSearch.cursor, step: 1)
            }
            return
        case .escape:
            typing = nil
            return restore(uid: beforeSearch.uid)
        case .backspace where text.isEmpty: return typing = nil
        case .backspace: text.removeLast()
        case .character(let character) where Self.isTyped(character): text.append(character)
        default: return
        }
        typing = text
        if let row = hit(of: text, from: beforeSearch.cursor, step: 1) { select(row: row) } else { restore(uid: beforeSearch.uid) }
    }

    mutating func find(from row: Int, step: Int) {
        guard !search.isEmpty else { return message = Message(sentence: "nothing to search for yet; / begins a search") }
        guard let row = hit(of: search, from: row, step: step) else {
            return message = Message(sentence: "no study matches \"\(search)\"" + (filters.isEmpty ? "" : " under this filter"))
        }
        select(row: row)
    }

    /// The next row that matches, around the end of the list.
    private func hit(of text: String, from row: Int, step: Int) -> Int? {
        guard let list = displayed, !shown.isEmpty, !text.isEmpty else { return nil }
        let matches = list.matcher(text)
        for offset in shown.indices {
            let candidate = (row + step * offset) % shown.count
            let wrapped = candidate < 0 ? candidate + shown.count : candidate
            if matches(shown[wrapped]) { return wrapped }
        }
        return nil
    }
}
