/// Something that a person may be allowed to do.
package enum Right: String, Sendable, CaseIterable {
    case see, claim, sign, pin, acknowledge, readLog
}

/// What a person is in the reading room; a person may be several.
package enum Role: String, Codable, Sendable, CaseIterable {
    case reader, lead, admin

    package var rights: Set<Right> {
        switch self {
        case .reader: [.see, .claim, .sign]
        case .lead: [.see, .claim, .pin, .acknowledge]
        case .admin: [.see, .claim, .pin, .acknowledge, .readLog]
        }
    }

    /// Whether it may release what somebody else has claimed.
    package var releasesAnyClaim: Bool { self != .reader }
}

/// Who asks.
///
///     Person(name: "Dr. Adler", roles: [.reader]).may(.sign)     // true
package struct Person: Sendable, Hashable {
    package var name: String
    package var roles: [Role]

    package init(name: String, roles: [Role]) {
        self.name = name
        self.roles = roles
    }

    package func may(_ right: Right) -> Bool { roles.contains { $0.rights.contains(right) } }
}
