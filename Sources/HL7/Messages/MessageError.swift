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
    /// Where: `OBR`, the second of the message, field 3, component 0: the whole field. Field 0: the segment as a whole.
    package var segment: String
    package var occurrence = 1
    package var field: Int
    package var component = 0
    /// What is wrong and what to do, for the person who looks after the sender.
    package var sentence: String
    /// What stood there. It may name a patient: for ERR-8 alone, never for a log.
    package var value = ""

    package init(_ condition: Condition, _ segment: String, _ field: Int, _ sentence: String) {
        self.condition = condition
        self.segment = segment
        self.field = field
        self.sentence = sentence
    }

    /// Of a segment as a whole.
    package init(_ condition: Condition, _ segment: String, _ sentence: String) { self.init(condition, segment, 0, sentence) }

    /// Without what stood there: fit for a log.
    package var description: String { "\(segment)\(field > 0 ? "-\(field)" : "")\(component > 0 ? ".\(component)" : ""): \(sentence)" }

    /// ERR-8: with what stood there, as far as it helps to find it.
    var userMessage: String {
        guard !value.isEmpty else { return sentence }
        let shown = value.unicodeScalars.prefix(Self.shownScalars)
        return "\(sentence); there stood \"\(String(String.UnicodeScalarView(shown)))\(shown.count < value.unicodeScalars.count ? "…" : "")\""
    }

    private static let shownScalars = 60

    /// Whether sending it again can help: `AE` where it can, `AR` where the message itself is at fault (2.9.3.2).
    var code: Acknowledgement.Code {
        switch condition {
        case .unsupportedMessageType, .unsupportedEvent, .unsupportedVersion: .applicationReject
        default: .applicationError
        }
    }
}

extension Segment {
    /// An error in this segment.
    func error(_ condition: MessageError.Condition, _ field: Int, component: Int = 0, _ sentence: String, value: String = "") -> MessageError {
        var error = MessageError(condition, name, field, sentence)
        error.occurrence = occurrence
        error.component = component
        error.value = value
        return error
    }
}
