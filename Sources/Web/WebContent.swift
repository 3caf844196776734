package import Foundation
package import Worklist

/// What the pages are made of, asked for anew with every request.
package struct WebContent: Sendable {
    package var health: @Sendable () async -> Health
    package var metrics: @Sendable () async throws -> [Metric]
    /// The list; with reported studies where asked for.
    package var worklist: @Sendable (_ includingReported: Bool) async throws -> WorklistSnapshot
    /// What `explain --json` prints of a study, by Study Instance UID or accession number.
    package var explanation: @Sendable (_ study: String) async throws -> Explained

    package enum Explained: Sendable, Hashable {
        case one(Data)
        /// An accession number that several studies have: their Study Instance UIDs.
        case several([String])
        case none
    }

    package init(
        health: @escaping @Sendable () async -> Health, metrics: @escaping @Sendable () async throws -> [Metric],
        worklist: @escaping @Sendable (Bool) async throws -> WorklistSnapshot, explanation: @escaping @Sendable (String) async throws -> Explained
    ) {
        self.health = health
        self.metrics = metrics
        self.worklist = worklist
        self.explanation = explanation
    }
}

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
