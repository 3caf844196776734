package import Worklist

/// A deed that can't be done to a draft: why, and who did what when.
package struct DraftRefusal: Error, CustomStringConvertible, Hashable {
    package var description: String

    package init(_ description: String) { self.description = description }
}

// The states: drafted → signed, rejected or superseded. A signed report is corrected by a new version; nothing else moves.
extension Draft {
    /// A named person takes the report over as it is, or with another text; both texts are kept.
    package mutating func sign(by name: String, text edited: String? = nil, at now: Timestamp) throws(DraftRefusal) {
        try requireDrafted("be signed")
        let name = try Self.required(name, "the name of the person who signs")
        let body = try edited.map { text throws(DraftRefusal) in try self.body(edited: text) } ?? versions[0].body
        append(by: name, body, corrects: nil, at: now)
        state = .signed
    }

    /// A named person replaces a signed text; the earlier ones are kept.
    package mutating func correct(by name: String, text: String, at now: Timestamp) throws(DraftRefusal) {
        guard state == .signed, let last = versions.last else { throw DraftRefusal("\(standing); only a signed report can be corrected") }
        let name = try Self.required(name, "the name of the person who corrects")
        let body = try body(edited: text)
        append(by: name, body, corrects: "\(last.by), \(language.moment(last.at))", at: now)
    }

    package mutating func reject(by name: String, reason: String, at now: Timestamp) throws(DraftRefusal) {
        try requireDrafted("be rejected")
        let name = try Self.required(name, "the name of the person who rejects")
        let reason = try Self.required(reason, "a reason")
        state = .rejected
        let words = language == .de ? "Verworfen von \(name): \(reason)" : "Rejected by \(name): \(reason)"
        ending = Ending(at: now, by: name, reason: words, cause: nil)
    }

    /// What it rests on has changed.
    package mutating func supersede(_ cause: DraftCause, at now: Timestamp) throws(DraftRefusal) {
        try requireDrafted("be superseded")
        state = .superseded
        ending = Ending(at: now, by: nil, reason: cause.sentence(language), cause: cause)
    }

    /// What became of it, by whom and when.
    package var standing: String {
        switch state {
        case .drafted: return "draft \(id) is open"
        case .signed:
            let last = versions[versions.count - 1]
            return "draft \(id) was \(versions.count > 2 ? "corrected" : "signed") by \(last.by) at \(last.at.rfc3339)"
        case .rejected, .superseded:
            return "draft \(id) was \(state.rawValue)\(ending.map { "\($0.by.map { " by \($0)" } ?? "") at \($0.at.rfc3339): \($0.reason)" } ?? "")"
        }
    }

    private func requireDrafted(_ deed: String) throws(DraftRefusal) {
        guard state != .drafted else { return }
        let remedy = state == .signed ? "; a correction is `firstread report correct \(id)`" : ""
        throw DraftRefusal("\(standing); it cannot \(deed)\(remedy)")
    }

    private static func required(_ text: String, _ what: String) throws(DraftRefusal) -> String {
        let line = PlainText.line(text)
        guard line.contains(where: { $0.isLetter || $0.isNumber }) else { throw DraftRefusal("\(what) is missing") }
        return line
    }

    /// The person's text without the lines that say it is a draft.
    private func body(edited text: String) throws(DraftRefusal) -> String {
        let lines = PlainText.report(text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let kept = lines.filter { !head.contains($0) }
        let body = PlainText.report(kept.joined(separator: "\n"))
        guard body.contains(where: { $0.isLetter || $0.isNumber }) else { throw DraftRefusal("the text is empty; a report that should not go out is rejected") }
        guard text.count <= PlainText.longestReport else { throw DraftRefusal("the text has more than \(PlainText.longestReport) characters") }
        return body
    }

    private mutating func append(by name: String, _ body: String, corrects: String?, at now: Timestamp) {
        let source = Source(.person, name)
        let head = render(signedLines, "signed", ["signer": Fact(name, source), "signed_at": Fact(language.moment(now), source), "corrects": Fact(corrects, source)])
        versions.append(Version(number: versions.count + 1, at: now, by: name, text: (head + ["", body]).joined(separator: "\n"), body: body))
    }
}
