import Worklist

/// The waits of each category against its limit, as an SVG: a row a category, a column an hour or a day.
///
/// Bars are medians, ticks above them 95th percentiles, the dashed line the limit; a row's scale ends where its largest value does.
/// Colours are presentation attributes, so that it may stand in a page under a strict content security policy.
struct WaitsPlot {
    let waits: [WaitsByCategory]
    let period: WaitsByCategory.Period

    private static let width = 720.0
    private static let rowHeight = 96.0
    private static let left = 150.0
    private static let right = width - 16
    private static let foot = 28.0

    private enum Colour {
        static let ground = "#14181c"
        static let words = "#c8d0d8"
        static let base = "#46505a"
        static let tick = "#e8edf2"
        static let limit = "#ffd166"

        static func of(_ category: Worklist.Category) -> String {
            switch category {
            case .critical: "#ff6b6b"
            case .urgent: "#ffa94d"
            case .routine: "#74c0fc"
            case .likelyNormal: "#8ce99a"
            case .unscored: "#b197fc"
            }
        }
    }

    var svg: String {
        let height = Double(waits.count) * Self.rowHeight + Self.foot
        let title = period == .day ? "Waits by category, the last 24 hours" : "Waits by category, the last 7 days"
        let head: KeyValuePairs = [
            "xmlns": "http://www.w3.org/2000/svg", "viewBox": "0 0 \(Self.text(Self.width)) \(Self.text(height))", "role": "img", "aria-label": title,
            "font-family": "sans-serif", "font-size": "12",
        ]
        var parts = [Self.element("title", [:], title), Self.element("rect", ["width": "100%", "height": "100%", "fill": Colour.ground])]
        for (index, wait) in waits.enumerated() { parts += row(wait, top: Double(index) * Self.rowHeight) }
        parts += axis(y: height - Self.foot + 18)
        return Self.element("svg", head, "\n" + parts.joined(separator: "\n") + "\n") + "\n"
    }

    private func row(_ wait: WaitsByCategory, top: Double) -> [String] {
        let base = top + Self.rowHeight - 12
        let room = Self.rowHeight - 30
        let largest = max((wait.over.compactMap(\.p95Minutes) + [wait.limitMinutes].compactMap(\.self)).max() ?? 0, 1)
        func y(_ minutes: Double) -> Double { base - min(minutes / largest, 1) * room }
        let step = (Self.right - Self.left) / Double(max(1, wait.over.count))
        let median = wait.medianMinutes.map { "median \(Self.text($0)) min" } ?? "none read"
        var parts = [
            words(wait.category.rawValue, x: 8, y: top + 34, Colour.of(wait.category)),
            words(wait.n == 0 ? median : "\(wait.n) read, \(median)", x: 8, y: top + 50),
            words("\(wait.pastLimit) past limit, \(wait.open) open", x: 8, y: top + 66),
            line(from: Self.left, to: Self.right, y: base, ["stroke": Colour.base]),
        ]
        for (index, span) in wait.over.enumerated() {
            guard let median = span.medianMinutes, let p95 = span.p95Minutes else { continue }
            let x = Self.left + (Double(index) + 0.15) * step
            let sentence = "\(span.from.rfc3339): \(span.n) read, median \(Self.text(median)) min, 95 % within \(Self.text(p95)) min"
            parts.append(
                Self.element(
                    "rect",
                    [
                        "x": Self.text(x), "y": Self.text(y(median)), "width": Self.text(step * 0.7), "height": Self.text(base - y(median)),
                        "fill": Colour.of(wait.category),
                    ], Self.element("title", [:], sentence)))
            parts.append(line(from: x, to: x + step * 0.7, y: y(p95), ["stroke": Colour.tick, "stroke-width": "2"]))
        }
        if let limit = wait.limitMinutes {
            parts.append(line(from: Self.left, to: Self.right, y: y(limit), ["stroke": Colour.limit, "stroke-dasharray": "6 4"]))
            parts.append(words("limit \(Self.text(limit)) min", x: Self.right, y: y(limit) - 4, Colour.limit, anchor: "end"))
        }
        return parts
    }

    private func axis(y: Double) -> [String] {
        guard let spans = waits.first?.over else { return [] }
        let step = (Self.right - Self.left) / Double(max(1, spans.count))
        let every = period == .day ? 4 : 1
        return spans.enumerated().filter { $0.offset.isMultiple(of: every) }.map { index, span in
            // RFC 3339: the date in front of T, the time of day behind it.
            let moment = span.from.rfc3339
            let label = period == .day ? moment.dropFirst(11).prefix(5) : moment.dropFirst(5).prefix(5)
            return words(String(label), x: Self.left + (Double(index) + 0.5) * step, y: y, anchor: "middle")
        }
    }

    private func words(_ text: String, x: Double, y: Double, _ colour: String = Colour.words, anchor: String = "start") -> String {
        Self.element("text", ["x": Self.text(x), "y": Self.text(y), "fill": colour, "text-anchor": anchor], text)
    }

    private func line(from left: Double, to right: Double, y: Double, _ stroke: KeyValuePairs<String, String>) -> String {
        let attributes = [("x1", Self.text(left)), ("x2", Self.text(right)), ("y1", Self.text(y)), ("y2", Self.text(y))] + stroke.map { ($0.key, $0.value) }
        return Self.element("line", attributes, "")
    }

    private static func element(_ name: String, _ attributes: KeyValuePairs<String, String>, _ content: String = "") -> String {
        element(name, attributes.map { ($0.key, $0.value) }, content)
    }

    /// Names of categories and numbers alone go in: nothing needs to be escaped.
    private static func element(_ name: String, _ attributes: [(String, String)], _ content: String) -> String {
        let list = attributes.map { " \($0)=\"\($1)\"" }.joined()
        return content.isEmpty ? "<\(name)\(list)/>" : "<\(name)\(list)>\(content)</\(name)>"
    }

    private static func text(_ number: Double) -> String { PrometheusText.number((number * 10).rounded() / 10) }
}
