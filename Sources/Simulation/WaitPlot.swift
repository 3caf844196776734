package import Pictures
import Worklist

#if canImport(Glibc)
    import Glibc
#endif

/// The waits under each policy, side by side: means with their 99 % confidence intervals, and the longest.
package struct WaitPlot {
    private let outcomes: [Outcome]
    private let groups: [String]

    package init(_ outcomes: [Outcome]) {
        self.outcomes = outcomes
        // All of them would fill the picture; the others stand in the table.
        let left = ["category ", "order "]
        let names = outcomes.first?.groups.filter { $0.n > 0 }.map(\.name) ?? []
        groups = names.filter { name in
            !left.contains { name.hasPrefix($0) } && !name.hasSuffix(" missed") && !["diseased", "not_diseased", "false_positives"].contains(name)
        }
    }

    private static let colours = [Canvas.Colour(0x9aa0a6), Canvas.Colour(0xe69f00), Canvas.Colour(0x56b4e9), Canvas.Colour(0x00684a)]
    private static let ink = Canvas.Colour(0x202124)
    private static let grid = Canvas.Colour(0xdadce0)

    private func label(_ group: String) -> String { String(group.map { $0 == "_" ? " " : $0 }) }

    // MARK: A picture

    package func canvas() -> Canvas {
        let barHeight = 12, gap = 16
        let rowHeight = outcomes.count * barHeight + gap
        let labels = (groups.map { Canvas.textWidth(label($0)) }.max() ?? 0) + 30
        let panel = 460, between = 70
        let top = 110, bottom = 70
        var canvas = Canvas(width: labels + 2 * panel + between + 60, height: top + groups.count * rowHeight + bottom)
        canvas.write(outcomes.first.map { "\($0.scenario): waits in minutes" } ?? "", x: 20, y: 16, Self.ink)
        var x = 20
        for (index, outcome) in outcomes.enumerated() {
            canvas.fill(x: x, y: 50, width: 14, height: 14, Self.colours[index % Self.colours.count])
            canvas.write(outcome.policy.rawValue, x: x + 20, y: 50, Self.ink)
            x += 50 + Canvas.textWidth(outcome.policy.rawValue)
        }
        let panels: [(title: String, value: (Group.Waits) -> Estimate)] = [
            ("mean, with 99 % confidence interval", \.mean), ("longest (mean over replications)", \.longest),
        ]
        for (index, part) in panels.enumerated() {
            let left = labels + index * (panel + between)
            canvas.write(part.title, x: left, y: 84, Self.ink)
            draw(part.value, on: &canvas, left: left, top: top, width: panel, rowHeight: rowHeight, barHeight: barHeight)
        }
        for (row, group) in groups.enumerated() {
            canvas.write(label(group), x: labels - 14, y: top + row * rowHeight + (rowHeight - gap) / 2 - 7, Self.ink, .right)
        }
        return canvas
    }

    private func draw(
        _ value: (Group.Waits) -> Estimate, on canvas: inout Canvas, left: Int, top: Int, width: Int, rowHeight: Int, barHeight: Int
    ) {
        let estimates = groups.map { group in outcomes.map { $0[group]?.wait.map(value) } }
        let largest = estimates.flatMap { $0.compactMap { $0.map { $0.mean + ($0.halfWidth ?? 0) } } }.max() ?? 1
        let step = Self.step(largest / 4)
        let end = max(step, (largest / step).rounded(.up) * step)
        let scale = Double(width) / end
        let height = groups.count * rowHeight
        var tick = 0.0
        while tick <= end * 1.0001 {
            let x = left + Int(tick * scale)
            canvas.fill(x: x, y: top - 4, width: 1, height: height, Self.grid)
            canvas.write(Self.figure(tick), x: x, y: top + height + 8, Self.ink, .centre)
            tick += step
        }
        canvas.write("minutes", x: left + width / 2, y: top + height + 34, Self.ink, .centre)
        for (row, bars) in estimates.enumerated() {
            for (bar, estimate) in bars.enumerated() {
                guard let estimate else { continue }
                let y = top + row * rowHeight + bar * barHeight
                canvas.fill(x: left, y: y, width: max(1, Int(estimate.mean * scale)), height: barHeight - 2, Self.colours[bar % Self.colours.count])
                if let half = estimate.halfWidth {
                    let low = left + Int(max(0, estimate.mean - half) * scale), high = left + Int((estimate.mean + half) * scale)
                    canvas.fill(x: low, y: y + barHeight / 2 - 2, width: max(1, high - low), height: 2, Self.ink)
                }
            }
        }
    }

    /// 1, 2 or 5 times a power of ten, at least this.
    private static func step(_ least: Double) -> Double {
        let power = pow(10, floor(log10(max(least, 1e-6))))
        return ([1, 2, 5, 10].first { $0 * power >= least } ?? 10) * power
    }

    private static func figure(_ value: Double) -> String { value == value.rounded() ? String(Int(value)) : String(value) }

    // MARK: In the terminal

    /// Bars of the mean waits, one line for each group and policy, at most `columns` wide.
    package func text(columns: Int = 100) -> String {
        let names = outcomes.map(\.policy.rawValue)
        let labelWidth = (groups.map(\.count).max() ?? 0) + 2, nameWidth = (names.map(\.count).max() ?? 0) + 1
        let room = Double(max(10, columns - labelWidth - nameWidth - 12))
        let largest = groups.flatMap { group in outcomes.compactMap { $0[group]?.wait?.mean.mean } }.max() ?? 1
        func padded(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(0, width - text.count)) }
        var lines = ["mean wait, minutes"]
        for group in groups {
            for (index, outcome) in outcomes.enumerated() {
                guard let mean = outcome[group]?.wait?.mean.mean else { continue }
                let eighths = Int((mean / max(largest, 1e-9) * room * 8).rounded())
                let rest = eighths % 8 == 0 ? "" : String(Array("▏▎▍▌▋▊▉")[eighths % 8 - 1])
                let bar = String(repeating: "█", count: eighths / 8) + rest
                lines.append(padded(index == 0 ? label(group) : "", labelWidth) + padded(names[index], nameWidth) + bar + " " + Self.decimal(mean))
            }
        }
        return lines.joined(separator: "\n")
    }

    static func decimal(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
