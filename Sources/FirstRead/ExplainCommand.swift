import ArgumentParser
import Foundation
import ReadingRoom
import Reporting
import Storage
import Worklist

struct Explain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Says why a study is where it is, and where every figure came from.",
        discussion: """
            EXAMPLES:
              firstread explain A1234 --data /var/lib/firstread
              firstread explain 1.2.826.0.1.3680043.10.1 --data /var/lib/firstread --json
            """)

    @Argument(help: "Study Instance UID or accession number; else a patient ID, the present one or one that was merged into it.")
    var study: String

    @OptionGroup var options: ListOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let view = try options.view()
        let explanation: Explanation
        do {
            let found = try view.studies(named: study)
            guard found.count <= 1 else {
                let list = found.map { "  \($0.studyInstanceUID)  received \($0.receivedAt.rfc3339)  \($0.modality)" }
                throw Failure("\(found.count) studies have the number \(study); name one by its Study Instance UID:\n" + list.joined(separator: "\n"))
            }
            guard let uid = found.first?.studyInstanceUID, let known = try view.explanation(of: uid, archiveFolder: DataFolder(path: options.data).archivePath, at: Timestamp(Date())) else {
                throw Failure("no study \(study) in \(options.data); `firstread worklist --data \(options.data) --all` shows what is there")
            }
            explanation = known
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure(error)
        }
        print(json ? try JSONOutput.text(explanation) : ExplanationText.text(explanation))
    }
}

/// An explanation for a person to read.
enum ExplanationText {
    static func text(_ explanation: Explanation) -> String {
        let item = explanation.item
        var lines = [
            "place \(item.rank): \(item.category.rawValue), \(item.state.rawValue)",
            "  study \(item.studyInstanceUID)\(item.accessionNumber.isEmpty ? "" : ", accession number \(item.accessionNumber)")",
            "  \(item.modality) \(item.bodyPart), \(item.images) image\(item.images == 1 ? "" : "s"), received \(item.receivedAt.rfc3339)"
                + (item.dueAt.map { ", due \($0.rfc3339)" } ?? ""),
            "", "why",
        ]
        lines += item.reasons.map { "  - \($0)" }
        lines += ["next: \(item.nextStep)", "", "index \(number(explanation.index))"]
        lines += explanation.terms.map { term in
            "  \(number(term.value))  \(term.name)" + (term.probability.map { " (probability \(number($0)))" } ?? "")
        }
        lines.append("  \(explanation.formula)")
        if !item.findings.isEmpty {
            lines += ["", "findings"]
            lines += item.findings.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.map { "  \(number($0.value))  \($0.key)" }
        }
        lines += draft(explanation.draft)
        if !explanation.narrative.isEmpty { lines += ["", "for the reader"] + sentences(explanation.narrative) }
        if let model = item.model { lines += ["", "model \(model.name) \(model.version), weights \(model.sha256)"] }
        if let engine = explanation.engine { lines.append("engine \(engine)") }
        if !explanation.inputs.isEmpty {
            lines += ["inputs"] + explanation.inputs.sorted { $0.key < $1.key }.map { "  \($0.key) \($0.value)" }
        }
        lines += outcomes(explanation.outcomes) + earlier(explanation.earlierStudies)
        lines += ["", "history"]
        lines += explanation.history.map { line in
            // A report's words stand above, as they came.
            let detail = line.detail.filter { $0.key != "text" }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            return "  \(line.time.rfc3339)  \(line.event) by \(line.actor)\(detail.isEmpty ? "" : "  \(detail)")"
        }
        return lines.joined(separator: "\n")
    }

    private static func outcomes(_ outcomes: [Explanation.Outcome]) -> [String] {
        outcomes.flatMap { outcome in
            let author = outcome.author.isEmpty ? "" : " by \(PersonName.display(outcome.author))"
            let score = outcome.category.map { "beside the score: \($0.rawValue)" } ?? "no score stands beside it"
            return ["", "\(outcome.status) report\(author), from \(outcome.sender), received \(outcome.receivedAt.rfc3339); \(score)"]
                + outcome.text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
        }
    }

    private static func earlier(_ studies: [Explanation.Earlier]) -> [String] {
        guard !studies.isEmpty else { return [] }
        return ["", "earlier studies"]
            + studies.map { study in
                let date = study.studyDate.isEmpty ? "(no date)" : study.studyDate
                let end = study.report != nil || study.state == .reported ? "reported" : study.hasOpenFinding ? "not reported: an open finding" : "not reported"
                return "  \(date)  \(study.studyDescription)  \(study.category.rawValue), \(end)  \(study.studyInstanceUID)"
            }
    }

    private static func draft(_ draft: DraftStanding) -> [String] {
        guard draft.id != nil || !draft.reasons.isEmpty else { return [] }
        var lines = ["", draft.standing ?? "no draft"]
        lines += draft.reasons.map { "  - \($0)" }
        return lines + sentences(draft.sentences)
    }

    private static func sentences(_ sentences: [Sentence]) -> [String] {
        sentences.flatMap { ["  \($0.text)"] + $0.sources.map { "      from \($0)" } }
    }

    private static func number(_ value: Double) -> String { String(format: "%.3f", value) }
}
