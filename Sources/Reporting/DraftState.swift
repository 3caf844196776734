/// Where a draft report stands.
package enum DraftState: String, Sendable, Hashable, Codable, CaseIterable {
    case drafted
    case signed
    case rejected
    case superseded
}

/// Why a draft no longer holds.
package struct DraftCause: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case lateImages = "late-images"
        case changedScore = "changed-score"
        case changedOrder = "changed-order"
        case patientChanged = "patient-changed"
        case finalReport = "final-report"
        case conflict
        case earlierStudy = "earlier-study"
        case changedSettings = "changed-settings"
    }

    package var kind: Kind
    /// The sentence of the decision that found it, where there is one.
    package var detail: String?

    package init(_ kind: Kind, _ detail: String? = nil) {
        self.kind = kind
        self.detail = detail
    }

    func sentence(_ language: ReportLanguage) -> String {
        switch (language, kind) {
        case (.en, .lateImages): "Images came after it was written."
        case (.en, .changedScore): "The study was scored anew, with other figures."
        case (.en, .changedOrder): "The order was changed."
        case (.en, .patientChanged): "The patient's data were changed, or the patient was merged with another."
        case (.en, .finalReport): "A final report came from elsewhere."
        case (.en, .conflict): "What is known of the study contradicts itself."
        case (.en, .earlierStudy): "Something about an earlier study came to be known."
        case (.en, .changedSettings): "The grounds for drafts were changed."
        case (.de, .lateImages): "Nach dem Schreiben kamen weitere Bilder."
        case (.de, .changedScore): "Die Studie wurde neu bewertet, mit anderen Werten."
        case (.de, .changedOrder): "Die Anforderung wurde geändert."
        case (.de, .patientChanged): "Die Daten der Person wurden geändert oder mit denen einer anderen zusammengeführt."
        case (.de, .finalReport): "Von anderswo kam ein endgültiger Befund."
        case (.de, .conflict): "Was über die Studie bekannt ist, widerspricht sich."
        case (.de, .earlierStudy): "Über eine Voruntersuchung wurde etwas bekannt."
        case (.de, .changedSettings): "Die Bedingungen für Entwürfe wurden geändert."
        }
    }
}
