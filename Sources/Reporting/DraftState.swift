/// Where a draft report stands.
package enum DraftState: String, Sendable, Hashable, Codable, CaseIterable {
    case drafted
    case signed
    case rejected
    case superseded
}
