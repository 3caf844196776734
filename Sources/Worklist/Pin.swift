/// A person's decision that a study is read first, until it is released or reported.
package struct Pin: Hashable, Sendable, Codable {
    package var at: Timestamp
    package var by: String
    package var reason: String

    package init(at: Timestamp, by: String, reason: String) {
        self.at = at
        self.by = by
        self.reason = reason
    }
}

/// What a lead may do to a study's place; each deed is an event with name and reason.
package enum PinDeed: String, Hashable, Sendable, CaseIterable {
    case pin
    case release
}

/// A pin that was refused: why, in one sentence.
package struct PinRefusal: Error, CustomStringConvertible, Hashable {
    package var description: String
}

extension Study {
    /// Puts the study first, or gives it back to the policy.
    package mutating func apply(_ deed: PinDeed, by name: String, reason: String, at now: Timestamp) throws(PinRefusal) {
        let isBlank = { (text: String) in text.allSatisfy(\.isWhitespace) }
        if isBlank(name) { throw PinRefusal(description: "a \(deed.rawValue) needs the name of the person who decides") }
        if isBlank(reason) { throw PinRefusal(description: "a \(deed.rawValue) needs a reason") }
        switch deed {
        case .pin:
            if state == .reported { throw PinRefusal(description: "the study is reported and no longer on the list") }
            if let pin { throw PinRefusal(description: "the study is pinned already, by \(pin.by): \(pin.reason)") }
            pin = Pin(at: now, by: name, reason: reason)
        case .release:
            if pin == nil { throw PinRefusal(description: "the study is not pinned") }
            pin = nil
        }
    }
}
