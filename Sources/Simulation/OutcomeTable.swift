import Worklist

/// Outcomes as tables of plain text, one for each policy.
package enum OutcomeTable {
    package static func text(_ outcome: Outcome) -> String {
        let header = ["group", "studies", "mean", "99 % interval", "median", "95 %", "longest", "turnaround", "past limit"]
        let rows = outcome.groups.filter { $0.n > 0 }.map(row)
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        let lines = ([header] + rows).map { cells in
            zip(cells, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return column == 0 ? cell.0 + space : space + cell.0
            }.joined(separator: "  ")
        }
        let cost = outcome.costPerDay
        return
            ([
                "\(outcome.scenario), policy \(outcome.policy.rawValue): \(outcome.seeds) replications of \(figure(outcome.days)) days after "
                    + "\(figure(outcome.warmupDays)) of warm-up; load \(figure(outcome.load))",
                "cost of delay \(figure(cost.mean))\(cost.halfWidth.map { " ± \(figure($0))" } ?? "") points a day; waits in minutes",
            ] + lines).joined(separator: "\n")
    }

    private static func row(_ group: Group) -> [String] {
        guard let wait = group.wait, let turnaround = group.turnaround else { return [group.name] }
        let interval = wait.mean.halfWidth.map { "\(figure(wait.mean.mean - $0)) to \(figure(wait.mean.mean + $0))" } ?? "-"
        return [
            group.name, String(group.n), figure(wait.mean.mean), interval, figure(wait.median.mean), figure(wait.p95.mean), figure(wait.max),
            figure(turnaround.mean.mean), String(group.pastLimit),
        ]
    }

    /// Three digits or so.
    private static func figure(_ value: Double) -> String {
        let decimals: Double = abs(value) >= 100 ? 1 : abs(value) >= 1 ? 10 : 1000
        let rounded = (value * decimals).rounded() / decimals
        return rounded == rounded.rounded() && abs(rounded) < 1e15 ? String(Int(rounded)) : String(rounded)
    }
}
