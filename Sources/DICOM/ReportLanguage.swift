package import Worklist

/// The language that a report is written in (TID 1204, PS3.16 CID 5000).
package enum ReportLanguage: String, Sendable, CaseIterable {
    case english = "en"
    case german = "de"

    package var code: Code { Code(value: rawValue, scheme: "RFC5646", meaning: self == .english ? "English" : "German") }
}
