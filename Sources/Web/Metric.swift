/// A figure for monitoring, with the samples that it has now.
///
///     Metric("firstread_objects_received_total", .counter, "Objects kept since the start.", 17)
package struct Metric: Sendable, Hashable {
    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    package struct Sample: Sendable, Hashable {
        /// `_bucket`, `_sum` and `_count` of a histogram; else empty.
        package var suffix = ""
        package var labels: [Label] = []
        package var value: Double
    }

    package struct Label: Sendable, Hashable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var name: String
    package var kind: Kind
    package var help: String
    package var samples: [Sample]

    package init(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        self.init(name, kind, help, [([], value)])
    }

    package init(_ name: String, _ kind: Kind, _ help: String, _ values: [([Label], Double)]) {
        self.name = name
        self.kind = kind
        self.help = help
        samples = values.map { Sample(labels: $0, value: $1) }
    }

    /// A histogram of `count` values whose sum is `sum`; `buckets` counts those up to each bound.
    package init(histogram name: String, _ help: String, buckets: [(bound: Double, count: Int)], count: Int, sum: Double) {
        self.name = name
        kind = .histogram
        self.help = help
        samples = buckets.map { Sample(suffix: "_bucket", labels: [Label("le", PrometheusText.number($0.bound))], value: Double($0.count)) }
        samples.append(Sample(suffix: "_bucket", labels: [Label("le", "+Inf")], value: Double(count)))
        samples.append(Sample(suffix: "_sum", value: sum))
        samples.append(Sample(suffix: "_count", value: Double(count)))
    }
}

/// Prometheus' text format, version 0.0.4.
package enum PrometheusText {
    package static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    package static func text(_ metrics: [Metric]) -> String {
        metrics.map { metric in
            let head = "# HELP \(metric.name) \(escaped(metric.help))\n# TYPE \(metric.name) \(metric.kind.rawValue)\n"
            return head + metric.samples.map { "\(metric.name)\($0.suffix)\(labels($0.labels)) \(number($0.value))\n" }.joined()
        }.joined()
    }

    private static func labels(_ labels: [Metric.Label]) -> String {
        guard !labels.isEmpty else { return "" }
        let pairs = labels.map { "\($0.name)=\"\(escaped($0.value).replacing("\"", with: "\\\""))\"" }
        return "{\(pairs.joined(separator: ","))}"
    }

    private static func escaped(_ text: String) -> String { text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n") }

    static func number(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        return value.isInfinite ? (value > 0 ? "+Inf" : "-Inf") : value.isNaN ? "NaN" : String(value)
    }
}
