import Foundation
import Simulation
import Testing
import Worklist

/// The simulator against queueing theory: 20 replications of each scenario, seeds 1 to 20, warm-up removed (20 days; 80 at load 0.95).
///
/// Expected minutes are those of the literature's tables (the interrupting ones are FDA's QuCAD), and must lie within the 99.9 %
/// confidence interval over the replications.
@Suite struct ClosedFormTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var scenario: String
        var fifo: Double
        var flagged: Double
        var notFlagged: Double
        var diseased: Double
        var testDescription: String { scenario }
    }

    static let rows = [
        Row(scenario: "closed-form-waiting-1-reader", fifo: 40.000, flagged: 9.470, notFlagged: 47.348, diseased: 11.364),
        Row(scenario: "closed-form-waiting-2-readers", fifo: 17.778, flagged: 4.209, notFlagged: 21.044, diseased: 5.050),
        Row(scenario: "closed-form-interrupting-load-0.5-1-reader", fifo: 10.000, flagged: 1.074, notFlagged: 12.148, diseased: 1.628),
        Row(scenario: "closed-form-interrupting-load-0.8-1-reader", fifo: 40.000, flagged: 1.837, notFlagged: 49.186, diseased: 4.205),
        Row(scenario: "closed-form-interrupting-load-0.95-1-reader", fifo: 190.000, flagged: 2.259, notFlagged: 235.188, diseased: 13.906),
        Row(scenario: "closed-form-interrupting-load-0.8-2-readers", fifo: 17.778, flagged: 0.247, notFlagged: 21.997, diseased: 1.334),
        Row(scenario: "closed-form-interrupting-load-0.8-3-readers", fifo: 10.787, flagged: 0.049, notFlagged: 13.371, diseased: 0.715),
    ]

    /// Student's t, 19 degrees of freedom, two-sided 99.9 %: the printed tables' 3.883.
    private static let t19 = 3.883

    private func check(_ group: Group?, _ expected: Double, _ what: String) throws {
        let mean = try #require(group?.wait?.mean)
        let halfWidth = Self.t19 * (try #require(mean.standardError))
        print("\(what): \(mean.mean) ± \(halfWidth), expected \(expected)")
        #expect(abs(mean.mean - expected) <= halfWidth, "\(what): \(mean.mean) ± \(halfWidth), expected \(expected)")
        // The interval says something: it is narrow.
        #expect(halfWidth < 0.15 * expected, "\(what): ± \(halfWidth) of \(expected)")
    }

    @Test(arguments: rows)
    func waitsAreThoseOfTheClosedForms(row: Row) throws {
        let scenario = try shippedScenario(row.scenario)
        #expect(scenario.seeds == Array(1...20) && scenario.warmupDays >= 20)
        let fifo = scenario.simulate(.fifo, under: try .shipped())
        for group in ["all", "flagged", "not_flagged", "diseased"] { try check(fifo[group], row.fifo, "\(row.scenario), fifo, \(group)") }
        let byClass = scenario.simulate(.class, under: try .shipped())
        try check(byClass["flagged"], row.flagged, "\(row.scenario), flagged")
        try check(byClass["not_flagged"], row.notFlagged, "\(row.scenario), not flagged")
        try check(byClass["diseased"], row.diseased, "\(row.scenario), diseased")
        // Who is served first changes who waits, not how long all wait together: the conservation law of M/M/n queues.
        try check(byClass["all"], row.fifo, "\(row.scenario), all by class")
    }
}
