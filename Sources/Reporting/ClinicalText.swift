import Foundation

/// Free text of an order, cut into clauses of folded words: lower case, umlauts as ae, oe, ue, accents taken off.
///
///     ClinicalText("V.a. Pneumothorax, kein Fieber").clauses   // [["v", "a", "pneumothorax"], ["kein", "fieber"]]
///
/// A question mark is a word of its own. Words and marks of other scripts stay as they are: nothing is dropped.
struct ClinicalText: Hashable {
    var clauses: [[String]]

    private static let breaks: Set<Character> = [",", ";", ":", "!", "(", ")", "[", "]", "\n", "\r", "\r\n", "\u{2028}", "\u{2029}", "•", "–", "—"]

    init(_ text: String) {
        clauses = []
        var clause: [String] = []
        var word = ""
        func endWord() {
            if !word.isEmpty { clause.append(Self.folded(word)) }
            word = ""
        }
        func endClause() {
            endWord()
            if !clause.isEmpty { clauses.append(clause) }
            clause = []
        }
        let characters = Array(text.precomposedStringWithCanonicalMapping)
        for (index, character) in characters.enumerated() {
            let next = index + 1 < characters.count ? characters[index + 1] : " "
            switch character {
            case _ where Self.isOfAWord(character): word.append(character)
            case "?", "¿", "？":
                endWord()
                clause.append("?")
            case ".":
                // The point of an abbreviation ends no clause: "V.a. Pneumothorax", "z. A. Fraktur".
                let length = word.count
                endWord()
                if next.isWhitespace, length > 2 { endClause() }
            // A hyphen between blanks is a dash.
            case "-" where next.isWhitespace && (index == 0 || characters[index - 1].isWhitespace): endClause()
            case _ where Self.breaks.contains(character): endClause()
            default: endWord()
            }
        }
        endClause()
    }

    static func isOfAWord(_ character: Character) -> Bool { character.isLetter || character.isNumber || character == "*" }

    static func folded(_ word: String) -> String {
        var text = word.lowercased()
        for (from, to) in [("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("æ", "ae"), ("œ", "oe")] { text = text.replacingOccurrences(of: from, with: to) }
        return text.folding(options: [.diacriticInsensitive, .widthInsensitive], locale: nil)
    }
}

/// A term of the file: words that follow each other, each whole or, with `*`, the beginning, the end or a part of a word.
struct Term: Hashable {
    private var words: [Pattern]

    private struct Pattern: Hashable {
        var text: String
        var opensBefore: Bool
        var opensAfter: Bool

        init(_ word: String) {
            opensBefore = word.hasPrefix("*")
            opensAfter = word.count > 1 && word.hasSuffix("*")
            text = word.replacingOccurrences(of: "*", with: "")
        }

        func matches(_ word: String) -> Bool {
            switch (opensBefore, opensAfter) {
            case (false, false): word == text
            case (false, true): word.hasPrefix(text)
            case (true, false): word.hasSuffix(text)
            case (true, true): word.contains(text)
            }
        }
    }

    /// nil where the text holds no word.
    init?(_ text: String) {
        words = ClinicalText(text).clauses.flatMap(\.self).map(Pattern.init)
        guard !words.isEmpty, words.allSatisfy({ !$0.text.isEmpty }) else { return nil }
    }

    /// The places of `clause` that it covers when it begins at `start`; nil where it doesn't.
    func match(in clause: [String], at start: Int) -> Range<Int>? {
        guard start + words.count <= clause.count else { return nil }
        return zip(words, clause[start...]).allSatisfy({ $0.matches($1) }) ? start..<(start + words.count) : nil
    }
}

extension [Term] {
    /// Every place of the clause that one of the terms covers.
    func matches(in clause: [String]) -> [Range<Int>] {
        clause.indices.flatMap { start in compactMap { $0.match(in: clause, at: start) } }
    }
}
