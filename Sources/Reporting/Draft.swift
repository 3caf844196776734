package import Worklist

/// A draft report: its sentences with what they rest on, its texts, and where it stands.
///
///     var draft = Draft(id: "R12", circumstances, grounds, templates, at: now)
///     try draft.sign(by: "Dr. Adler", text: nil, at: later)
package struct Draft: Sendable, Hashable, Codable {
    /// A text of the report: the first is the program's, the others are what persons signed.
    package struct Version: Sendable, Hashable, Codable {
        /// From 1.
        package var number: Int
        package var at: Timestamp
        package var by: String
        /// Whole, with the lines that say who wrote or signed it.
        package var text: String
        /// Without them.
        package var body: String
    }

    /// How it ended without a signature.
    package struct Ending: Sendable, Hashable, Codable {
        package var at: Timestamp
        /// The person who rejected it; nil where it was superseded.
        package var by: String?
        package var reason: String
        package var cause: DraftCause?
    }

    package let id: String
    package let studyInstanceUID: UID
    package let language: ReportLanguage
    package let model: ModelReference
    package let basis: DraftBasis
    package let sentences: [Sentence]
    package let sensitivity: DraftingModel.Sensitivity
    package internal(set) var state: DraftState = .drafted
    package internal(set) var versions: [Version]
    package internal(set) var ending: Ending?

    /// What the draft's own first lines say, and the words for later: they may be needed where the templates are not.
    let head: [String]
    let signedLines: [String]
    let withdrawnLines: [String]
    let facts: Facts

    package init(id: String, _ circumstances: Circumstances, _ grounds: DraftingDecision.Grounds, _ templates: ReportTemplates, at now: Timestamp) {
        let template = templates.normal
        let facts = NormalReport.facts(circumstances, grounds, templates.language)
        self.id = id
        studyInstanceUID = circumstances.study.studyInstanceUID
        language = templates.language
        model = grounds.model.reference
        basis = DraftBasis(circumstances)
        sensitivity = grounds.sensitivity
        self.facts = facts
        sentences = (["draft"] + NormalReport.sections).flatMap { template.sentences($0, facts) }
        head = sentences.filter { $0.part == "draft" }.map(\.text)
        var body: [String] = []
        for section in NormalReport.sections {
            let lines = sentences.filter { $0.part == section }.map(\.text)
            guard let part = template.part(section), !lines.isEmpty else { continue }
            body.append(([part.heading.isEmpty ? section : part.heading] + lines).joined(separator: "\n"))
        }
        let text = body.joined(separator: "\n\n")
        signedLines = template.part("signed")?.lines.map(\.text) ?? []
        withdrawnLines = template.part("withdrawn")?.lines.map(\.text) ?? []
        versions = [Version(number: 1, at: now, by: "\(model.name) \(model.version)", text: (head + ["", text]).joined(separator: "\n"), body: text)]
    }

    /// The text that holds now.
    package var text: String { versions.last?.text ?? "" }

    /// What the receivers are told once it is withdrawn.
    package var withdrawal: String {
        guard let ending else { return "" }
        let source = Source(.person, ending.by ?? "FirstRead")
        return render(withdrawnLines, "withdrawn", ["withdrawn_at": Fact(language.moment(ending.at), source), "cause": Fact(ending.reason, source)])
            .joined(separator: "\n")
    }

    func render(_ lines: [String], _ part: String, _ further: Facts) -> [String] {
        let facts = facts.merging(further) { $1 }
        // They were checked when the template was read.
        return lines.compactMap { try? TemplateLine($0, known: Set(facts.keys)) }.compactMap { $0.sentence(facts, part: part)?.text }
    }
}
