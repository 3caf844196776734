/// The words of a report or a narrative: a file of parts, each line a sentence.
///
///     [draft]
///     DRAFT, not signed. Written by {{model}} {{model_version}} …
///     [findings] Findings
///     No abnormality was flagged: the probability of an abnormal film is {{probability}} …
///
/// A line rests on the facts that it names; one that names none would rest on nothing, and is refused.
package struct ReportTemplate: Sendable {
    /// What a file has to hold.
    struct Form: Sendable {
        var parts: [String]
        /// Facts that a part may name.
        var facts: Set<String>
        /// Further facts of single parts.
        var furtherFacts: [String: Set<String>] = [:]
        /// Facts that a part must name, and words one of which must stand in its first line.
        var needs: [String: (facts: Set<String>, words: [String])] = [:]
    }

    struct Part: Sendable {
        var name: String
        var heading: String
        var lines: [TemplateLine]
    }

    var parts: [Part]

    func part(_ name: String) -> Part? { parts.first { $0.name == name } }

    init(_ text: String, from place: String, _ form: Form) throws(ReportingError) {
        parts = []
        for (number, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = PlainText.trimmed(String(line))
            func refuse(_ why: String) -> ReportingError { ReportingError("\(place), line \(number + 1): \(why)") }
            if line.isEmpty || (line.hasPrefix("{{!") && line.hasSuffix("}}")) { continue }
            if line.hasPrefix("["), let close = line.firstIndex(of: "]") {
                let name = String(line[line.index(after: line.startIndex)..<close])
                guard form.parts.contains(name) else { throw refuse("[\(name)] is no part; there are \(form.parts.joined(separator: ", "))") }
                guard part(name) == nil else { throw refuse("[\(name)] is there twice") }
                parts.append(Part(name: name, heading: PlainText.trimmed(String(line[line.index(after: close)...])), lines: []))
                continue
            }
            guard let current = parts.indices.last else { throw refuse("a sentence stands before the first part, such as [\(form.parts[0])]") }
            let parsed: TemplateLine
            do {
                parsed = try TemplateLine(line, known: form.facts.union(form.furtherFacts[parts[current].name] ?? []))
            } catch {
                throw refuse(error.description)
            }
            guard !parsed.said.isEmpty || !parsed.missed.isEmpty else {
                throw refuse("the sentence names no fact, so it would rest on nothing; put the fact it rests on around it, as in {{#probability}}…{{/probability}}")
            }
            parts[current].lines.append(parsed)
        }
        guard parts.map(\.name) == form.parts else {
            throw ReportingError("\(place) must hold the parts \(form.parts.map { "[\($0)]" }.joined(separator: " ")), in this order")
        }
        for (name, need) in form.needs.sorted(by: { $0.key < $1.key }) {
            guard let part = part(name) else { continue }
            let missing = need.facts.subtracting(part.lines.reduce(into: []) { $0.formUnion($1.said) })
            guard missing.isEmpty else { throw ReportingError("\(place): [\(name)] must say \(missing.sorted().map { "{{\($0)}}" }.joined(separator: ", "))") }
            guard need.words.isEmpty || need.words.contains(where: { part.lines.first?.text.contains($0) ?? false }) else {
                throw ReportingError("\(place): the first line of [\(name)] must hold the word \(need.words.joined(separator: " or "))")
            }
        }
    }

    func sentences(_ part: String, _ facts: Facts) -> [Sentence] { (self.part(part)?.lines ?? []).compactMap { $0.sentence(facts, part: part) } }
}
