import FoundationEssentials
import Worklist

/// The page over the list: one study with all that is known of it, or the help.
struct StudyPage {
    var screen: BoardScreen

    /// The lines, however many; the number does not depend on the time.
    static func lines(of state: BoardState) -> [StyledLine] {
        StudyPage(screen: BoardScreen(zone: .gmt)).lines(of: state, at: state.readAt ?? Timestamp(microseconds: 0))
    }

    func lines(of state: BoardState, at now: Timestamp) -> [StyledLine] {
        let width = state.size.columns
        if state.mode == .help { return Self.help(width) }
        guard let item = state.opened else { return [] }
        return study(item, hasLeft: state.openedHasLeft, at: now, width: width)
    }

    private func study(_ item: WorklistItem, hasLeft: Bool, at now: Timestamp, width: Int) -> [StyledLine] {
        var lines: [StyledLine] = []
        if hasLeft { lines.append(StyledLine(" This study has left the list; this is what was last known of it.", .alarm)) }
        var heading = StyledLine(" \(item.rank). ", .strong)
        heading.add(PersonName.display(item.patientName), .strong)
        heading.add("  ")
        heading.add(" \(item.category.rawValue) ", item.category.ink)
        lines += [heading, StyledLine()]

        func field(_ label: String, _ value: String, _ ink: Ink = .plain) {
            guard !value.isEmpty else { return }
            let texts = StyledLine.wrapped(value, to: max(1, width - 18))
            for (index, text) in texts.enumerated() {
                var line = StyledLine(" " + DisplayWidth.fitted(index == 0 ? label : "", to: 16), .faint)
                line.add(text, ink)
                lines.append(line)
            }
        }
        func section(_ title: String, _ sentences: [String], _ ink: Ink = .plain) {
            guard !sentences.isEmpty else { return }
            lines += [StyledLine(), StyledLine(" \(title)", .heading)]
            for sentence in sentences {
                lines += StyledLine.wrapped(" - \(sentence)", to: max(4, width - 1), indent: "  ").map { StyledLine(" \($0)", ink) }
            }
        }

        let waiting = Waiting(item, at: now)
        field("next step", item.nextStep, .strong)
        field("waited", waiting.text() + (waiting.level == .past ? ", PAST its limit" : waiting.level == .near ? ", near its limit" : ""), waiting.level == .past ? .alarm : .plain)
        field("patient ID", item.patientID)
        field("accession", item.accessionNumber)
        field("exam", "\(item.modality) \(item.bodyPart) \(item.studyDescription)")
        field("images", String(item.images))
        field("patient is", item.patientClass.rawValue)
        field("ordered as", item.orderPriority.rawValue)
        field("state", item.state.rawValue)
        field("received", screen.dayAndTime(item.receivedAt))
        if let completedAt = item.completedAt { field("complete", screen.dayAndTime(completedAt)) }
        if let dueAt = item.dueAt { field("due", screen.dayAndTime(dueAt)) }
        field("unscored", item.unscoredReason ?? "", .unscored)
        section("reasons", item.reasons)
        section("conflicts", item.conflicts, .strong)
        lines += findings(item)
        if let model = item.model {
            lines += [StyledLine(), StyledLine(" model", .heading)]
            field("name, version", "\(model.name) \(model.version)")
            field("weights SHA-256", model.sha256)
        }
        lines.append(StyledLine())
        field("study UID", item.studyInstanceUID, .faint)
        return lines
    }

    private func findings(_ item: WorklistItem) -> [StyledLine] {
        guard !item.findings.isEmpty else { return [] }
        var lines = [StyledLine(), StyledLine(" findings", .heading)]
        let column = (item.findings.keys.map(DisplayWidth.of).max() ?? 0) + 2
        for (label, probability) in item.findings.sorted(by: { ($0.value, $1.key) > ($1.value, $0.key) }) {
            var line = StyledLine("   " + DisplayWidth.fitted(label, to: min(column, 40)))
            line.add(DisplayWidth.fitted(Reasons.figure(probability), to: 6), .strong)
            line.add(String(repeating: "█", count: Int((max(0, min(1, probability)) * 20).rounded(.down))), .barWithin)
            lines.append(line)
        }
        return lines
    }

    private static func help(_ width: Int) -> [StyledLine] {
        let keys = [
            ("↑ ↓  k j", "move"), ("PgUp PgDn", "a page up, down"), ("Home  g", "first place, and stay on it whichever study has it"), ("End  G", "last place"),
            ("Enter", "open the study: reasons, findings, conflicts, model"), ("Esc  q", "back; Esc in the list takes filters away"),
            ("/  n  N", "search name, patient ID, accession number; next hit; hit before"), ("c", "one category after the other, then all"),
            ("f", "one modality after the other, then all"), ("Ctrl-L", "paint everything again"), ("Ctrl-Z", "suspend; fg comes back"), ("q  Ctrl-C", "quit"),
        ]
        var lines = [StyledLine(), StyledLine(" keys", .heading)]
        for (key, meaning) in keys {
            let texts = StyledLine.wrapped(meaning, to: max(1, width - 15))
            for (index, text) in texts.enumerated() {
                var line = StyledLine("   " + DisplayWidth.fitted(index == 0 ? key : "", to: 11), .strong)
                line.add(text)
                lines.append(line)
            }
        }
        let meanings = [
            "The cursor stays with its study while the list moves. At first, and after Home, it stays on the first place.",
            "The bar is the wait as a share of the limit: PAST is past it, and \(Int(Waiting.nearShare * 100)) % of it is near.",
            "! before a name: something does not fit together, for example two patient IDs; the study's page says what.",
            "The finding is the one the category rests on, with its probability.",
            "Not a medical device. For research.",
        ]
        lines += [StyledLine(), StyledLine(" what it shows", .heading)]
        for meaning in meanings { lines += StyledLine.wrapped(meaning, to: max(4, width - 4)).map { StyledLine("   \($0)") } }
        return lines
    }
}

extension BoardScreen {
    /// "2026-03-01 14:32:05".
    func dayAndTime(_ moment: Timestamp) -> String {
        let style = Date.ISO8601FormatStyle(timeZone: zone).year().month().day()
        return "\(moment.date.formatted(style)) \(timeOfDay(moment))"
    }
}
