import CNcurses
import Glibc

/// The terminal under ncurses: started here, painted line by line, and given back as it was.
///
/// Used from one thread alone, as ncurses is.
final class Terminal {
    private let screen: OpaquePointer
    private let window: UnsafeMutablePointer<WINDOW>
    private let palette: Palette
    /// In what films are drawn.
    let depth: ColourDepth
    /// What is on the screen, so that only lines that changed are painted.
    private var painted: [StyledLine] = []
    private var isShown = true

    init(isColoured: Bool) throws(BoardError) {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw BoardError.withoutTerminal
        }
        Self.chooseCharacters()
        try Self.checkType()
        // ncurses closes its own streams, never those of the process.
        guard let input = fdopen(dup(STDIN_FILENO), "r"), let output = fdopen(dup(STDOUT_FILENO), "w"), let screen = newterm(nil, output, input) else {
            throw BoardError(description: "the terminal cannot be started as \(Self.type); set TERM to what it is")
        }
        guard let window = newwin(0, 0, 0, 0) else {
            endwin()
            delscreen(screen)
            throw BoardError(description: "the terminal gives no window; is it larger than nothing?")
        }
        self.screen = screen
        self.window = window
        palette = Palette(isColoured: isColoured)
        depth = isColoured ? Self.depth() : .letters
        // Signals stay signals (Ctrl-C, Ctrl-Z); keys come one by one and are not echoed.
        cbreak()
        noecho()
        nonl()
        keypad(window, true)
        nodelay(window, true)
        leaveok(window, true)
        // Characters that are moved would leave a film's colours behind.
        idcok(window, false)
        curs_set(0)
        set_escdelay(Self.escapeMilliseconds)
    }

    deinit {
        delwin(window)
        end()
        delscreen(screen)
    }

    /// How long after Esc the rest of an arrow key may come.
    private static let escapeMilliseconds: Int32 = 25

    /// Gives the terminal back as it was.
    func end() {
        guard isShown else { return }
        isShown = false
        curs_set(1)
        endwin()
    }

    /// Takes it again after `end()`, or after another program wrote on it.
    func resume() {
        isShown = true
        repaint()
        curs_set(0)
    }

    /// Everything is painted anew the next time.
    func repaint() {
        painted = []
        clearok(window, true)
    }

    /// Asks the kernel for the window's size, and fits ncurses to it.
    func measure() -> BoardSize {
        var size = winsize()
        if ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0,
            Int32(size.ws_col) != getmaxx(window) || Int32(size.ws_row) != getmaxy(window)
        {
            resizeterm(Int32(size.ws_row), Int32(size.ws_col))
            wresize(window, Int32(size.ws_row), Int32(size.ws_col))
            repaint()
        }
        return BoardSize(columns: Int(getmaxx(window)), rows: Int(getmaxy(window)))
    }

    func paint(_ lines: [StyledLine]) {
        var films: [(row: Int, column: Int, halves: [HalfBlock])] = []
        for (row, line) in lines.enumerated() where row >= painted.count || painted[row] != line {
            let isWhole = row >= painted.count
            // What ncurses knows nothing of has to be written over, not skipped.
            if !isWhole, painted[row].halves != line.halves { wredrawln(window, Int32(row), 1) }
            if isWhole || painted[row].halves != line.halves { films += line.halves.map { (row: row, column: $0.column, halves: $0.halves) } }
            wmove(window, Int32(row), 0)
            for run in line.runs {
                let look = palette.look(run)
                wattr_set(window, look.attributes, look.pair, nil)
                var text = run.text.unicodeScalars.map { wchar_t(bitPattern: $0.value) }
                if !run.halves.isEmpty { text[0] = Self.mark(of: row) }
                waddnwstr(window, text, Int32(text.count))
            }
        }
        painted = lines
        wrefresh(window)
        write(FilmColours.bytes(films, depth: depth))
    }

    /// Black on black under a film's first cell, another letter in each row: to ncurses no row of a film is like any other. Text that scrolls
    /// beside a film would else be moved by scrolling the terminal, and the film with it.
    private static func mark(of row: Int) -> wchar_t { wchar_t(0x100 + row % 0x100) }

    /// Past ncurses, which has flushed what it had to say.
    private func write(_ text: String) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if written < 0, errno != EINTR, errno != EAGAIN { return }
            rest = rest.dropFirst(max(0, written))
        }
    }

    /// COLORTERM and the extended capabilities `RGB` and `Tc` tell of 24 bits; terminfo's own number of 256.
    private static func depth() -> ColourDepth {
        let named = getenv("COLORTERM").map { String(cString: $0) } ?? ""
        if ["truecolor", "24bit"].contains(named) || tigetflag("RGB") > 0 || tigetflag("Tc") > 0 { return .rgb24 }
        return Palette.colourCount >= 256 ? .palette256 : .letters
    }

    /// The next key that has come; nil where none has. Keys that mean nothing to the board are passed over.
    func nextKey() -> BoardKey? {
        var code: wint_t = 0
        while true {
            switch wget_wch(window, &code) {
            case OK: if let key = Self.key(character: code) { return key }
            case KEY_CODE_YES: if let key = Self.key(function: Int32(bitPattern: code)) { return key }
            default: return nil
            }
        }
    }

    private static func key(character code: wint_t) -> BoardKey? {
        switch code {
        case 0x0A, 0x0D: .enter
        case 0x1B: .escape
        case 0x08, 0x7F: .backspace
        default: Unicode.Scalar(code).map { .character(Character($0)) }
        }
    }

    private static func key(function code: Int32) -> BoardKey? {
        switch code {
        case KEY_UP: .up
        case KEY_DOWN: .down
        case KEY_PPAGE: .pageUp
        case KEY_NPAGE: .pageDown
        case KEY_HOME: .home
        case KEY_END: .end
        case KEY_ENTER: .enter
        case KEY_BACKSPACE: .backspace
        default: nil
        }
    }

    private static var type: String { getenv("TERM").map { String(cString: $0) } ?? "" }

    /// In the plain locale, a container's default, ncurses would show names in ASCII alone; terminals of today take UTF-8.
    private static func chooseCharacters() {
        setlocale(LC_CTYPE, "")
        if String(cString: nl_langinfo(Int32(CODESET))) == "ANSI_X3.4-1968" { setlocale(LC_CTYPE, "C.UTF-8") }
    }

    private static func checkType() throws(BoardError) {
        var code: Int32 = 0
        guard setupterm(nil, STDOUT_FILENO, &code) == OK else {
            throw BoardError(
                description: type.isEmpty ? "TERM is not set; set it to the terminal's type, for example xterm-256color"
                    : "the terminal type \(type) is not known here; set TERM to one that is, for example xterm, or install ncurses-term")
        }
        guard tigetstr("cup") != nil else {
            throw BoardError(description: "a terminal of the type \(type) cannot move its cursor; `firstread worklist` prints the list")
        }
    }
}
