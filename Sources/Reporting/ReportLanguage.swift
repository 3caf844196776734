import Foundation
import Worklist

/// The language of drafts and narratives: its templates, its names of findings, its way to write figures and dates.
package enum ReportLanguage: String, Sendable, Hashable, Codable, CaseIterable {
    case en
    case de

    /// A probability as the list shows it, never rounded up to 1.00 or down to 0.00.
    func figure(_ value: Double) -> String { number(Reasons.figure(value)) }

    /// A share in percent with one decimal; bounds are rounded away from what they promise.
    func percent(_ share: Double, rounding rule: FloatingPointRoundingRule) -> String {
        // Nine decimals first: 1 − 0.982 is no exact 0.018, and must not become 1.9 %.
        let thousandths = ((share * 1e9).rounded() / 1e6).rounded(rule)
        return number(String(format: "%.1f", thousandths / 10)) + " %"
    }

    /// A decimal point or comma.
    func number(_ text: String) -> String { self == .de ? text.replacingOccurrences(of: ".", with: ",") : text }

    /// A DICOM date (VR DA) or the date of a time stamp; what is no date, as it came.
    func date(_ text: String) -> String {
        let digits = Array(text)
        guard digits.count == 8, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return text }
        let (year, month, day) = (String(digits[0..<4]), String(digits[4..<6]), String(digits[6..<8]))
        return self == .de ? "\(day).\(month).\(year)" : "\(year)-\(month)-\(day)"
    }

    /// To the minute, UTC.
    func moment(_ time: Timestamp) -> String {
        let text = time.rfc3339
        return date(text.prefix(10).replacingOccurrences(of: "-", with: "")) + " " + text.dropFirst(11).prefix(5) + " UTC"
    }

    func images(_ count: Int) -> String {
        switch self {
        case .en: count == 1 ? "1 image" : "\(count) images"
        case .de: count == 1 ? "1 Aufnahme" : "\(count) Aufnahmen"
        }
    }

    /// A finding's figure, and whether it is a probability.
    func figure(_ value: Double, isCalibrated: Bool) -> String {
        switch (self, isCalibrated) {
        case (.en, true): "probability \(figure(value))"
        case (.en, false): "score \(figure(value)), not calibrated"
        case (.de, true): "Wahrscheinlichkeit \(figure(value))"
        case (.de, false): "Punktwert \(figure(value)), nicht kalibriert"
        }
    }

    func category(_ category: Category) -> String {
        guard self == .de else { return category.rawValue }
        switch category {
        case .critical: return "kritisch"
        case .urgent: return "dringend"
        case .routine: return "Routine"
        case .likelyNormal: return "wahrscheinlich unauffällig"
        case .unscored: return "unbewertet"
        }
    }

    /// The finding's name; a label that nobody has named stays as it is.
    package func name(of label: String) -> String { FindingNames.shipped[rawValue]?[Label.folded(label)] ?? label }
}

private enum FindingNames {
    static let shipped: [String: [String: String]] =
        (try? JSONDecoder().decode([String: [String: String]].self, from: Data(PackageResources.finding_names_json))) ?? [:]
}
