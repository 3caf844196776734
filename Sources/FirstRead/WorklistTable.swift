import Board
import Foundation
import Worklist

/// The list as a table of plain text, columns by display width.
enum WorklistTable {
    static func text(_ snapshot: WorklistSnapshot, withReasons: Bool) -> String {
        guard !snapshot.items.isEmpty else { return "No studies wait." }
        let header = ["#", "category", "waited", "limit", "priority", "patient", "exam", "finding", "state"]
        let rows = snapshot.items.map(row)
        let widths = header.indices.map { column in ([header] + rows).map { DisplayWidth.of($0[column]) }.max() ?? 0 }
        func line(_ cells: [String]) -> String {
            let padded = zip(cells, widths).map { cell, width in cell + String(repeating: " ", count: max(0, width - DisplayWidth.of(cell))) }
            return padded.joined(separator: "  ").trimmingCharacters(in: .whitespaces)
        }
        var lines = [line(header)]
        for (item, cells) in zip(snapshot.items, rows) {
            lines.append(line(cells))
            if withReasons { lines += item.reasons.map { "     - \(DisplayWidth.printable($0))" } }
        }
        return lines.joined(separator: "\n")
    }

    private static func row(_ item: WorklistItem) -> [String] {
        let limit = item.dueAt.map { minutes($0.seconds(since: item.receivedAt)) } ?? "-"
        let top = item.findings.max { ($0.value, $1.key) < ($1.value, $0.key) }
        let finding = top.map { "\($0.key) \(Reasons.figure($0.value))" } ?? (item.unscoredReason ?? "")
        return [
            String(item.rank), item.category.rawValue, minutes(item.waitingSeconds), limit, item.orderPriority.rawValue,
            "\(PersonName.display(item.patientName)) (\(item.patientID))", "\(item.modality) \(item.bodyPart)", finding, item.state.rawValue,
        ].map(DisplayWidth.printable)
    }

    private static func minutes(_ seconds: Double) -> String {
        Int(exactly: (seconds / 60).rounded(.towardZero)).map { "\($0) min" } ?? "-"
    }
}
