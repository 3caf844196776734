import Foundation
import Worklist

/// A menu as lines; the entry under the cursor is always in the window.
struct MenuPage {
    var screen: BoardScreen

    func lines(of state: BoardState, rows: Int) -> [StyledLine] {
        guard case .menu(let menu) = state.mode else { return [] }
        let width = state.size.columns
        let entries = state.choices.enumerated().map { index, choice in
            let isUnderCursor = index == state.menuCursor
            return self.entry(choice, state, isUnderCursor ? " > " : "   ").map { line in isUnderCursor ? line.fitted(to: width).selected : line }
        }
        var lines = [StyledLine(), StyledLine(" \(Self.title(menu))", .heading)]
        if entries.isEmpty { lines.append(StyledLine(" Nothing to be alarmed about.")) }
        let room = max(1, rows - lines.count)
        let before = entries.prefix(state.menuCursor).reduce(0) { $0 + $1.count }
        let end = before + (entries.indices.contains(state.menuCursor) ? entries[state.menuCursor].count : 0)
        lines += entries.joined().dropFirst(max(0, min(before, end - room)))
        return Array(lines.prefix(rows))
    }

    private static func title(_ menu: Menu) -> String {
        switch menu {
        case .alarms: "alarms"
        case .locations: "where the patient is"
        case .policies: "the list as another policy would order it"
        }
    }

    private func entry(_ choice: MenuChoice, _ state: BoardState, _ margin: String) -> [StyledLine] {
        switch choice {
        case .alarm(let alarm): return self.alarm(alarm, state, margin)
        case .location(let name):
            var line = StyledLine(margin + DisplayWidth.fitted(name ?? "everywhere", to: 24))
            let studies = name == nil ? state.list?.items.count : state.list?.locations.first { $0.name == name }?.studies
            line.add(String(studies ?? 0).leftPadded(to: 6), .strong)
            return [line]
        case .policy(let policy):
            var line = StyledLine(margin + DisplayWidth.fitted(policy?.rawValue ?? "as it is", to: 15), .strong)
            line.add(policy.map(Self.meaning) ?? state.room.map { "the list of this room, by \($0.policy.rawValue)" } ?? "the list of this room")
            return [line]
        }
    }

    private static func meaning(_ policy: PolicyName) -> String {
        switch policy {
        case .fifo: "first in, first out"
        case .class: "category, then due time, whatever the wait"
        case .classCapped: "category, then due time; past its limit before all but critical"
        case .delayCost: "what waiting costs; past its limit before all but critical"
        }
    }

    private func alarm(_ alarm: Alarm, _ state: BoardState, _ margin: String) -> [StyledLine] {
        let width = state.size.columns
        let isOpen = alarm.acknowledgedAt == nil
        func wrapped(_ text: String, _ ink: Ink) -> [StyledLine] {
            StyledLine.wrapped(text, to: max(4, width - 6)).map { StyledLine("     \($0)", ink) }
        }
        var first = StyledLine(margin)
        first.add(alarm.kind.rawValue.replacingOccurrences(of: "-", with: " "), isOpen ? alarm.kind.ink : .faint)
        first.add("  since \(screen.dayAndTime(alarm.since))", .faint)
        var lines = [first] + wrapped(alarm.text, isOpen ? .strong : .faint) + wrapped(alarm.whatToDo, isOpen ? .plain : .faint)
        if let name = alarm.acknowledgedBy, let at = alarm.acknowledgedAt {
            lines += wrapped("acknowledged by \(name), \(screen.dayAndTime(at))", .faint)
        }
        return lines + [StyledLine()]
    }
}
