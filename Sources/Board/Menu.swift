import Worklist

/// A list to choose from, in place of the study list.
package enum Menu: Hashable, Sendable {
    case alarms
    case locations
    case policies
}

/// What a line of a menu stands for.
enum MenuChoice: Hashable, Sendable {
    case alarm(Alarm)
    /// nil: all of them.
    case location(String?)
    /// nil: the list as it is.
    case policy(PolicyName?)
}

extension BoardState {
    var choices: [MenuChoice] {
        guard case .menu(let menu) = mode else { return [] }
        switch menu {
        case .alarms: return (room?.alarms ?? []).inOrder.map(MenuChoice.alarm)
        case .locations: return [.location(nil)] + (list?.locations ?? []).map { .location($0.name) }
        case .policies: return [.policy(nil)] + PolicyName.allCases.filter { $0 != room?.policy }.map { .policy($0) }
        }
    }

    mutating func show(_ menu: Menu) {
        mode = .menu(menu)
        menuCursor = 0
        switch menu {
        case .alarms: break
        case .locations: menuCursor = choices.firstIndex(of: .location(filters.location)) ?? 0
        case .policies: menuCursor = choices.firstIndex(of: .policy(comparing)) ?? 0
        }
    }

    mutating func keepMenuCursor() { menuCursor = max(0, min(menuCursor, choices.count - 1)) }

    mutating func pressInMenu(_ key: BoardKey) {
        let page = max(1, BoardLayout(for: self).pageRows / 3)
        switch key {
        case .escape, "q": mode = .list
        case .up, "k": menuCursor -= 1
        case .down, "j": menuCursor += 1
        case .pageUp: menuCursor -= page
        case .pageDown, " ": menuCursor += page
        case .home, "g": menuCursor = 0
        case .end, "G": menuCursor = .max
        case .enter: choose()
        default: break
        }
        keepMenuCursor()
    }

    private mutating func choose() {
        guard choices.indices.contains(menuCursor) else { return mode = .list }
        switch choices[menuCursor] {
        case .alarm(let alarm):
            if let name = alarm.acknowledgedBy { return message = Message(sentence: "\(name) has acknowledged it already") }
            ask(.acknowledge, alarm.id, "acknowledge \"\(alarm.text)\"")
        case .location(let location):
            filters.location = location
            mode = .list
            filter()
        case .policy(let policy):
            mode = .list
            compare(policy)
        }
    }
}
