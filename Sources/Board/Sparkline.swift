/// Figures as a row of bars, one column each, in eighths of a line.
///
///     Sparkline.text([0, 1, 4, 8], highest: 8)    // "·▁▄█"
package enum Sparkline {
    private static let bars = Array("▁▂▃▄▅▆▇█")

    /// `highest` has the full bar: rows that are to be compared share it. Anything above 0 has a bar.
    package static func text(_ figures: [Int], highest: Int) -> String {
        String(figures.map { figure in
            guard figure > 0, highest > 0 else { return "·" }
            let eighths = (min(figure, highest) * bars.count + highest - 1) / highest
            return bars[eighths - 1]
        })
    }
}
