/// What a person does to a study, a draft or an alarm by a key.
package struct Act: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case claim, release, pin, unpin, sign, reject, acknowledge

        var needsReason: Bool { self == .pin || self == .unpin || self == .reject }
    }

    package var kind: Kind
    /// Study Instance UID, the draft's id, or the alarm's.
    package var target: String
    /// nil: whoever has signed in.
    package var by: String?
    /// Empty where none is asked for.
    package var reason: String

    package init(_ kind: Kind, _ target: String, by: String? = nil, reason: String = "") {
        self.kind = kind
        self.target = target
        self.by = by
        self.reason = reason
    }
}

/// Who has signed in, and as what.
package struct Person: Hashable, Sendable {
    package enum Role: String, Hashable, Sendable, CaseIterable {
        case reader, lead, admin
    }

    package var name: String
    package var roles: Set<Role>

    package init(name: String, roles: Set<Role>) {
        self.name = name
        self.roles = roles
    }

    /// Why this person may not do it; nil where nothing speaks against it. The service has the last word.
    func refusal(of kind: Act.Kind) -> String? {
        let allowed: [Role] =
            switch kind {
            case .claim, .release: [.reader, .lead, .admin]
            case .pin, .unpin, .acknowledge: [.lead, .admin]
            case .sign, .reject: [.reader]
            }
        guard roles.isDisjoint(with: allowed) else { return nil }
        let own = roles.isEmpty ? "no role" : "the role " + roles.map(\.rawValue).sorted().joined(separator: ", ")
        return "\(kind.rawValue) is for the role \(allowed.map(\.rawValue).joined(separator: " or ")); \(name) has \(own)"
    }
}
