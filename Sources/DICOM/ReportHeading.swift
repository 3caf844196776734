package import Worklist

/// How a section of a report is coded: its heading (PS3.16 CID 7001) and the text in it (CID 7002).
///
///     ReportHeading("Findings").heading      // (59776-5, LN, "Findings")
///     ReportHeading("Befund").heading        // the same
///     ReportHeading("Technique").heading     // (TECHNIQUE, 99FIRSTREAD, "Technique"): CID 7001 has none, and may be extended
package struct ReportHeading: Hashable, Sendable {
    package var heading: Code
    package var element: Code

    package init(_ words: String) {
        if let known = Self.table[words.lowercased()] {
            self = known
        } else {
            heading = .private(words)
            element = heading
        }
    }

    private init(_ value: String, _ meaning: String, _ element: Code) {
        heading = Code(value: value, scheme: "LN", meaning: meaning)
        self.element = element
    }

    private static let indications = ReportHeading("18785-6", "Indications for Procedure", Code(value: "11329-0", scheme: "LN", meaning: "History"))
    private static let clinicalInformation = ReportHeading(
        "55752-0", "Clinical Information", Code(value: "11329-0", scheme: "LN", meaning: "History"))
    private static let procedure = ReportHeading(
        "55111-9", "Current Procedure Descriptions", Code(value: "121065", scheme: "DCM", meaning: "Procedure Description"))
    private static let comparison = ReportHeading(
        "18834-2", "Previous Findings", Code(value: "121069", scheme: "DCM", meaning: "Previous Finding"))
    private static let findings = ReportHeading("59776-5", "Findings", Code(value: "121071", scheme: "DCM", meaning: "Finding"))
    private static let impression = ReportHeading("19005-8", "Impressions", Code(value: "121073", scheme: "DCM", meaning: "Impression"))
    private static let recommendations = ReportHeading(
        "18783-1", "Recommendations", Code(value: "121075", scheme: "DCM", meaning: "Recommendation"))

    private static let table: [String: ReportHeading] = [
        "examination": procedure, "untersuchung": procedure,
        "clinical information": clinicalInformation, "klinische angaben": clinicalInformation,
        "indication": indications, "fragestellung": indications,
        "comparison": comparison, "voraufnahmen": comparison, "vergleich": comparison,
        "findings": findings, "befund": findings,
        "impression": impression, "beurteilung": impression,
        "recommendation": recommendations, "recommendations": recommendations, "empfehlung": recommendations,
    ]
}

extension Code {
    /// FirstRead's own coding scheme, private by its "99" (PS3.16 section 8.2).
    static let privateScheme = "99FIRSTREAD"

    /// A concept that no public scheme has: its words, and as value their letters and digits, at most 16 (VR SH).
    static func `private`(_ meaning: String) -> Code {
        let words = meaning.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
        let value = String(String(words).split(separator: "_").joined(separator: "_").prefix(16))
        return Code(value: value.isEmpty ? "OTHER" : value, scheme: privateScheme, meaning: String(meaning.prefix(64)))
    }
}
