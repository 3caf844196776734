import Board
import Testing

@Suite struct DisplayWidthTests {
    /// Widths by Unicode's EastAsianWidth.txt: W and F take two columns; combining marks (Mn) take none.
    @Test(arguments: [
        ("Smith John", 10), ("山田 太郎", 9), ("やまだ", 6), ("Müller", 6), ("Mu\u{308}ller", 6), ("김희중", 6), ("Люкceмбypг", 10), ("ﾔﾏﾀﾞ", 4), ("", 0),
    ])
    func aTextTakesTheColumnsOfItsCharacters(text: String, columns: Int) {
        #expect(DisplayWidth.of(text) == columns)
    }

    /// C0, DEL, C1 (CSI is U+009B), bidirectional controls, line separators, zero-width space.
    @Test(arguments: ["\u{1B}", "\n", "\t", "\0", "\u{7F}", "\u{9B}", "\u{85}", "\u{202E}", "\u{2066}", "\u{2028}", "\u{200B}", "\u{FEFF}"])
    func whatATerminalWouldObeyIsReplaced(control: String) {
        #expect(DisplayWidth.printable("a\(control)b") == "a\u{FFFD}b")
        #expect(DisplayWidth.of("a\(control)b") == 3)
    }

    @Test func anEscapeSequenceIsShownNotObeyed() {
        #expect(DisplayWidth.printable("Doe\u{1B}[2J\u{1B}]0;title\u{7}") == "Doe\u{FFFD}[2J\u{FFFD}]0;title\u{FFFD}")
    }

    @Test func aMarkWithNothingToStandOnStandsOnADottedCircle() {
        #expect(DisplayWidth.printable("\u{308}u") == "◌\u{308}u")
        #expect(DisplayWidth.of("\u{308}u") == 2)
    }

    @Test(arguments: [
        ("pneumothorax", 8, "pneumot…"), ("effusion", 8, "effusion"), ("CR", 4, "CR  "), ("山田太郎", 8, "山田太郎"), ("山田太郎", 7, "山田太…"),
        ("山田太郎", 6, "山田… "), ("山田", 1, "…"), ("山田", 0, ""), ("e\u{301}e\u{301}e\u{301}", 2, "e\u{301}…"),
    ])
    func aTextIsCutOrFilledToItsColumn(text: String, columns: Int, shown: String) {
        #expect(DisplayWidth.fitted(text, to: columns) == shown)
        #expect(DisplayWidth.of(DisplayWidth.fitted(text, to: columns)) == columns)
    }
}
