/// Whether the service can do its work, check by check; a check that fails says what is wrong and what to do.
package struct Health: Sendable, Hashable, Encodable {
    package var isWell: Bool { checks.values.allSatisfy { $0 == Self.fine } }
    package var checks: [String: String]

    package static let fine = "ok"

    enum CodingKeys: String, CodingKey { case status, checks }

    package init(checks: [String: String]) {
        self.checks = checks
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(isWell ? "ok" : "failing", forKey: .status)
        try container.encode(checks, forKey: .checks)
    }
}
