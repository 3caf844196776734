import Foundation
import Worklist

extension StudyPage {
    func order(_ file: StudyFile, _ page: inout PageText) {
        let entries = (file.order ?? [:]).filter { !$0.value.text.isEmpty }.sorted { $0.key < $1.key }
        guard !entries.isEmpty else { return }
        page.heading("order")
        for (key, value) in entries { page.field(key.replacingOccurrences(of: "_", with: " "), value.text) }
    }

    func earlier(_ file: StudyFile, _ page: inout PageText) {
        let sentences = (file.earlierStudies ?? []).map { study in
            let date = study.studyDate.isEmpty ? "(no date)" : study.studyDate
            let end = study.report.map { "report: \($0)" } ?? (study.hasOpenFinding ? "not reported: an open finding" : "no report here")
            return "\(date) \(study.studyDescription) \(study.category.rawValue); \(end)"
        }
        page.section("earlier studies", sentences)
    }

    func reports(_ file: StudyFile, _ page: inout PageText) {
        for report in file.outcomes ?? [] {
            page.heading("\(report.status) report\(report.author.isEmpty ? "" : " by \(PersonName.display(report.author))"), \(screen.dayAndTime(report.receivedAt))")
            page.text(report.text)
        }
    }

    func images(_ study: OpenedStudy, _ page: inout PageText) {
        let sentences = (study.file?.images ?? []).enumerated().map { index, image in
            let size = image.rows.flatMap { rows in image.columns.map { "\($0)×\(rows)" } } ?? ""
            let score = image.isScored == true ? "scored" : image.unscoredReason ?? "not scored"
            return [image.viewPosition ?? "", size, score].filter { !$0.isEmpty }.joined(separator: ", ")
        }
        page.section("images", sentences)
    }

    func model(_ study: OpenedStudy, _ page: inout PageText) {
        if let model = study.item.model {
            page.heading("model")
            page.field("name, version", "\(model.name) \(model.version)")
            page.field("engine", study.file?.engine ?? "")
            page.field("weights SHA-256", model.sha256)
        }
        page.add(StyledLine())
        page.field("study UID", study.item.studyInstanceUID, .faint)
    }

    func history(_ lines: [StudyFile.Line], _ page: inout PageText) {
        guard !lines.isEmpty else { return }
        page.heading("history")
        for line in lines {
            // A report's words stand above, as they came; checksums are for `explain`.
            let detail = (line.detail ?? [:]).filter { $0.key != "text" && !$0.key.hasSuffix("sha256") }.sorted { $0.key < $1.key }
                .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
            page.field(screen.dayAndTime(line.time).split(separator: " ").last.map(String.init) ?? "", "\(line.event) by \(line.actor)\(detail.isEmpty ? "" : ": \(detail)")")
        }
    }
}
