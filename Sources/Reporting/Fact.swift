/// Where a fact comes from.
package struct Source: Sendable, Hashable, Codable, CustomStringConvertible {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// A field of the order (HL7).
        case order
        /// An attribute of the images' header (DICOM).
        case header
        /// The model's figure, its threshold, or what was measured about it.
        case model
        case earlierStudy = "earlier-study"
        /// The department's policy file.
        case policy
        case person
    }

    package var kind: Kind
    /// For example `PatientAge (0010,1010)` or `abnormal 0.0213, rule-out threshold 0.0500, model cxr 1.0`.
    package var place: String

    package init(_ kind: Kind, _ place: String) {
        self.kind = kind
        self.place = place
    }

    package var description: String { "\(kind.rawValue): \(place)" }
}

/// Something that a sentence may say, with where it comes from. No text: it was looked for there and is not there.
package struct Fact: Sendable, Hashable, Codable {
    package var text: String?
    package var source: Source

    /// Text from outside becomes one plain line; empty text is none.
    package init(_ text: String?, _ source: Source) {
        let line = text.map { PlainText.line($0) } ?? ""
        self.text = line.isEmpty ? nil : line
        self.source = source
    }
}

/// Facts by the names that templates call them by.
package typealias Facts = [String: Fact]

/// One sentence of a report or a narrative, and what it rests on.
package struct Sentence: Sendable, Hashable, Codable {
    /// The part that it stands in: `findings`, `impression` ….
    package var part: String
    package var text: String
    package var sources: [Source]

    package init(part: String, text: String, sources: [Source]) {
        self.part = part
        self.text = text
        self.sources = sources
    }
}
