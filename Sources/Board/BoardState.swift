package import Worklist

/// Columns and rows of a terminal.
package struct BoardSize: Hashable, Sendable {
    package var columns: Int
    package var rows: Int

    package init(columns: Int, rows: Int) {
        self.columns = max(1, columns)
        self.rows = max(1, rows)
    }
}

/// All that decides what is on the screen, but the time. Keys, readings and the window's size change it; nothing else does.
///
///     var state = BoardState(source: "data /var/lib/firstread", size: BoardSize(columns: 80, rows: 24))
///     state.receive(Reading(at: now, list: BoardList(snapshot)))
///     state.press(.down)          // .stay
///     state.press("q")            // .quit
package struct BoardState: Sendable {
    package enum Mode: Sendable {
        case list
        case study
        case help
    }

    /// Why the list is no longer live, and since when.
    package struct Trouble: Hashable, Sendable {
        package var since: Timestamp
        package var sentence: String
    }

    /// Where the list comes from, in words.
    package let source: String
    package private(set) var size: BoardSize
    package private(set) var list: BoardList?
    package private(set) var readAt: Timestamp?
    package private(set) var trouble: Trouble?
    /// How far the clock of the list's source is ahead of this machine's, in seconds.
    package private(set) var sourceAhead = 0.0

    package internal(set) var mode: Mode = .list
    package internal(set) var category: Worklist.Category?
    package internal(set) var modality: String?
    /// Indices of the items that pass the filters.
    package private(set) var shown: [Int] = []
    /// The Study Instance UID that the cursor stays with; nil: it stays on the first place, so that a wall shows who is next.
    package private(set) var selectedUID: String?
    /// The row under the cursor, an index into `shown`.
    package private(set) var cursor = 0
    /// The first row in the window, an index into `shown`.
    package private(set) var top = 0
    /// The first line in the window of the page of a study or of help.
    package internal(set) var scroll = 0
    /// The study of the page; kept when it leaves the list.
    package private(set) var opened: WorklistItem?
    package private(set) var openedHasLeft = false

    /// What is being typed after "/"; nil while nothing is.
    package internal(set) var typing: String?
    package internal(set) var search = ""
    /// An answer to the last key; the next one takes it away.
    package internal(set) var message: String?
    /// Where the cursor was when the search began.
    var beforeSearch: (uid: String?, cursor: Int) = (nil, 0)

    package init(source: String, size: BoardSize) {
        self.source = source
        self.size = size
    }

    /// Clocks that differ by less are taken to agree: reading takes time, too.
    private static let clockTolerance = 5.0

    package mutating func receive(_ reading: Reading) {
        if let sentence = reading.trouble {
            trouble = Trouble(since: trouble?.since ?? reading.at, sentence: sentence)
        } else {
            trouble = nil
            readAt = reading.at
        }
        if let list = reading.list {
            self.list = list
            if reading.trouble != nil { readAt = reading.at }
            let ahead = list.snapshot.takenAt.seconds(since: reading.at)
            sourceAhead = abs(ahead) < Self.clockTolerance ? 0 : ahead
            followOpened()
        }
        filter()
    }

    package mutating func resize(to size: BoardSize) {
        self.size = size
        keepCursorInWindow()
    }

    /// The moment by the clock of the list's source: what waits are reckoned by.
    package func sourceTime(_ now: Timestamp) -> Timestamp { now.advanced(bySeconds: sourceAhead) }

    package var selected: WorklistItem? { shown.indices.contains(cursor) ? list?.items[shown[cursor]] : nil }

    /// Applies the filters; the cursor stays with its study, or else in its row.
    mutating func filter() {
        guard let list else { return }
        shown = list.items.indices.filter { index in
            (category == nil || list.items[index].category == category) && (modality == nil || list.items[index].modality == modality)
        }
        guard let uid = selectedUID else { return place(cursor: 0) }
        if let row = shown.firstIndex(where: { list.items[$0].studyInstanceUID == uid }) {
            place(cursor: row)
        } else {
            select(row: cursor)
        }
    }

    /// Puts the cursor on a row, and keeps it with that row's study.
    mutating func select(row: Int) {
        place(cursor: row)
        selectedUID = selected?.studyInstanceUID
    }

    /// Puts the cursor on the first place, whichever study has it.
    mutating func selectFirstPlace() {
        selectedUID = nil
        place(cursor: 0)
    }

    mutating func restore(uid: String?) {
        selectedUID = uid
        filter()
    }

    mutating func open() {
        guard let selected else { return }
        selectedUID = selected.studyInstanceUID
        opened = selected
        openedHasLeft = false
        scroll = 0
        mode = .study
    }

    private mutating func place(cursor row: Int) {
        cursor = max(0, min(row, shown.count - 1))
        keepCursorInWindow()
    }

    private mutating func keepCursorInWindow() {
        let rows = max(1, BoardLayout(for: self).listRows)
        top = min(max(0, min(top, cursor), cursor - rows + 1), max(0, shown.count - rows))
    }

    private mutating func followOpened() {
        guard let uid = opened?.studyInstanceUID, mode == .study else { return }
        let now = list?.items.first { $0.studyInstanceUID == uid }
        openedHasLeft = now == nil
        opened = now ?? opened
    }
}
