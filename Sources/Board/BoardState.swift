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

/// All that decides what is on the screen, but the time. Keys, readings, answers and the window's size change it; nothing else does.
///
///     var state = BoardState(source: "data /var/lib/firstread", size: BoardSize(columns: 80, rows: 24))
///     state.receive(Reading(at: now, list: BoardList(snapshot)))
///     state.press(.down)          // .stay
///     state.press(.enter)         // .stay
///     state.takeErrands()         // [.study("1.2.3")]: the caller runs them, and gives back their answers
///     state.press("q")            // .stay; back in the list, .quit
package struct BoardState: Sendable {
    package enum Mode: Hashable, Sendable {
        case list
        case study
        case help
        case menu(Menu)
    }

    /// Why the list is no longer live, and since when.
    package struct Trouble: Hashable, Sendable {
        package var since: Timestamp
        package var sentence: String
    }

    /// An answer to a key; the next one takes it away.
    package struct Message: Hashable, Sendable {
        package var sentence: String
        package var isTrouble = false
    }

    /// Where the list comes from, in words.
    package let source: String
    /// Who has signed in; nil where names are asked for.
    package let person: Person?
    package private(set) var size: BoardSize
    package private(set) var list: BoardList?
    package private(set) var room: RoomStatus?
    package private(set) var readAt: Timestamp?
    package private(set) var trouble: Trouble?
    /// How far the clock of the list's source is ahead of this machine's, in seconds.
    package private(set) var sourceAhead = 0.0

    package internal(set) var mode: Mode = .list
    package internal(set) var filters = Filters()
    /// Indices of the displayed items that pass the filters.
    package private(set) var shown: [Int] = []
    /// The Study Instance UID that the cursor stays with; nil: it stays on the first place, so that a wall shows who is next.
    package private(set) var selectedUID: String?
    /// The row under the cursor, an index into `shown`.
    package private(set) var cursor = 0
    /// The first row in the window, an index into `shown`.
    package private(set) var top = 0
    /// The first line in the window of the page of a study or of help.
    package internal(set) var scroll = 0
    /// The entry under the cursor of a menu.
    package internal(set) var menuCursor = 0
    /// The study of the page.
    package internal(set) var opened: OpenedStudy?
    /// The policy that the list is compared under; nil: it is shown as it is.
    package internal(set) var comparing: PolicyName?
    package internal(set) var comparison: Comparison?

    /// What is being typed after "/"; nil while nothing is.
    package internal(set) var typing: String?
    package internal(set) var search = ""
    /// What is being asked before something is done.
    package internal(set) var prompt: Prompt?
    /// The name that was last given, offered the next time.
    package internal(set) var name: String
    package internal(set) var message: Message?
    /// Where the cursor was when the search began.
    var beforeSearch: (uid: String?, cursor: Int) = (nil, 0)
    var errands: [Errand] = []

    package init(source: String, size: BoardSize, person: Person? = nil, suggestedName: String = "") {
        self.source = source
        self.size = size
        self.person = person
        name = suggestedName
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
        room = reading.room ?? room
        if let list = reading.list {
            self.list = list
            if reading.trouble != nil { readAt = reading.at }
            let ahead = list.snapshot.takenAt.seconds(since: reading.at)
            sourceAhead = abs(ahead) < Self.clockTolerance ? 0 : ahead
            followOpened()
            if let comparing { errands.append(.order(comparing)) }
        }
        filter()
        keepMenuCursor()
    }

    package mutating func resize(to size: BoardSize) {
        self.size = size
        keepCursorInWindow()
        askForFilm()
    }

    /// What has to be looked up or done since the last call.
    package mutating func takeErrands() -> [Errand] {
        defer { errands = [] }
        return errands
    }

    /// The moment by the clock of the list's source: what waits are reckoned by.
    package func sourceTime(_ now: Timestamp) -> Timestamp { now.advanced(bySeconds: sourceAhead) }

    /// The list in the order in which it is shown.
    package var displayed: BoardList? { comparison?.list ?? list }

    package var selected: WorklistItem? { shown.indices.contains(cursor) ? displayed?.items[shown[cursor]] : nil }

    /// Applies the filters; the cursor stays with its study, or else in its row.
    mutating func filter() {
        guard let list = displayed else { return }
        shown = list.indices(passing: filters)
        guard let uid = selectedUID else { return place(cursor: 0) }
        if let index = list.index(of: uid), let row = shown.firstIndex(of: index) {
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

    private mutating func place(cursor row: Int) {
        cursor = max(0, min(row, shown.count - 1))
        keepCursorInWindow()
    }

    private mutating func keepCursorInWindow() {
        let rows = max(1, BoardLayout(for: self).listRows)
        top = min(max(0, min(top, cursor), cursor - rows + 1), max(0, shown.count - rows))
    }
}

/// Which studies are shown; nil: all.
package struct Filters: Hashable, Sendable {
    package var category: Worklist.Category?
    package var modality: String?
    package var location: String?

    package var isEmpty: Bool { self == Filters() }

    func pass(_ facets: Facets) -> Bool {
        (category == nil || facets.category == category) && (modality == nil || facets.modality == modality)
            && (location == nil || facets.location == location)
    }

    /// "category critical, modality CR".
    var words: String {
        [category.map { "category \($0.rawValue)" }, modality.map { "modality \($0)" }, location.map { "location \($0)" }].compactMap(\.self)
            .joined(separator: ", ")
    }
}
