/// What somebody may do.
package enum Right: String, Sendable, Hashable, CaseIterable {
    /// The list, the studies, the films.
    case see
    /// A study for oneself, and give it back.
    case claim
    /// Sign, reject and correct reports.
    case sign
    /// Pin studies, and release anybody's claim.
    case pin
    /// Alarms.
    case acknowledge
    case readLog
}

/// What a person is in the reading room, as the file of users says.
package enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    case reader, lead, admin

    package var rights: Set<Right> {
        switch self {
        case .reader: [.see, .claim, .sign]
        case .lead: [.see, .claim, .pin, .acknowledge]
        case .admin: Role.lead.rights.union([.readLog])
        }
    }
}

/// Who asks.
package struct Person: Sendable, Hashable {
    package var name: String
    package var roles: Set<Role>

    package init(name: String, roles: Set<Role>) {
        self.name = name
        self.roles = roles
    }

    /// Whoever sits at this machine, where nobody signs in: everything is theirs to do, by a name that each act carries.
    package static let unnamed = Person(name: "", roles: Set(Role.allCases))

    package func may(_ right: Right) -> Bool { roles.contains { $0.rights.contains(right) } }
}
