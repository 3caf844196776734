import Mustache

/// One line of a template file: a sentence, or several about the same, that rests on the facts its tags name.
struct TemplateLine: Sendable {
    /// As it stands in the file.
    var text: String
    /// Facts that the line says or asks for with `{{name}}` and `{{#name}}`.
    var said: Set<String>
    /// Facts whose absence it states with `{{^name}}`.
    var missed: Set<String>
    private var template: MustacheTemplate

    /// - Parameter known: the facts that there are.
    init(_ text: String, known: Set<String>) throws(ReportingError) {
        self.text = text
        said = []
        missed = []
        for tag in try Self.tags(text) {
            let name: Substring
            switch tag.first {
            case "!": continue
            case "/": name = tag.dropFirst()
            case "#", "&":
                name = tag.dropFirst()
                said.insert(Self.trimmed(name))
            case "^":
                name = tag.dropFirst()
                missed.insert(Self.trimmed(name))
            default:
                name = tag
                said.insert(Self.trimmed(name))
            }
            let fact = Self.trimmed(name)
            guard known.contains(fact) else { throw ReportingError("{{\(tag)}} names no fact; there are \(known.sorted().joined(separator: ", "))") }
        }
        do {
            // Plain text: nothing is escaped as HTML. Values are put in as they are and never read as a template.
            template = try MustacheTemplate(string: "{{% CONTENT_TYPE:TEXT}}" + text)
        } catch {
            throw ReportingError("it is no mustache template: \(error)")
        }
    }

    /// nil where nothing is left to say.
    func sentence(_ facts: Facts, part: String) -> Sentence? {
        let rendered = PlainText.trimmed(template.render(facts.compactMapValues(\.text)))
        guard !rendered.isEmpty else { return nil }
        let named = said.filter { facts[$0]?.text != nil }.union(missed.filter { facts[$0]?.text == nil })
        var sources: [Source] = []
        for name in named.sorted() { if let source = facts[name]?.source, !sources.contains(source) { sources.append(source) } }
        return Sentence(part: part, text: rendered, sources: sources)
    }

    private static func tags(_ text: String) throws(ReportingError) -> [Substring] {
        var tags: [Substring] = []
        var rest = Substring(text)
        while let open = rest.firstRange(of: "{{") {
            rest = rest[open.upperBound...]
            let isTriple = rest.first == "{"
            if isTriple { rest = rest.dropFirst() }
            guard let close = rest.firstRange(of: isTriple ? "}}}" : "}}") else { throw ReportingError("a {{ is not closed on its line") }
            tags.append(rest[..<close.lowerBound])
            rest = rest[close.upperBound...]
        }
        return tags
    }

    private static func trimmed(_ text: Substring) -> String { text.split(separator: " ").joined(separator: " ") }
}
