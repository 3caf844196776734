import Worklist

/// Lines of a page under headings, wrapped to its width.
struct PageText {
    let width: Int
    private(set) var lines: [StyledLine] = []

    init(width: Int) { self.width = width }

    mutating func add(_ line: StyledLine) { lines.append(line) }

    /// "label           value", the value over as many lines as it takes; nothing where it is empty.
    mutating func field(_ label: String, _ value: String, _ ink: Ink = .plain) {
        guard !value.isEmpty else { return }
        for (index, text) in StyledLine.wrapped(value, to: max(1, width - 18)).enumerated() {
            var line = StyledLine(" " + DisplayWidth.fitted(index == 0 ? label : "", to: 16), .faint)
            line.add(text, ink)
            lines.append(line)
        }
    }

    mutating func heading(_ title: String) { lines += [StyledLine(), StyledLine(" \(title)", .heading)] }

    /// A heading and its sentences; nothing where there are none.
    mutating func section(_ title: String, _ sentences: [String], _ ink: Ink = .plain) {
        guard !sentences.isEmpty else { return }
        heading(title)
        for sentence in sentences {
            lines += StyledLine.wrapped(" - \(sentence)", to: max(4, width - 1), indent: "  ").map { StyledLine(" \($0)", ink) }
        }
    }

    /// Text as it was written, its own line breaks kept.
    mutating func text(_ text: String, _ ink: Ink = .plain) {
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            lines += StyledLine.wrapped(String(line), to: max(4, width - 4)).map { StyledLine("   \($0)", ink) }
        }
    }
}
