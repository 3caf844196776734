internal import CDCMTK
package import Worklist

extension DeliveryOutcome {
    /// What a C-STORE response means for the object (PS3.4 table B.2-1, PS3.7 annex C).
    package init(_ status: DIMSEStatus, said: String = "") {
        func reason(_ meaning: String) -> Reason { Reason("C-STORE was answered with \(status), \(meaning)", said: said) }
        switch status.rawValue {
        case 0x0000: self = .done
        case 0x0001, 0x0107, 0x0116, 0xB000...0xBFFF: self = .doneWithWarning(reason("a warning: the object is stored"))
        case 0x0111: self = .doneWithWarning(reason("duplicate SOP Instance: the object is there"))
        case 0xA700...0xA7FF: self = .retry(reason("out of resources"))
        case 0x0213: self = .retry(reason("resource limitation"))
        case 0xA800...0xA8FF, 0x0122: self = .setAside(reason("SOP Class not supported"))
        case 0xA900...0xA9FF: self = .setAside(reason("data set does not match SOP Class"))
        case 0xC000...0xCFFF: self = .setAside(reason("cannot understand"))
        case 0x0124: self = .setAside(reason("not authorized"))
        case 0x0117: self = .setAside(reason("invalid SOP Instance"))
        case 0x0118, 0x0119: self = .setAside(reason("no such SOP Class, or not that of the instance"))
        case 0x0105, 0x0106, 0x0114, 0x0115, 0x0120, 0x0121: self = .setAside(reason("an attribute is missing or wrong"))
        case 0x0211, 0x0212: self = .setAside(reason("the operation or an argument of it is not supported"))
        case 0x0110: self = .retry(reason("processing failure"))
        // Whoever answers with what the standard does not have may answer otherwise later; the limit on retries ends it.
        default: self = .retry(reason("a status that C-STORE does not have"))
        }
    }

    init(_ sending: cdcmtk_sending) {
        let detail = DCMTK.printable(Self.text(sending.detail))
        func because(_ sentence: String) -> Reason { detail.isEmpty ? Reason(sentence) : Reason("\(sentence) (\(detail))") }
        switch sending.end {
        case cdcmtk_sending_answered:
            self.init(DIMSEStatus(rawValue: sending.status), said: DCMTK.printable(Self.text(sending.error_comment)))
        case cdcmtk_sending_not_an_object: self = .setAside("the object cannot be read, so it cannot be sent")
        case cdcmtk_sending_no_connection: self = .unreachable(because("no connection"))
        case cdcmtk_sending_no_association: self = .unreachable(because("the association was not answered"))
        case cdcmtk_sending_rejected: self.init(AssociationRejection(sending))
        case cdcmtk_sending_context_refused: self = .setAside("the presentation context of the object's SOP Class was refused")
        case cdcmtk_sending_no_answer: self = .retry(because("no answer to C-STORE in time"))
        case cdcmtk_sending_cancelled: self = .retry("the service stops")
        default: self = .retry(because("the association broke"))
        }
    }

    /// A permanent rejection is for good; a transient one is about the moment, and so about every object.
    package init(_ rejection: AssociationRejection) {
        let reason = Reason("the association was rejected: \(rejection.meaning)")
        self = rejection.isPermanent ? .setAside(reason) : .unreachable(reason)
    }

    /// A C array of characters, up to its zero.
    private static func text<Characters>(_ characters: Characters) -> String {
        withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// Result, Source and Reason/Diag of an A-ASSOCIATE-RJ (PS3.8 table 9-21).
package struct AssociationRejection: Hashable, Sendable {
    package var result: UInt16
    package var source: UInt16
    package var reason: UInt16

    package init(result: UInt16, source: UInt16, reason: UInt16) {
        self.result = result
        self.source = source
        self.reason = reason
    }

    init(_ sending: cdcmtk_sending) { self.init(result: sending.result, source: sending.source, reason: sending.reason) }

    var isPermanent: Bool { result == 1 }

    var meaning: String {
        let why =
            switch (source, reason) {
            case (1, 2): "the application context name is not supported"
            case (1, 3): "the calling AE title is not recognized; name it at the receiver"
            case (1, 7): "the called AE title is not recognized; check --store"
            case (2, 2): "the protocol version is not supported"
            case (3, 1): "temporary congestion"
            case (3, 2): "local limit exceeded"
            default: "no reason given"
            }
        return (isPermanent ? "for good, " : "for now, ") + why
    }
}
