package import Foundation

/// What orders ask about, in words: concepts with the labels that answer them, words that ask, words that deny, and ordinary words.
///
/// Read from a JSON file (`--order-terms`); the shipped one is `order-terms.json` beside this file. `docs/reports.md` describes it.
package struct OrderTerms: Sendable {
    struct Concept: Sendable {
        var name: String
        /// Labels of a model any of which answers it; none: no model does.
        var labels: [String]
        var terms: [Term]
    }

    var concepts: [Concept]
    var asks: [Term]
    var negations: [Term]
    /// Words that begin like a negation and deny nothing: "no change of the nodule".
    var notNegations: [Term]
    var breaks: [Term]
    /// Words that ask about nothing.
    var ordinary: [Term]

    package static func shipped() throws(ReportingError) -> OrderTerms {
        try OrderTerms(json: Data(PackageResources.order_terms_json), from: "the shipped order terms")
    }

    /// Reads a file of terms; `place` names it in errors.
    package init(json: Data, from place: String) throws(ReportingError) {
        let file: File
        do {
            file = try JSONDecoder().decode(File.self, from: json)
        } catch {
            throw ReportingError("\(place) is no file of order terms: \(error). Compare it with Sources/Reporting/order-terms.json.")
        }
        func terms(_ texts: [String], _ key: String) throws(ReportingError) -> [Term] {
            var terms: [Term] = []
            for text in texts {
                guard let term = Term(text) else { throw ReportingError("\(place), key \(key): \"\(text)\" holds no word") }
                terms.append(term)
            }
            return terms
        }
        concepts = []
        for concept in file.concepts {
            guard !concept.terms.isEmpty else { throw ReportingError("\(place): the concept \"\(concept.concept)\" has no terms") }
            concepts.append(Concept(name: concept.concept, labels: concept.labels, terms: try terms(concept.terms, concept.concept)))
        }
        guard !concepts.isEmpty else { throw ReportingError("\(place): there is no concept in it") }
        asks = try terms(file.asks, "asks")
        negations = try terms(file.negations, "negations")
        notNegations = try terms(file.notNegations, "not_negations")
        breaks = try terms(file.breaks, "breaks")
        ordinary = try terms(file.ordinary, "ordinary")
    }

    private struct File: Decodable {
        struct Concept: Decodable {
            var concept: String
            var labels: [String]
            var terms: [String]
        }

        var concepts: [Concept]
        var asks: [String]
        var negations: [String]
        var notNegations: [String]
        var breaks: [String]
        var ordinary: [String]

        enum CodingKeys: String, CodingKey {
            case concepts, asks, negations, breaks, ordinary
            case notNegations = "not_negations"
        }
    }
}
