package import Reporting
import Storage
import Worklist

/// How a study stands with its draft: for `explain`.
package struct DraftStanding: Encodable, Sendable {
    /// nil: there never was a draft.
    package var id: String?
    package var state: DraftState?
    /// What became of it, by whom and when, in a sentence.
    package var standing: String?
    /// Each with what it rests on.
    package var sentences: [Sentence] = []
    package var sensitivity: DraftingModel.Sensitivity?
    /// The text that holds now, and every version of it: by whom, when.
    package var text: String?
    package var versions: [Draft.Version] = []
    /// Why there is no draft now; empty where there is one, and where nothing has been decided yet.
    package var reasons: [String] = []

    enum CodingKeys: String, CodingKey { case id, state, standing, sentences, sensitivity, text, versions, reasons }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(state, forKey: .state)
        try container.encode(standing, forKey: .standing)
        try container.encode(sentences, forKey: .sentences)
        try container.encode(sensitivity, forKey: .sensitivity)
        try container.encode(text, forKey: .text)
        try container.encode(versions, forKey: .versions)
        try container.encode(reasons, forKey: .reasons)
    }
}

extension WorklistView {
    func draftStanding(of study: Study, _ events: [Event]) throws(StorageError) -> DraftStanding {
        var standing = DraftStanding()
        if let kept = try store.drafts(of: study.studyInstanceUID).last {
            let draft = try Draft(kept)
            standing.id = draft.id
            standing.state = draft.state
            standing.standing = draft.standing
            standing.sentences = draft.sentences
            standing.sensitivity = draft.sensitivity
            standing.text = draft.text
            standing.versions = draft.versions
        }
        if study.draftReport == nil, let told = events.last(where: { $0.kind == .drafted || $0.kind == .notDrafted }), told.kind == .notDrafted {
            standing.reasons = told.detail.sorted { $0.key < $1.key }.map(\.value)
        }
        return standing
    }

    /// Of a study that was scored and neither drafted nor taken for normal.
    func narrative(of study: Study, scored: Event.Detail) throws(StorageError) -> [Sentence] {
        guard study.draftReport == nil, !study.findings.isEmpty, study.category != .likelyNormal else { return [] }
        do {
            let words = try ReportWords(store.keptReporting())
            let locations = scored.compactMap { key, value in
                key.hasPrefix("location ") ? Location(logged: value).map { (String(key.dropFirst("location ".count)), $0) } : nil
            }
            return Narrative.sentences(
                try Circumstances(of: study, in: store, under: policy, terms: words.terms), under: policy,
                locations: Dictionary(locations) { first, _ in first }, words.templates)
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError(.failed, "\(error)")
        }
    }
}
