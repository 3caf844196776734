/// The status of a C-STORE response (PS3.4 table B.2-1; PS3.7 annex C).
///
/// Success and warnings (0xBxxx) tell the sender that the object is kept, and that it may forget it.
package struct DIMSEStatus: RawRepresentable, Hashable, Sendable {
    package var rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let success = DIMSEStatus(rawValue: 0x0000)
    /// Refused: Out of Resources (A7xx). The sender may try again later.
    package static let outOfResources = DIMSEStatus(rawValue: 0xA700)
    /// Error: Data Set Does Not Match SOP Class (A9xx): class or instance are not those of the request.
    package static let dataSetDoesNotMatchSOPClass = DIMSEStatus(rawValue: 0xA900)
    /// Error: Cannot Understand (Cxxx). The same object will fail again.
    package static let cannotUnderstand = DIMSEStatus(rawValue: 0xC000)
    /// Of the Cxxx range, whose last three digits are ours: a UID that the archive is ordered by is missing.
    package static let missingUID = DIMSEStatus(rawValue: 0xC001)
    /// Of the Cxxx range: a UID breaks the rules of PS3.5 section 9.1.
    package static let malformedUID = DIMSEStatus(rawValue: 0xC002)
}

extension DIMSEStatus: CustomStringConvertible {
    /// As the standard writes it: `0xA700`.
    package var description: String {
        let digits = String(rawValue, radix: 16, uppercase: true)
        return "0x" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
