import FoundationEssentials
import Worklist

/// The page of a study: what the list knows of it, and what was looked up.
struct StudyPage {
    var screen: BoardScreen

    /// The lines, however many; the number does not depend on the time.
    static func lines(of state: BoardState) -> [StyledLine] {
        StudyPage(screen: BoardScreen(zone: .gmt)).lines(of: state, at: state.readAt ?? Timestamp(microseconds: 0))
    }

    /// Where the draft begins; nil where there is none.
    static func draftLine(of state: BoardState) -> Int? { lines(of: state).firstIndex { $0.text == " \(draftHeading)" } }

    private static let draftHeading = "draft report"

    func lines(of state: BoardState, at now: Timestamp) -> [StyledLine] {
        guard let study = state.opened else { return [] }
        var page = PageText(width: StudyLayout(for: state).textColumns)
        top(study, at: now, &page)
        page.section("conflicts", study.item.conflicts, .strong)
        findings(study.item, &page)
        page.section("reasons", study.item.reasons)
        if let file = study.file {
            terms(file, &page)
            draft(file, &page)
            page.section("for the reader", (file.narrative ?? []).map(\.text))
            order(file, &page)
            earlier(file, &page)
            reports(file, &page)
            images(study, &page)
        } else {
            page.add(StyledLine())
            page.add(StyledLine(" looking up the rest …", .faint))
        }
        if let trouble = study.trouble { page.section("more could not be looked up", [trouble], .alarm) }
        model(study, &page)
        if let history = study.file?.history { self.history(history, &page) }
        return page.lines
    }

    private func top(_ study: OpenedStudy, at now: Timestamp, _ page: inout PageText) {
        let item = study.item
        if study.hasLeft { page.add(StyledLine(" This study has left the list; this is what was last known of it.", .alarm)) }
        var heading = StyledLine(" \(item.rank). ", .strong)
        heading.add(PersonName.display(item.patientName), .strong)
        heading.add("  ")
        heading.add(" \(item.category.rawValue) ", item.category.ink)
        page.add(heading)
        page.add(StyledLine())
        let waiting = Waiting(item, at: now)
        let level = waiting.level == .past ? ", PAST its limit" : waiting.level == .near ? ", near its limit" : ""
        page.field("next step", item.nextStep, .strong)
        page.field("waited", waiting.text() + level, waiting.level == .past ? .alarm : .plain)
        page.field("read by", item.reader ?? "", .strong)
        page.field("put first by", item.pinnedBy ?? "", .strong)
        page.field("state", item.state.rawValue)
        page.field("patient ID", item.patientID)
        page.field("accession", item.accessionNumber)
        page.field("exam", [item.modality, item.bodyPart, item.studyDescription].filter { !$0.isEmpty }.joined(separator: " "))
        page.field("patient is", [item.patientClass.rawValue, item.location ?? ""].filter { !$0.isEmpty }.joined(separator: ", "))
        page.field("ordered as", item.orderPriority.rawValue)
        page.field("received", screen.dayAndTime(item.receivedAt))
        if let completedAt = item.completedAt { page.field("complete", screen.dayAndTime(completedAt)) }
        if let dueAt = item.dueAt { page.field("due", screen.dayAndTime(dueAt)) }
        page.field("unscored", item.unscoredReason ?? "", .unscored)
    }

    private func findings(_ item: WorklistItem, _ page: inout PageText) {
        guard !item.findings.isEmpty else { return }
        page.heading("findings")
        let column = (item.findings.keys.map(DisplayWidth.of).max() ?? 0) + 2
        for (label, probability) in item.findings.sorted(by: { ($0.value, $1.key) > ($1.value, $0.key) }) {
            var line = StyledLine("   " + DisplayWidth.fitted(label, to: min(column, 40)))
            line.add(DisplayWidth.fitted(Reasons.figure(probability), to: 6), .strong)
            line.add(String(repeating: "█", count: Int((max(0, min(1, probability)) * 20).rounded(.down))), .barWithin)
            page.add(line)
        }
    }

    private func terms(_ file: StudyFile, _ page: inout PageText) {
        guard let terms = file.terms, !terms.isEmpty else { return }
        page.heading("the place, term by term")
        let column = min(max(12, page.width - 34), (terms.map { DisplayWidth.of($0.name) }.max() ?? 0) + 2)
        for term in terms where Figure.isShown(term.value) {
            var line = StyledLine("   " + DisplayWidth.fitted(term.name, to: column))
            let product = term.probability.map { probability in "\(Figure.text(probability)) × \(Figure.text(term.marginalCost ?? 0)) = " } ?? ""
            line.add(product.leftPadded(to: 20), .faint)
            line.add(Figure.text(term.value).leftPadded(to: 9), .strong)
            page.add(line)
        }
        let small = terms.count { !Figure.isShown($0.value) }
        if small > 0 { page.add(StyledLine("   \(small) more, each below 0.001", .faint)) }
        if let index = file.index {
            var line = StyledLine("   " + DisplayWidth.fitted("index", to: column + 20))
            line.add(Figure.text(index).leftPadded(to: 9), .strong)
            page.add(line)
        }
        if let formula = file.formula { page.text(formula, .faint) }
    }

    private func draft(_ file: StudyFile, _ page: inout PageText) {
        guard let draft = file.draft, draft.id != nil || draft.reasons?.isEmpty == false else { return }
        page.heading(Self.draftHeading)
        if let standing = draft.standing { page.text(standing, draft.isOpen ? .strong : .plain) }
        for reason in draft.reasons ?? [] { page.text("no draft: \(reason)") }
        if draft.id != nil { page.add(StyledLine()) }
        page.text(draft.text ?? (draft.sentences ?? []).map(\.text).joined(separator: "\n"))
    }
}

/// Figures as they are shown beside each other: "0.830", "1240".
enum Figure {
    /// Whether three decimals show more than zeros.
    static func isShown(_ value: Double) -> Bool { !(value.magnitude < 0.0005) }

    static func text(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e9 else { return "\(value)" }
        if value.magnitude >= 1000 { return String(Int(value.rounded())) }
        let thousandths = Int((value.magnitude * 1000).rounded())
        return (value < 0 && thousandths > 0 ? "-" : "") + "\(thousandths / 1000)." + String(String(thousandths % 1000 + 1000).dropFirst())
    }
}

extension BoardScreen {
    /// "2026-03-01 14:32:05".
    func dayAndTime(_ moment: Timestamp) -> String {
        let style = Date.ISO8601FormatStyle(timeZone: zone).year().month().day()
        return "\(moment.date.formatted(style)) \(timeOfDay(moment))"
    }
}
