package import Worklist

/// The waits of each category against its limit, as an SVG: a row a category, a column an hour or a day.
///
/// Bars are medians, ticks above them 95th percentiles, the dashed line the limit. A row's scale ends at its largest value or its limit,
/// whichever is longer. Colours are presentation attributes: styles would not pass a strict content security policy.
///
///     WaitsPlot(waits: WaitsByCategory.of(waits, limits: limits, over: .day, at: now), period: .day).svg
package struct WaitsPlot {
    private let waits: [WaitsByCategory]
    private let period: WaitsByCategory.Period

    package init(waits: [WaitsByCategory], period: WaitsByCategory.Period) {
        self.waits = waits
        self.period = period
    }

    private static let width = 1080.0
    private static let rowHeight = 74.0
    /// From the top of a row to the end of its scale: the limit's words stand in it.
    private static let headroom = 20.0
    private static let left = 210.0
    private static let right = width - 16
    private static let foot = 48.0

    private enum Colour {
        static let ground = "#12171b"
        static let words = "#dbe2e7"
        static let quiet = "#9aa7b1"
        static let line = "#3a454d"
        static let limit = "#ffc247"
        static let past = "#ff7b6e"

        static func of(_ category: Worklist.Category) -> String {
            switch category {
            case .critical: "#ff7b6e"
            case .urgent: "#ffc247"
            case .routine: "#8fb4d8"
            case .likelyNormal: "#86cfa4"
            case .unscored: "#cba6f7"
            }
        }
    }

    package var svg: String {
        let height = Double(waits.count) * Self.rowHeight + Self.foot
        let title = period == .day ? "Waits by category, the last 24 hours" : "Waits by category, the last 7 days"
        let rows = waits.enumerated().map { row($1, top: Double($0) * Self.rowHeight) }
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(Self.width)) \(Int(height))" role="img" aria-label="\(title)" font-family="system-ui, sans-serif" font-size="12">
            <title>\(title)</title>
            <rect width="100%" height="100%" fill="\(Colour.ground)"/>
            \(rows.joined(separator: "\n"))
            \(axis(y: height - Self.foot + 14))
            \(words("bar: median wait of those read then · tick: 95 % within · dashed: limit of a routine order · minutes", x: Self.left, y: height - 10, fill: Colour.quiet))
            </svg>

            """
    }

    private func row(_ wait: WaitsByCategory, top: Double) -> String {
        let base = top + Self.rowHeight - 8
        let room = Self.rowHeight - 8 - Self.headroom
        let largest = max((wait.over.compactMap(\.p95Minutes) + [wait.limitMinutes].compactMap(\.self)).max() ?? 0, 1)
        func y(_ minutes: Double) -> Double { base - minutes / largest * room }
        let median = wait.medianMinutes.map { ", median \(Self.figure($0)) min" } ?? ""
        let oldest = wait.openOldestMinutes.map { ", oldest \(Self.figure($0)) min" } ?? ""
        var parts = [
            words(wait.category.rawValue, x: 10, y: top + 24, fill: Colour.of(wait.category), more: #" font-weight="bold""#),
            words("\(wait.n) read\(median)", x: 10, y: top + 40, fill: Colour.words),
            words(wait.n == 0 ? "" : "\(wait.pastLimit) past limit", x: 110, y: top + 24, fill: wait.pastLimit > 0 ? Colour.past : Colour.quiet),
            words("\(wait.open) open\(oldest)", x: 10, y: top + 56, fill: Colour.quiet),
            line(Self.left, base, Self.right, base, Colour.line),
        ]
        let step = (Self.right - Self.left) / Double(max(1, wait.over.count))
        for (index, span) in wait.over.enumerated() {
            guard let median = span.medianMinutes, let p95 = span.p95Minutes else { continue }
            let x = Self.left + (Double(index) + 0.18) * step
            let told = "\(span.from.rfc3339): \(span.n) read, median \(Self.figure(median)) min, 95 % within \(Self.figure(p95)) min"
            parts.append(
                #"<rect x="\#(Self.text(x))" y="\#(Self.text(y(median)))" width="\#(Self.text(step * 0.64))" height="\#(Self.text(base - y(median)))" fill="\#(Colour.of(wait.category))"><title>\#(told)</title></rect>"#
            )
            parts.append(line(x, y(p95), x + step * 0.64, y(p95), Colour.words, more: #" stroke-width="2""#))
        }
        if let limit = wait.limitMinutes {
            parts.append(line(Self.left, y(limit), Self.right, y(limit), Colour.limit, more: #" stroke-dasharray="6 4""#))
            parts.append(words("limit \(Self.figure(limit))", x: Self.right, y: y(limit) - 4, fill: Colour.limit, more: #" text-anchor="end" font-size="11""#))
        }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private func axis(y: Double) -> String {
        guard let spans = waits.first?.over else { return "" }
        let step = (Self.right - Self.left) / Double(max(1, spans.count))
        let every = period == .day ? 3 : 1
        return spans.enumerated().filter { $0.offset.isMultiple(of: every) }.map { index, span in
            // RFC 3339: the date in front of T, the time of day behind it.
            let moment = span.from.rfc3339
            let label = period == .day ? "\(moment.dropFirst(11).prefix(5))" : "\(moment.dropFirst(5).prefix(5))"
            let zone = index == 0 ? " UTC" : ""
            return words(label + zone, x: Self.left + (Double(index) + 0.5) * step, y: y, fill: Colour.quiet, more: #" text-anchor="middle""#)
        }.joined(separator: "\n")
    }

    /// None of the words comes from outside.
    private func words(_ words: String, x: Double, y: Double, fill: String, more: String = "") -> String {
        words.isEmpty ? "" : #"<text x="\#(Self.text(x))" y="\#(Self.text(y))" fill="\#(fill)"\#(more)>\#(words)</text>"#
    }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ stroke: String, more: String = "") -> String {
        #"<line x1="\#(Self.text(x1))" y1="\#(Self.text(y1))" x2="\#(Self.text(x2))" y2="\#(Self.text(y2))" stroke="\#(stroke)"\#(more)/>"#
    }

    /// Whole minutes from ten on.
    private static func figure(_ minutes: Double) -> String { minutes < 10 ? text(minutes) : PrometheusText.number(minutes.rounded()) }

    private static func text(_ number: Double) -> String { PrometheusText.number((number * 10).rounded() / 10) }
}
