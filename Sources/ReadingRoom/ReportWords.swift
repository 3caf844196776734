import Foundation
import Reporting
import Storage

/// The words of reports: the templates of one language, and the terms that orders are read by.
struct ReportWords: Sendable {
    var templates: ReportTemplates
    var terms: OrderTerms

    init(_ settings: ReportingSettings) throws(ReportingError) {
        templates = try ReportTemplates(language: settings.language, folder: settings.templates)
        guard let file = settings.orderTerms else {
            terms = try .shipped()
            return
        }
        guard let data = FileManager.default.contents(atPath: file) else {
            throw ReportingError("the file of order terms \(file) cannot be read; check --order-terms")
        }
        terms = try OrderTerms(json: data, from: file)
    }

    /// The words of the service that works on the data folder; the shipped ones where its files can't be read here.
    init(_ kept: KeptReporting?) throws(ReportingError) {
        let language = kept.flatMap { ReportLanguage(rawValue: $0.language) } ?? .en
        if let kept, let words = try? ReportWords(ReportingSettings(isDrafting: false, language: language, templates: kept.templates, orderTerms: kept.orderTerms)) {
            self = words
        } else {
            self = try ReportWords(ReportingSettings(isDrafting: false, language: language, templates: nil, orderTerms: nil))
        }
    }
}

extension KeptReporting {
    init(_ settings: ReportingSettings, feeds: [FeedAddress]) {
        // As the service sees them: a command may be given from another folder.
        func absolute(_ path: String?) -> String? { path.map { URL(fileURLWithPath: $0).path } }
        self.init(
            feeds: feeds.map(\.description), language: settings.language.rawValue, templates: absolute(settings.templates),
            orderTerms: absolute(settings.orderTerms))
    }
}
