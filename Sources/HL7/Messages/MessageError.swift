/// Why a message is not taken: the content of an ERR segment (HL7 v2.5.1, 2.15.5).
package struct MessageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// HL7 table 0357.
    package enum Condition: String, Sendable {
        case segmentSequence = "100"
        case requiredFieldMissing = "101"
        case dataType = "102"
        case tableValueNotFound = "103"
        case unsupportedMessageType = "200"
        case unsupportedEvent = "201"
        case unsupportedVersion = "203"
        case unknownKey = "204"
        case applicationInternal = "207"

        var text: String {
            switch self {
            case .segmentSequence: "Segment sequence error"
            case .requiredFieldMissing: "Required field missing"
            case .dataType: "Data type error"
            case .tableValueNotFound: "Table value not found"
            case .unsupportedMessageType: "Unsupported message type"
            case .unsupportedEvent: "Unsupported event code"
            case .unsupportedVersion: "Unsupported version id"
            case .unknownKey: "Unknown key identifier"
            case .applicationInternal: "Application internal error"
            }
        }
    }

    package var condition: Condition
    /// Where: `OBR`, 3. Field 0: the segment as a whole.
    package var segment: String
    package var field: Int
    /// What is wrong and what to do, for the person who looks after the sender (ERR-8).
    package var sentence: String

    package init(_ condition: Condition, _ segment: String, _ field: Int, _ sentence: String) {
        self.condition = condition
        self.segment = segment
        self.field = field
        self.sentence = sentence
    }

    /// Of a segment as a whole.
    package init(_ condition: Condition, _ segment: String, _ sentence: String) { self.init(condition, segment, 0, sentence) }

    package var description: String { "\(segment)\(field > 0 ? "-\(field)" : ""): \(sentence)" }

    /// Whether sending it again can help: `AE` where it can, `AR` where the message itself is at fault (2.9.3.2).
    var code: Acknowledgement.Code {
        switch condition {
        case .unsupportedMessageType, .unsupportedEvent, .unsupportedVersion: .applicationReject
        default: .applicationError
        }
    }
}
