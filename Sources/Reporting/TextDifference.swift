/// What a person changed in a text, line by line: `-` gone, `+` new, two blanks where nothing changed.
///
///     TextDifference(from: "a\nb", to: "a\nc").lines   // ["  a", "- b", "+ c"]
package struct TextDifference: Sendable, Hashable {
    package var lines: [String]
    /// Words gone and words new.
    package var removedWords: Int
    package var insertedWords: Int

    package init(from old: String, to new: String) {
        let before = Self.split(old)
        let after = Self.split(new)
        let difference = after.difference(from: before)
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        lines = []
        var (i, j) = (0, 0)
        while i < before.count || j < after.count {
            if i < before.count, removed.contains(i) {
                lines.append("- \(before[i])")
                i += 1
            } else if j < after.count, inserted.contains(j) {
                lines.append("+ \(after[j])")
                j += 1
            } else {
                lines.append("  \(before[i])")
                i += 1
                j += 1
            }
        }
        let words = Self.words(new).difference(from: Self.words(old))
        removedWords = words.removals.count
        insertedWords = words.insertions.count
    }

    package var isEmpty: Bool { removedWords == 0 && insertedWords == 0 && lines.allSatisfy { $0.hasPrefix("  ") } }

    private static func split(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    private static func words(_ text: String) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }
}
