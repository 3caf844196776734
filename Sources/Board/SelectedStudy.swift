import Worklist

/// Under the list: the selected study with what the list has no column for, as many of its reasons as fit, and the next step.
enum SelectedStudy {
    static func lines(of item: WorklistItem?, beside columns: ListColumns, rows: Int, width: Int) -> [StyledLine] {
        guard rows > 0 else { return [] }
        guard let item else { return Array(repeating: StyledLine().fitted(to: width), count: rows) }
        var heading = StyledLine("── ", .faint)
        heading.add("\(item.rank) \(PersonName.display(item.patientName))", .strong)
        for (column, label, value) in [(ListColumns.Column.patientID, "ID", item.patientID), (.accession, "accession", item.accessionNumber)]
        where !value.isEmpty && !columns.has(column) {
            heading.add("  \(label) \(value)")
        }
        if let location = item.location, !columns.has(.location) { heading.add("  at \(location)") }
        heading.add("  \(item.images) image\(item.images == 1 ? "" : "s") \(item.modality) \(item.bodyPart) ")
        if let reader = item.reader { heading.add(" \(reader) reads it ", .strong) }
        if let name = item.pinnedBy { heading.add(" put first by \(name) ", .strong) }
        heading.add(String(repeating: "─", count: max(0, width - heading.columns)), .faint)
        var next = StyledLine(" next ", .faint)
        next.add(item.nextStep, .strong)
        let room = rows - 2
        var reasons = item.reasons.map { StyledLine(" - \($0)") }
        if reasons.count > room {
            let hidden = reasons.count - max(0, room - 1)
            reasons = Array(reasons.prefix(max(0, room - 1)))
            if room > 0 { reasons.append(StyledLine("   \(hidden) more; Enter shows all", .faint)) }
        }
        let lines = ([heading] + reasons + [next]).prefix(rows).map { $0.fitted(to: width) }
        return lines + Array(repeating: StyledLine().fitted(to: width), count: max(0, rows - lines.count))
    }
}
