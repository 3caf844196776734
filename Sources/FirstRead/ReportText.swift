import Board
import Foundation
import ReadingRoom
import Reporting
import Worklist

/// Reports for a person to read.
enum ReportText {
    static func table(_ entries: [ReportDesk.Entry]) -> String {
        guard !entries.isEmpty else { return "No drafts." }
        let header = ["report", "state", "drafted", "accession", "patient", "by"]
        let rows = entries.map { entry in
            [
                entry.draft.id, entry.draft.state.rawValue, entry.createdAt.rfc3339, entry.study.accessionNumber,
                "\(PersonName.display(entry.study.patientName)) (\(entry.study.patientID))", entry.draft.ending.map { $0.by ?? "FirstRead" } ?? entry.draft.versions.last?.by ?? "",
            ].map(DisplayWidth.printable)
        }
        let widths = header.indices.map { column in ([header] + rows).map { DisplayWidth.of($0[column]) }.max() ?? 0 }
        return ([header] + rows).map { cells in
            zip(cells, widths).map { cell, width in cell + String(repeating: " ", count: max(0, width - DisplayWidth.of(cell))) }
                .joined(separator: "  ").trimmingCharacters(in: .whitespaces)
        }.joined(separator: "\n")
    }

    static func whole(_ entry: ReportDesk.Entry) -> String {
        let draft = entry.draft
        var lines = [draft.standing, "  study \(draft.studyInstanceUID)\(entry.study.accessionNumber.isEmpty ? "" : ", accession number \(entry.study.accessionNumber)")"]
        if let cause = draft.ending?.cause { lines.append("  \(cause.kind.rawValue)\(cause.detail.map { ": \($0)" } ?? "")") }
        lines += ["", draft.text]
        for (earlier, later) in zip(draft.versions, draft.versions.dropFirst()) {
            let difference = TextDifference(from: earlier.body, to: later.body)
            lines += ["", "version \(later.number) by \(later.by), \(later.at.rfc3339), against version \(earlier.number)"]
            lines += difference.isEmpty ? ["  the text was not changed"] : difference.lines.filter { !$0.hasPrefix("  ") }
        }
        lines += ["", "what the draft's sentences rest on"]
        for sentence in draft.sentences { lines += ["  \(sentence.text)"] + sentence.sources.map { "      from \($0)" } }
        return lines.joined(separator: "\n")
    }
}
