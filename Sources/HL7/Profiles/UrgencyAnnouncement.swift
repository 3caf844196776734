package import Worklist

/// What a receiver is told about a study, before it takes the form of a message.
package struct UrgencyAnnouncement: Sendable {
    var study: Study
    var urgency: Double
    var reasons: [String]
    var controlID: String
    var at: Timestamp

    package init(_ study: Study, place: Place, controlID: String, at now: Timestamp) {
        self.init(study, urgency: place.urgency, reasons: place.reasons, controlID: controlID, at: now)
    }

    package init(_ study: Study, urgency: Double, reasons: [String], controlID: String, at now: Timestamp) {
        self.study = study
        self.urgency = urgency
        self.reasons = reasons
        self.controlID = controlID
        at = now
    }

    /// HL7 table 0485: the more urgent of the order's own priority and the category.
    var priority: String { study.announcedPriority.code }
}

extension OrderPriority {
    /// HL7 table 0485.
    var code: String {
        switch self {
        case .stat: "S"
        case .asap: "A"
        case .routine: "R"
        }
    }
}
