import Testing
import Web

@Suite struct PrometheusTextTests {
    @Test func aCounterIsItsHelpItsTypeAndOneLine() {
        let text = PrometheusText.text([Metric("firstread_objects_total", .counter, "Objects kept.", 17)])
        #expect(text == "# HELP firstread_objects_total Objects kept.\n# TYPE firstread_objects_total counter\nfirstread_objects_total 17\n")
    }

    @Test func quotesBackslashesAndLineBreaksInALabelAreEscaped() {
        let metric = Metric("m", .gauge, "one\\two\nthree", [([Metric.Label("feed", "a\"b\\c\nd")], 0.5)])
        #expect(PrometheusText.text([metric]) == "# HELP m one\\\\two\\nthree\n# TYPE m gauge\nm{feed=\"a\\\"b\\\\c\\nd\"} 0.5\n")
    }

    @Test func aHistogramEndsWithTheBucketOfAllItsSumAndItsCount() {
        let metric = Metric(histogram: "h", "Seconds.", buckets: [(0.1, 2), (2.5, 3)], count: 4, sum: 12.25)
        let lines = PrometheusText.text([metric]).split(separator: "\n").suffix(5)
        #expect(lines == ["h_bucket{le=\"0.1\"} 2", "h_bucket{le=\"2.5\"} 3", "h_bucket{le=\"+Inf\"} 4", "h_sum 12.25", "h_count 4"])
    }
}
