import DICOM
import Logging
import Reporting
import Storage
import Worklist

/// Follows the event log and puts each report, as it now stands, into the outbox as a DICOM object.
///
/// Who drafted, signed or rejected does not matter, nor whether it was done beside the service. The object and the place in the log
/// are written in one transaction: after a crash nothing is missing and nothing is made twice.
struct ReportStage: Sendable {
    let results: ResultDesk
    let store: WorklistStore
    let clock: WallClock
    let outboxes: [Doorbell]
    let log: Logger

    private static let page = 500
    private static let pauseSeconds = 0.5
    private static let followed: Set<Event.Kind> = [.drafted, .signed, .corrected, .rejected, .superseded]

    func run() async {
        while !Task.isCancelled {
            do {
                if try await onBlockingThread(follow) { continue }
            } catch {
                log.error("the event log cannot be followed for reports; trying again", metadata: ["error.description": "\(error)"])
            }
            try? await Task.sleep(for: .seconds(Self.pauseSeconds))
        }
    }

    /// - Returns: whether there may be more.
    @Sendable private func follow() throws -> Bool {
        // Without a store there is nobody to tell, and one that is named later is not told of what is over.
        guard !results.isIdle, let position = try store.resultCursor() else {
            try store.moveResultCursor(to: store.lastEvent())
            return false
        }
        let lines = try store.log(after: position, first: Self.page)
        guard let last = lines.last else { return false }
        // Of several changes on one page the last one counts: what stood in between is over.
        var told: Set<UID> = []
        for line in lines where line.kind.map(Self.followed.contains) ?? false && told.insert(line.study).inserted {
            let now = clock()
            guard let study = try store.study(line.study), let kept = try store.drafts(of: line.study).last else { continue }
            let messages = results.messages(about: study, reporting: TextReport(try Draft(kept), of: study), at: now)
            try store.enqueueResults(messages, about: line.study, cursor: line.seq, at: now)
            for outbox in outboxes { outbox.ring() }
        }
        try store.moveResultCursor(to: last.seq)
        return lines.count == Self.page
    }
}

extension TextReport {
    init(_ draft: Draft, of study: Study) {
        let language: DICOM.ReportLanguage = draft.language == .de ? .german : .english
        let title = study.studyDescription.isEmpty ? study.modality : study.studyDescription
        switch draft.state {
        case .drafted:
            let notice = draft.sentences.filter { $0.part == "draft" }.map(\.text).joined(separator: "\n")
            self.init(title: title, sections: [Section("Status", notice)] + Self.sections(draft.body), state: .draft, language: language)
        case .signed:
            let signature = draft.versions.last
            self.init(
                title: title, sections: Self.sections(draft.body),
                state: .signed(by: signature?.by ?? "", organization: "", at: signature?.at ?? Timestamp(microseconds: 0)), language: language)
        case .rejected, .superseded:
            self.init(title: title, sections: [Section("Status", draft.withdrawal)], state: .withdrawn, language: language)
        }
    }

    /// Paragraphs whose first line is a heading become sections; other text stands below "Findings".
    private static func sections(_ body: String) -> [Section] {
        body.split(separator: "\n\n").map { paragraph in
            let lines = paragraph.split(separator: "\n", maxSplits: 1)
            guard lines.count == 2, lines[0].count <= longestHeading, !lines[0].hasSuffix(".") else { return Section("Findings", String(paragraph)) }
            return Section(String(lines[0]), String(lines[1]))
        }
    }

    private static let longestHeading = 40
}

extension Draft {
    fileprivate var body: String { versions.last?.body ?? "" }
}
