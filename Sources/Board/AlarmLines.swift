import FoundationEssentials
import Worklist

/// On top of everything: that the list is not live, and what somebody has to look after.
enum AlarmLines {
    static func lines(of state: BoardState, at now: Timestamp, rows: Int, screen: BoardScreen) -> [StyledLine] {
        let width = state.size.columns
        var lines = state.trouble.map { notLive($0, at: now, width: width, screen: screen) } ?? []
        lines = Array(lines.prefix(max(1, rows - min(1, state.openAlarms.count))))
        lines += alarms(state.openAlarms, at: state.sourceTime(now), rows: rows - lines.count, width: width, screen: screen)
        return Array(lines.prefix(rows))
    }

    /// How many lines they would take.
    static func count(for state: BoardState, atMost most: Int) -> Int {
        // The span grows as time goes by, its lines do not.
        let notLive = state.trouble.map { Self.notLive($0, at: $0.since, width: state.size.columns, screen: BoardScreen(zone: .gmt)).count } ?? 0
        return min(most, min(3, notLive) + min(most < 3 ? 1 : 3, state.openAlarms.count))
    }

    private static func notLive(_ trouble: BoardState.Trouble, at now: Timestamp, width: Int, screen: BoardScreen) -> [StyledLine] {
        let span = DisplayWidth.fitted("\(Waiting.words(now.seconds(since: trouble.since))):", to: 5)
        let text = "NOT LIVE since \(screen.timeOfDay(trouble.since)), for \(span) \(trouble.sentence)"
        return StyledLine.wrapped(text, to: max(4, width - 2)).map { StyledLine(" \($0)", .alarm).fitted(to: width, .alarm) }
    }

    private static func alarms(_ alarms: [Alarm], at now: Timestamp, rows: Int, width: Int, screen: BoardScreen) -> [StyledLine] {
        guard rows > 0, !alarms.isEmpty else { return [] }
        let shown = alarms.prefix(rows)
        return shown.enumerated().map { index, alarm in
            let hidden = index == shown.count - 1 ? alarms.count - shown.count : 0
            let ink = alarm.kind.ink
            let more = hidden > 0 ? " +\(hidden) more, a: all " : index == 0 ? " a: all " : ""
            var line = StyledLine(" ALARM \(Waiting.words(now.seconds(since: alarm.since))) ", ink)
            line.add(" ")
            line.add(alarm.text, .strong)
            line.add("  \(alarm.whatToDo)")
            let right = StyledLine(more, hidden > 0 ? .alarm : .faint)
            var whole = line.fitted(to: max(0, width - right.columns))
            whole.add(right)
            return whole.fitted(to: width)
        }
    }
}

extension BoardState {
    /// What nobody has acknowledged, the gravest first.
    var openAlarms: [Alarm] { (room?.alarms ?? []).inOrder.filter { $0.acknowledgedAt == nil } }
}

extension Alarm.Kind {
    var ink: Ink {
        switch self {
        case .criticalPastLimit, .diskLow, .receiverDown: .alarm
        case .statUnscored, .messageSetAside, .scorerBehind, .dataConflict: .notice
        }
    }
}
