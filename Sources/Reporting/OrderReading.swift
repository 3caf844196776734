/// What an order's text asks about, as far as the terms can tell.
///
///     let reading = OrderReading(of: "r/o pneumothorax, no fever", terms)
///     reading.asked.map(\.concept)      // ["pneumothorax"]
///
/// Everything that is mentioned is asked about, unless its own clause denies it and asks nothing ("no history of fracture").
/// What the terms do not know is a doubt; a draft is made only without doubts.
package struct OrderReading: Sendable, Hashable {
    package struct Question: Sendable, Hashable {
        package var concept: String
        /// Labels any of which answers it.
        package var labels: [String]
    }

    package var asked: [Question]
    /// Words that the terms don't know.
    package var unknownWords: [String]
    /// A clause asks, and names nothing that the terms know: "Abklärung?".
    package var asksAboutNothingKnown: Bool

    /// So many words after a negation are denied by it.
    private static let reach = 6

    package init(of text: String, _ terms: OrderTerms) {
        asked = []
        unknownWords = []
        asksAboutNothingKnown = false
        for clause in ClinicalText(text).clauses.flatMap({ Self.split($0, at: terms.breaks) }) { read(clause, terms) }
    }

    private mutating func read(_ clause: [String], _ terms: OrderTerms) {
        let asks = terms.asks.matches(in: clause)
        let denied = asks.isEmpty ? Self.denied(clause, terms) : []
        var covered = Set(asks.flatMap(\.self)).union(terms.negations.matches(in: clause).flatMap(\.self)).union(terms.ordinary.matches(in: clause).flatMap(\.self))
        var mentions = false
        for concept in terms.concepts {
            let places = concept.terms.matches(in: clause)
            guard !places.isEmpty else { continue }
            mentions = true
            covered.formUnion(places.flatMap(\.self))
            guard !places.allSatisfy({ $0.allSatisfy(denied.contains) }) else { continue }
            let question = Question(concept: concept.name, labels: concept.labels)
            if !asked.contains(question) { asked.append(question) }
        }
        if !asks.isEmpty, !mentions { asksAboutNothingKnown = true }
        for (place, word) in clause.enumerated() where !covered.contains(place) && !Self.isFigure(word) && !unknownWords.contains(word) {
            unknownWords.append(word)
        }
    }

    /// The places that a negation of the clause denies.
    private static func denied(_ clause: [String], _ terms: OrderTerms) -> Set<Int> {
        let pseudo = Set(terms.notNegations.matches(in: clause).flatMap(\.self))
        var denied: Set<Int> = []
        for negation in terms.negations.matches(in: clause) where !negation.contains(where: pseudo.contains) {
            // "Bed no 3": a number is no denial.
            if negation.upperBound < clause.count, clause[negation.upperBound].allSatisfy(\.isNumber) { continue }
            denied.formUnion(negation.upperBound..<min(clause.count, negation.upperBound + reach))
        }
        return denied
    }

    private static func split(_ clause: [String], at breaks: [Term]) -> [[String]] {
        let places = Set(breaks.matches(in: clause).flatMap(\.self))
        return clause.indices.split(whereSeparator: places.contains).map { Array(clause[$0.first!...$0.last!]) }
    }

    /// Numbers, with a unit or an x at most: 3, 38c, x2, 5d.
    private static func isFigure(_ word: String) -> Bool {
        var rest = Substring(word)
        if rest.first == "x" { rest = rest.dropFirst() }
        guard let first = rest.first, first.isASCII, first.isNumber else { return false }
        return rest.drop { $0.isASCII && $0.isNumber }.count <= 3
    }
}
