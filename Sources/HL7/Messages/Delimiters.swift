/// The characters that divide a message, as MSH-1 and MSH-2 declare them (HL7 v2.5.1, 2.5.4).
package struct Delimiters: Hashable, Sendable {
    package var field: Character = "|"
    package var component: Character = "^"
    package var repetition: Character = "~"
    package var escape: Character = "\\"
    package var subcomponent: Character = "&"

    package init() {}

    /// Reads them from the beginning of an MSH segment; nil where they are missing, not distinct, or letters.
    ///
    /// MSH-2 may end early: what it leaves out keeps its usual character.
    init?(header: Substring) {
        guard header.hasPrefix("MSH"), let field = header.dropFirst(3).first else { return nil }
        let encoding = header.dropFirst(4).prefix { $0 != field }
        guard let component = encoding.first else { return nil }
        self.field = field
        self.component = component
        let rest = Array(encoding.dropFirst())
        if rest.count > 0 { repetition = rest[0] }
        if rest.count > 1 { escape = rest[1] }
        if rest.count > 2 { subcomponent = rest[2] }
        let all = [field, component, repetition, escape, subcomponent]
        guard Set(all).count == all.count, all.allSatisfy({ $0.isASCII && !$0.isLetter && !$0.isNumber && !$0.isWhitespace }) else { return nil }
    }

    /// MSH-2.
    var encodingCharacters: String { String([component, repetition, escape, subcomponent]) }
}
