import Worklist

/// A key, whatever bytes the terminal sends for it.
package enum BoardKey: Hashable, Sendable, ExpressibleByUnicodeScalarLiteral {
    case up, down, pageUp, pageDown, home, end, enter, escape, backspace
    case character(Character)

    package init(unicodeScalarLiteral scalar: Unicode.Scalar) { self = .character(Character(scalar)) }
}

extension BoardState {
    /// What the board has to do after a key, beside drawing anew and running errands.
    package enum Action: Sendable {
        case stay
        /// Paint every cell again: something else wrote on the terminal.
        case repaint
        case quit
    }

    package mutating func press(_ key: BoardKey) -> Action {
        message = nil
        if key == "\u{0C}" { return .repaint }
        if prompt != nil {
            answer(key)
        } else if typing != nil {
            type(key)
        } else {
            switch mode {
            case .list where key == "q": return .quit
            case .list: pressInList(key)
            case .study: pressInStudy(key)
            case .help: pressInHelp(key)
            case .menu: pressInMenu(key)
            }
        }
        askForFilm()
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
        case .escape: showAllAsItIs()
        case "/":
            typing = ""
            beforeSearch = (selectedUID, cursor)
        case "n": find(from: cursor + 1, step: 1)
        case "N": find(from: cursor - 1, step: -1)
        case "c":
            filters.category = Self.next(after: filters.category, in: Worklist.Category.allCases)
            filter()
        case "f":
            filters.modality = Self.next(after: filters.modality, in: list?.modalities ?? [])
            filter()
        case "l": show(.locations)
        case "o": show(.policies)
        case "a": show(.alarms)
        case "?":
            mode = .help
            scroll = 0
        default: if let selected { press(key, on: selected) }
        }
    }

    /// Keys that do something to a study, in the list and on its page.
    mutating func press(_ key: BoardKey, on item: WorklistItem) {
        let uid = item.studyInstanceUID
        let name = PersonName.display(item.patientName)
        switch key {
        case "r": ask(.claim, uid, "read \(name)")
        case "R": ask(.release, uid, "give back \(name)")
        case "p": ask(.pin, uid, "put \(name) first")
        case "P": ask(.unpin, uid, "unpin \(name)")
        case "s", "x":
            // What is signed or rejected has been on the screen.
            message = Message(sentence: item.draftReport == nil ? "there is no draft of \(name)" : "Enter opens the study; s and x there sign and reject its draft")
        default: break
        }
    }

    private mutating func pressInHelp(_ key: BoardKey) {
        switch key {
        case .escape, "q", .enter, "?": mode = .list
        default: scrollPage(key)
        }
    }

    mutating func scrollPage(_ key: BoardKey) {
        let rows = BoardLayout(for: self).pageRows
        let page = max(1, rows - 1)
        switch key {
        case .up, "k": scroll -= 1
        case .down, "j": scroll += 1
        case .pageUp: scroll -= page
        case .pageDown, " ": scroll += page
        case .home, "g": scroll = 0
        case .end, "G": scroll = .max
        default: break
        }
        scroll = max(0, min(scroll, pageLines - rows))
    }

    /// How many lines the page of a study or of help has.
    var pageLines: Int {
        mode == .help ? HelpPage.lines(width: size.columns).count : StudyPage.lines(of: self).count
    }

    /// Esc in the list: away with comparison, filters and search.
    private mutating func showAllAsItIs() {
        filters = Filters()
        search = ""
        compare(nil)
    }

    /// The values one after the other, then none.
    private static func next<Value: Equatable>(after value: Value?, in values: [Value]) -> Value? {
        guard let value else { return values.first }
        guard let index = values.firstIndex(of: value), index + 1 < values.count else { return nil }
        return values[index + 1]
    }
}
