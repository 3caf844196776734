/// A DICOM unique identifier whose form has been checked (PS3.5 section 9.1).
///
///     UID("1.2.840.10008.1.1")   // valid
///     UID("../../etc/passwd")    // nil
///
/// At most 64 characters, digits in components that dots separate, no empty component. A component with a leading zero is
/// against the letter of the standard, yet found in the field; it is taken, because refusing it would cost a patient's study.
package struct UID: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    package let text: String

    package init?(_ text: some StringProtocol) {
        let bytes = text.utf8
        guard (1...64).contains(bytes.count) else { return nil }
        var componentLength = 0
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): componentLength += 1
            case UInt8(ascii: ".") where componentLength > 0: componentLength = 0
            default: return nil
            }
        }
        guard componentLength > 0 else { return nil }
        self.text = String(text)
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let uid = UID(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a DICOM UID: \(text)")
        }
        self = uid
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }

    package var description: String { text }

    package static func < (left: UID, right: UID) -> Bool { left.text < right.text }
}
