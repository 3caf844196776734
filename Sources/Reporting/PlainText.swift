import Foundation

/// Text that others wrote, made fit to stand inside a sentence: one line, no control or direction marks, of bounded length.
///
///     PlainText.line("Cough\r\nIMPRESSION:\nnormal")   // "Cough IMPRESSION: normal"
///
/// A heading begins a line, so text that can't begin one can't pretend to be a section. Quotation marks become single ones,
/// so that what stands between the template's own can't leave them.
package enum PlainText {
    package static let longestLine = 400
    package static let longestReport = 64_000

    package static func line(_ text: String, atMost limit: Int = longestLine) -> String {
        var result = ""
        var count = 0
        var isSpaced = true
        for scalar in text.unicodeScalars {
            if isBlank(scalar) {
                if !isSpaced { result += " " }
                isSpaced = true
            } else {
                result.unicodeScalars.append(quotes.contains(scalar) ? "'" : scalar)
                isSpaced = false
            }
            count += 1
            if count >= limit {
                result += " …"
                break
            }
        }
        return result.trimmingCharacters(in: .whitespaces)
    }

    /// A report as a person typed it: lines kept, everything else that does not show taken out.
    package static func report(_ text: String) -> String {
        let lines = text.prefix(longestReport).split(omittingEmptySubsequences: false) { $0.isNewline }
        return lines.map { line in
            var kept = String(String.UnicodeScalarView(line.unicodeScalars.filter { $0 == "\t" || !isHidden($0) }))
            while let last = kept.last, last.isWhitespace { kept.removeLast() }
            return kept
        }.joined(separator: "\n").trimmingCharacters(in: .newlines)
    }

    private static let quotes: Set<Unicode.Scalar> = ["\"", "“", "”", "„", "‟", "«", "»"]

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace || isHidden(scalar) }

    /// Controls, and marks that turn the direction of text round or hide in it (Unicode categories Cc, Cf, Zl, Zp).
    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

extension PlainText {
    static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }
}
