import Worklist

/// The columns of the list, and how wide each is in a window.
///
///     ListColumns(width: 80, places: 12).line(for: item, …)
struct ListColumns {
    enum Column: Int {
        case place, category, patient, patientID, accession, exam, finding, wait, priority, state
    }

    /// From left to right; a narrow window lacks the least needed ones.
    let widths: [(column: Column, width: Int)]

    /// The last column that fits at all may be cut to so many columns.
    private static let leastReadable = 5
    /// What a window gets after the place, and the width each should have at least; 80 columns hold all to the state.
    private static let byNeed: [(column: Column, least: Int)] = [
        (.category, 8), (.patient, 13), (.wait, 12), (.finding, 17), (.exam, 8), (.priority, 4), (.state, 7),
        (.accession, 10), (.patientID, 10),
    ]
    /// Where further columns of the screen go, in turn, each up to a width.
    private static let growth: [(column: Column, upTo: Int)] = [
        (.category, 13), (.state, 9), (.patient, 18), (.wait, 20), (.priority, 7), (.finding, 24), (.patient, 26), (.accession, 16), (.patientID, 14),
        (.exam, 30), (.wait, 28), (.finding, 34), (.patient, 36), (.exam, 44), (.finding, 50), (.wait, 60),
    ]

    init(width: Int, places: Int) {
        let digits = max(3, String(places).count)
        var given: [Column: Int] = [.place: digits + 1]
        var used = digits + 1
        for (column, least) in Self.byNeed {
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
            case .place: StyledLine(String(repeating: " ", count: max(0, width - 1)) + "#", .heading)
            case .category: StyledLine("category", .heading)
            case .patient: StyledLine("patient", .heading)
            case .patientID: StyledLine("patient ID", .heading)
            case .accession: StyledLine("accession", .heading)
            case .exam: StyledLine("exam", .heading)
            case .finding: StyledLine("finding", .heading)
            case .wait: StyledLine("wait/limit", .heading)
            case .priority: StyledLine(width < 7 ? "prio" : "order", .heading)
            case .state: StyledLine("state", .heading)
            }
        }
    }

    func line(for item: WorklistItem, at now: Timestamp, isUnderCursor: Bool) -> StyledLine {
        let line = joined { column, width in
            switch column {
            case .place:
                let rank = String(item.rank)
                return StyledLine((isUnderCursor ? ">" : " ") + String(repeating: " ", count: max(0, width - 1 - rank.count)) + rank)
            case .category: return StyledLine(DisplayWidth.fitted(item.category.rawValue, to: width), item.category.ink)
            case .patient:
                let mark = item.conflicts.isEmpty ? "" : "! "
                return StyledLine(mark + PersonName.display(item.patientName), item.category == .critical ? .strong : .plain)
            case .patientID: return StyledLine(item.patientID)
            case .accession: return StyledLine(item.accessionNumber)
            case .exam: return StyledLine(Self.exam(item, width))
            case .finding: return Self.finding(item, width)
            case .wait: return Self.wait(item, now, width)
            case .priority: return Self.priority(item, width)
            case .state: return StyledLine(item.state.rawValue, item.state == .reading ? .strong : .plain)
            }
        }
        return isUnderCursor ? line.selected : line
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

    private static func priority(_ item: WorklistItem, _ width: Int) -> StyledLine {
        guard item.orderPriority == .routine else { return StyledLine(item.orderPriority.rawValue, .strong) }
        return StyledLine(width < 7 ? "-" : "routine", .faint)
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
    /// The finding that the category rests on, as the reasons name it; else the most probable one.
    var leadingFinding: (label: String, probability: Double)? {
        for reason in reasons {
            if let ground = findings.first(where: { reason.hasPrefix("\($0.key) ") }) { return (ground.key, ground.value) }
        }
        return findings.max { ($0.value, $1.key) < ($1.value, $0.key) }.map { ($0.key, $0.value) }
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
