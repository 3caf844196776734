/// An HL7 v2 message: segments of fields, as text between delimiters.
///
///     let message = try Message(parsing: bytes)
///     message["PID"]?.text(5, component: 2)      // PID-5.2, unescaped
///     message.encoded                            // segments ended by carriage returns, without the MLLP frame
package struct Message: Hashable, Sendable {
    package var delimiters = Delimiters()
    package var segments: [Segment]

    package init(segments: [Segment]) {
        self.segments = segments
    }

    /// The first segment of that name.
    package subscript(_ name: String) -> Segment? { segments.first { $0.name == name } }

    /// MSH-10.
    package var controlID: String { self["MSH"]?.text(10) ?? "" }

    /// MSH-9.1 and MSH-9.2: `ORM^O01`.
    package var type: MessageType { MessageType(code: self["MSH"]?.text(9) ?? "", event: self["MSH"]?.text(9, component: 2) ?? "") }

    package var encoded: String { segments.map { $0.encoded + "\r" }.joined() }
}

/// Message code and trigger event.
package struct MessageType: Hashable, Sendable, CustomStringConvertible {
    package var code: String
    package var event: String
    package var description: String { event.isEmpty ? code : "\(code)^\(event)" }

    package init(code: String, event: String) {
        self.code = code
        self.event = event
    }
}

/// One segment; its fields are kept as they came, escaped.
package struct Segment: Hashable, Sendable {
    package var name: String
    /// `fields[0]` is field 1. Of an MSH segment field 1 is the field separator itself.
    var fields: [String]
    let delimiters: Delimiters
    /// The how-manieth of its name in the message, counted from 1 (ERR-2.2).
    var occurrence = 1

    package init(_ name: String) {
        self.name = name
        fields = name == "MSH" ? ["|", Delimiters().encodingCharacters] : []
        delimiters = Delimiters()
    }

    init(parsing line: Substring, _ delimiters: Delimiters) {
        self.delimiters = delimiters
        let parts = line.parts(dividedBy: delimiters.field).map(String.init)
        name = parts[0]
        fields = name == "MSH" ? [String(delimiters.field)] + parts.dropFirst() : Array(parts.dropFirst())
    }

    /// The field as it stands, with its delimiters and escapes; empty where it is not there.
    package func raw(_ field: Int) -> String { fields.indices.contains(field - 1) ? fields[field - 1] : "" }

    package func repetitions(_ field: Int) -> Int {
        let raw = raw(field)
        return raw.isEmpty ? 0 : Substring(raw).parts(dividedBy: delimiters.repetition).count
    }

    /// One component, unescaped, its first subcomponent; empty where it is not there or is `""` (HL7's null).
    package func text(_ field: Int, component: Int = 1, subcomponent: Int = 1, repetition: Int = 1) -> String {
        stated(field, component: component, subcomponent: subcomponent, repetition: repetition) ?? ""
    }

    /// The same, but nil where the message says nothing of it; empty where it says `""`: delete what you know (HL7 v2.5.1, 2.5.3).
    package func stated(_ field: Int, component: Int = 1, subcomponent: Int = 1, repetition: Int = 1) -> String? {
        guard
            let repeated = Substring(raw(field)).part(repetition, dividedBy: delimiters.repetition),
            let whole = repeated.part(component, dividedBy: delimiters.component),
            let part = whole.part(subcomponent, dividedBy: delimiters.subcomponent), !part.isEmpty
        else { return nil }
        return part == "\"\"" ? "" : delimiters.unescaped(String(part))
    }

    /// Every repetition of a field as text, its components left together as the sender wrote them: free text, where delimiters are often not escaped.
    func lines(_ field: Int) -> [String] {
        Substring(raw(field)).parts(dividedBy: delimiters.repetition).map { $0 == "\"\"" ? "" : delimiters.unescaped(String($0)) }
    }

    /// Sets a field of one component.
    package mutating func set(_ field: Int, _ text: String) { setRaw(field, delimiters.escaped(text)) }

    /// Sets a field of several components; empty ones at the end are left away.
    package mutating func set(_ field: Int, components: [String]) {
        setRaw(field, Self.joined(components.map(delimiters.escaped), by: delimiters.component))
    }

    /// Sets a field of several repetitions, each of several components.
    package mutating func set(_ field: Int, repetitions: [[String]]) {
        let each = repetitions.map { Self.joined($0.map(delimiters.escaped), by: delimiters.component) }
        setRaw(field, each.joined(separator: String(delimiters.repetition)))
    }

    mutating func setRaw(_ field: Int, _ raw: String) {
        while fields.count < field { fields.append("") }
        fields[field - 1] = raw
    }

    var encoded: String {
        let separator = delimiters.field
        guard name == "MSH" else { return Self.joined([name] + fields, by: separator) }
        return "MSH" + String(separator) + Self.joined(Array(fields.dropFirst()), by: separator)
    }

    private static func joined(_ parts: [String], by separator: Character) -> String {
        var kept = parts
        while let last = kept.last, last.isEmpty { kept.removeLast() }
        return kept.joined(separator: String(separator))
    }
}

extension Substring {
    /// The parts between an ASCII character. By bytes: a combining mark behind a delimiter would hide it from a search by characters.
    func parts(dividedBy separator: Character) -> [Substring] {
        guard let byte = separator.asciiValue else { return [self] }
        return utf8.split(separator: byte, omittingEmptySubsequences: false).map(Substring.init)
    }

    /// The `number`th part, counted from 1; nil where there are fewer.
    fileprivate func part(_ number: Int, dividedBy separator: Character) -> Substring? {
        guard number >= 1, let byte = separator.asciiValue else { return nil }
        var rest = utf8[...]
        for _ in 1..<number {
            guard let end = rest.firstIndex(of: byte) else { return nil }
            rest = rest[rest.index(after: end)...]
        }
        return Substring(rest.prefix { $0 != byte })
    }
}
