import Worklist

/// That the list is not live, since when, and why.
enum AlarmLines {
    static func lines(of trouble: BoardState.Trouble, at now: Timestamp, width: Int, screen: BoardScreen) -> [StyledLine] {
        let span = DisplayWidth.fitted("\(Waiting.words(now.seconds(since: trouble.since))):", to: 5)
        let text = "NOT LIVE since \(screen.timeOfDay(trouble.since)), for \(span) \(trouble.sentence)"
        return StyledLine.wrapped(text, to: max(4, width - 2)).map { StyledLine(" \($0)", .alarm).fitted(to: width, .alarm) }
    }
}

/// How many wait, how many of them too long, and of what category.
enum SummaryLines {
    static func lines(of list: BoardList, at now: Timestamp) -> [StyledLine] {
        let (past, near) = list.overdue(at: now)
        var first = StyledLine(" ")
        first.add("\(list.items.count)", .strong)
        first.add(" waiting  ")
        first.add(" \(past) past limit ", past > 0 ? .alarm : .faint)
        first.add("  ")
        first.add("\(near) near", near > 0 ? .barNear : .faint)
        if let oldest = list.oldest {
            first.add("  oldest ", .faint)
            first.add(Waiting.words(now.seconds(since: oldest.receivedAt)), .strong)
            first.add(" (place \(oldest.rank), \(PersonName.display(oldest.patientName)))", .faint)
        }
        var second = StyledLine(" ")
        for category in Worklist.Category.allCases {
            let count = list.byCategory[category] ?? 0
            if second.columns > 1 { second.add("  ") }
            second.add("\(category.rawValue) \(count)", count > 0 ? category.ink : .faint)
        }
        return [first, second]
    }
}
