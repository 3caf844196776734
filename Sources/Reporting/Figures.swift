import Foundation

/// Figures in sentences.
enum Figures {
    /// A figure and its bound with as many decimals as tell them apart, three at least.
    ///
    ///     apart(0.0496, 0.05)   // ("0.0496", "0.0500")
    static func apart(_ figure: Double, _ bound: Double) -> (figure: String, bound: String) {
        for decimals in 3...9 {
            let texts = (String(format: "%.\(decimals)f", figure), String(format: "%.\(decimals)f", bound))
            guard texts.0 != texts.1 else { continue }
            // Nothing above 0 is called 0.
            return figure > 0 && Double(texts.0) == 0 ? ("<0.001", texts.1) : texts
        }
        return (String(figure), String(bound))
    }
}
