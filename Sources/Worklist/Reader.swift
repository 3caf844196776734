/// Who reads a study: a claim on its reading, so that two do not read the same one.
///
/// It changes neither place nor category, and hides nothing. It ends by release, by a report, or when it has lasted too long.
package struct Reader: Hashable, Sendable, Codable {
    package var name: String
    package var since: Timestamp

    package init(name: String, since: Timestamp) {
        self.name = name
        self.since = since
    }
}

/// What a reader may do with a study; each deed is an event with the name.
package enum ReaderDeed: String, Hashable, Sendable, CaseIterable {
    case claim
    case release
}

/// A claim or its release that was refused: why, in one sentence.
package struct ReaderRefusal: Error, CustomStringConvertible, Hashable {
    package var description: String
}

extension Study {
    /// The state that the list shows: whoever reads it comes before what the pipeline does meanwhile.
    package var shownState: StudyState { reader != nil && state != .reported ? .reading : state }

    /// Claims the study or gives it back. Who has it already has it for longer; what another has, only `ofAnyone` releases.
    package mutating func apply(_ deed: ReaderDeed, by name: String, ofAnyone: Bool = false, at now: Timestamp) throws(ReaderRefusal) {
        if name.allSatisfy(\.isWhitespace) { throw ReaderRefusal(description: "a \(deed.rawValue) needs the name of the reader") }
        switch deed {
        case .claim:
            if state == .reported { throw ReaderRefusal(description: "the study is reported and no longer on the list") }
            if let reader, reader.name != name { throw ReaderRefusal(description: "\(reader.name) reads it since \(reader.since.rfc3339)") }
            reader = Reader(name: name, since: now)
        case .release:
            guard let reader else { throw ReaderRefusal(description: "nobody reads the study") }
            if reader.name != name, !ofAnyone { throw ReaderRefusal(description: "\(reader.name) reads it, not \(name)") }
            self.reader = nil
        }
    }

    /// It is read: off the list, and nobody's any longer. A later report changes no time.
    package mutating func report(at now: Timestamp) {
        reader = nil
        guard state != .reported else { return }
        state = .reported
        reportedAt = now
    }

    /// What nobody has read yet has come.
    package mutating func reopen() {
        state = .receiving
        reportedAt = nil
    }
}
