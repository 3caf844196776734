import CNcurses
import Glibc

/// How many columns of a terminal a text takes, and the text as it may be sent there.
///
///     DisplayWidth.of("山田")                       // 4
///     DisplayWidth.of("Mu\u{308}ller")              // 6: the combining mark takes none
///     DisplayWidth.printable("a\u{1B}[2Jb")         // "a�[2Jb"
///     DisplayWidth.fitted("pneumothorax", to: 8)    // "pneumot…"
///
/// The widths are those of the C library (`wcwidth`), which ncurses and terminals use too.
package enum DisplayWidth {
    /// Columns of `printable(text)`.
    package static func of(_ text: String) -> Int {
        isPlain(text) ? text.utf8.count : columns(of: printable(text))
    }

    /// The text with everything that a terminal would obey, or that would reorder or hide what stands beside it, replaced by "�".
    package static func printable(_ text: String) -> String {
        if isPlain(text) { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isSafe = isPrintable(scalar)
            // A mark with nothing to stand on would change the cell before it.
            if isSafe, shown.isEmpty, width(scalar) == 0 { shown.append("◌") }
            shown.append(isSafe ? scalar : "\u{FFFD}")
        }
        return String(shown)
    }

    /// Exactly so many columns: cut with "…", or filled with spaces.
    package static func fitted(_ text: String, to columns: Int) -> String {
        let cut = truncated(text, to: columns)
        return cut + String(repeating: " ", count: max(0, columns - of(cut)))
    }

    /// At most so many columns; "…" stands for what was cut.
    package static func truncated(_ text: String, to limit: Int) -> String {
        let text = printable(text)
        guard limit > 0 else { return "" }
        guard of(text) > limit else { return text }
        return head(of: text[...], within: limit - 1) + "…"
    }

    /// The longest beginning that takes at most so many columns; it never divides a character from its marks.
    static func head(of text: Substring, within limit: Int) -> Substring {
        var used = 0
        var end = text.startIndex
        for character in text {
            used += columns(of: String(character))
            guard used <= limit else { break }
            end = text.index(after: end)
        }
        return text[..<end]
    }

    private static func isPlain(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } }

    private static func columns(of text: String) -> Int { text.unicodeScalars.reduce(0) { $0 + width($1) } }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .surrogate, .unassigned, .lineSeparator, .paragraphSeparator: false
        // Persian and Indic names are written with joiners; every other format character reorders or hides text.
        case .format: scalar == "\u{200C}" || scalar == "\u{200D}"
        default: cWidth(scalar) >= 0
        }
    }

    private static func width(_ scalar: Unicode.Scalar) -> Int { max(0, cWidth(scalar)) }

    private static func cWidth(_ scalar: Unicode.Scalar) -> Int {
        if scalar.isASCII { return scalar.value >= 0x20 && scalar.value < 0x7F ? 1 : -1 }
        // `wcwidth` follows the thread's locale, and the process may run in "C", where only ASCII has a width.
        let before = uselocale(utf8)
        defer { uselocale(before) }
        return Int(wcwidth(wchar_t(bitPattern: scalar.value)))
    }

    // Made once, never changed or freed.
    private nonisolated(unsafe) static let utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)
}
