import Worklist

/// The columns of the list, and how wide each is in a window.
///
///     ListColumns(width: 80, places: 12, compares: false).line(for: item, …)
struct ListColumns {
    enum Column: Int {
        case place, move, priority, category, patient, patientID, accession, exam, location, finding, wait, reader, state
    }

    /// From left to right; a narrow window lacks the least needed ones.
    let widths: [(column: Column, width: Int)]
    private let width: Int

    /// The last column that fits at all may be cut to so many columns.
    private static let leastReadable = 5
    /// What a window gets after the place, and the width each should have at least; 80 columns hold all to the state.
    private static let byNeed: [(column: Column, least: Int)] = [
        (.priority, 1), (.category, 8), (.patient, 13), (.wait, 12), (.finding, 17), (.state, 10), (.exam, 8), (.reader, 9), (.accession, 10),
        (.patientID, 10), (.location, 8),
    ]
    /// Where further columns of the screen go, in turn, each up to a width.
    private static let growth: [(column: Column, upTo: Int)] = [
        (.category, 13), (.patient, 18), (.priority, 4), (.wait, 20), (.reader, 12), (.finding, 24), (.patient, 26), (.accession, 16),
        (.patientID, 14), (.exam, 30), (.location, 14), (.wait, 28), (.reader, 18), (.finding, 34), (.patient, 36), (.exam, 44), (.finding, 50), (.wait, 60),
    ]

    /// `places`: how many there are. `compares`: each line says by how many places its study would move.
    init(width: Int, places: Int, compares: Bool = false) {
        self.width = width
        let digits = max(3, String(places).count)
        var given: [Column: Int] = [.place: digits + 1]
        var used = digits + 1
        for (column, least) in (compares ? [(.move, digits + 1)] : []) + Self.byNeed {
            let room = min(least, width - used - 1)
            guard room >= min(least, Self.leastReadable) else { break }
            given[column] = room
            used += room + 1
        }
        for (column, upTo) in Self.growth {
            guard let now = given[column], now < upTo else { continue }
            let more = min(upTo - now, width - used)
            given[column] = now + more
            used += more
        }
        widths = given.map { (column: $0.key, width: $0.value) }.sorted { $0.column.rawValue < $1.column.rawValue }
    }

    func has(_ column: Column) -> Bool { widths.contains { $0.column == column } }

    var heading: StyledLine {
        joined { column, width in
            switch column {
            case .place: StyledLine("#".leftPadded(to: width), .heading)
            case .move: StyledLine("move", .heading)
            case .priority: StyledLine(width < 4 ? "p" : "prio", .heading)
            case .category: StyledLine("category", .heading)
            case .patient: StyledLine("patient", .heading)
            case .patientID: StyledLine("patient ID", .heading)
            case .accession: StyledLine("accession", .heading)
            case .exam: StyledLine("exam", .heading)
            case .location: StyledLine("location", .heading)
            case .finding: StyledLine("finding", .heading)
            case .wait: StyledLine("wait/limit", .heading)
            case .reader: StyledLine("reader", .heading)
            case .state: StyledLine(has(.reader) ? "state" : "reader/st.", .heading)
            }
        }
    }

    /// `move`: by how many places the study would be read earlier or later under the policy that is shown.
    func line(for item: WorklistItem, at now: Timestamp, isUnderCursor: Bool, move: String = "") -> StyledLine {
        let line = joined { column, width in
            switch column {
            case .place: return StyledLine((isUnderCursor ? ">" : " ") + String(item.rank).leftPadded(to: width - 1))
            case .move: return StyledLine(move, .strong)
            case .priority: return Self.priority(item, width)
            case .category: return StyledLine(DisplayWidth.fitted(item.category.rawValue, to: width), item.category.ink)
            case .patient:
                let marks = (item.pinnedBy == nil ? "" : "^") + (item.conflicts.isEmpty ? "" : "!")
                return StyledLine((marks.isEmpty ? "" : marks + " ") + PersonName.display(item.patientName), item.category == .critical ? .strong : .plain)
            case .patientID: return StyledLine(item.patientID)
            case .accession: return StyledLine(item.accessionNumber)
            case .exam: return StyledLine(Self.exam(item, width))
            case .location: return StyledLine(item.location ?? "")
            case .finding: return Self.finding(item, width)
            case .wait: return Self.wait(item, now, width)
            case .reader: return StyledLine(item.reader ?? "", .strong)
            case .state:
                // Without a column of its own, who reads it stands for "reading".
                if let reader = item.reader, !has(.reader) { return StyledLine("▸\(reader)", .strong) }
                return StyledLine(item.state.rawValue, item.state == .reading ? .strong : .plain)
            }
        }
        return isUnderCursor ? line.fitted(to: width).selected : line
    }

    private func joined(_ cell: (Column, Int) -> StyledLine) -> StyledLine {
        var line = StyledLine()
        for (index, entry) in widths.enumerated() {
            if index > 0 { line.add(" ") }
            line.add(cell(entry.column, entry.width).fitted(to: entry.width))
        }
        return line
    }

    private static func exam(_ item: WorklistItem, _ width: Int) -> String {
        let short = "\(item.modality) \(item.bodyPart)"
        guard width >= 20, !item.studyDescription.isEmpty else { return short }
        return "\(short) \(item.studyDescription)"
    }

    /// The finding that the category rests on, cut before its figure; or why there is none.
    private static func finding(_ item: WorklistItem, _ width: Int) -> StyledLine {
        guard let finding = item.leadingFinding else { return StyledLine(item.whyUnscored, .unscored) }
        let figure = Reasons.figure(finding.probability)
        let label = DisplayWidth.truncated(finding.label, to: width - figure.count - 1)
        return StyledLine("\(label) \(figure)", item.category == .critical || item.category == .urgent ? .strong : .plain)
    }

    private static func wait(_ item: WorklistItem, _ now: Timestamp, _ width: Int) -> StyledLine {
        let waiting = Waiting(item, at: now)
        let text = width < 14 ? 7 : 9
        var line = waiting.bar(columns: width - text - 1)
        line.add(" ")
        line.add(DisplayWidth.truncated(waiting.text(columns: text), to: text), waiting.level == .past ? .strong : .plain)
        return line
    }

    /// In one column by the letter of TQ1-9 (HL7 table 0485).
    private static func priority(_ item: WorklistItem, _ width: Int) -> StyledLine {
        guard item.orderPriority != .routine else { return StyledLine(width < 4 ? "" : "-", .faint) }
        return StyledLine(String(item.orderPriority.rawValue.prefix(width < 4 ? 1 : 4)), .strong)
    }
}

extension Worklist.Category {
    var ink: Ink {
        switch self {
        case .critical: .critical
        case .urgent: .urgent
        case .routine: .plain
        case .likelyNormal: .likelyNormal
        case .unscored: .unscored
        }
    }
}

extension WorklistItem {
    /// The finding that the category rests on, as the reasons name it; else the most probable one, where one is flagged a named one.
    var leadingFinding: (label: String, probability: Double)? {
        for reason in reasons {
            if let ground = findings.first(where: { reason.hasPrefix("\($0.key) ") }) { return (ground.key, ground.value) }
        }
        let isFlagged = category == .critical || category == .urgent
        let named = findings.filter { !isFlagged || $0.key != "abnormal" }
        return (named.isEmpty ? findings : named).max { ($0.value, $1.key) < ($1.value, $0.key) }.map { ($0.key, $0.value) }
    }

    var whyUnscored: String {
        if let unscoredReason { return unscoredReason }
        switch state {
        case .receiving: return "images are coming"
        case .queued: return "being scored"
        case .scored, .unscored, .reading, .reported: return "not scored"
        }
    }
}
