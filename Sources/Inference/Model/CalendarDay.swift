/// A day as ISO 8601 writes it: 2026-11-26. The later day is the greater one.
package struct CalendarDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let year: Int
    package let month: Int
    package let day: Int

    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy({ $0.utf8.allSatisfy { 48...57 ~= $0 } }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), 1...12 ~= month
        else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
        guard 1...days ~= day else { return nil }
        (self.year, self.month, self.day) = (year, month, day)
    }

    package static func < (one: CalendarDay, other: CalendarDay) -> Bool {
        (one.year, one.month, one.day) < (other.year, other.month, other.day)
    }

    package var description: String {
        func digits(_ value: Int, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        return "\(digits(year, 4))-\(digits(month, 2))-\(digits(day, 2))"
    }
}

extension ModelDescription {
    /// When the department approved it; nil where nobody did.
    package var approvedOn: CalendarDay? { approved.flatMap { CalendarDay($0.on) } }
}

extension Array where Element == Model {
    /// The order in which models are asked whether an image is theirs: the one approved last first; among those of one day, as
    /// they were given; those that nobody approved last.
    package var newestApprovedFirst: [Model] {
        enumerated().sorted { one, other in
            switch (one.element.description.approvedOn, other.element.description.approvedOn) {
            case (let one?, let other?) where one != other: one > other
            case (.some, nil): true
            case (nil, .some): false
            default: one.offset < other.offset
            }
        }.map(\.element)
    }
}
