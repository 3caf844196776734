import Worklist

/// Questions before something is done, one after the other in the last line.
package struct Prompt: Hashable, Sendable {
    enum Question: Hashable, Sendable {
        case reason
        case name
        /// Nothing but Enter or Esc.
        case assent
    }

    /// What will be done; reason and name are filled in as they are answered.
    var act: Act
    /// In words: "pin Doe Jane".
    var subject: String
    /// The first one is being asked.
    var questions: [Question]
    var text: String

    /// "pin Doe Jane, because: ".
    var words: String {
        switch questions.first {
        case .reason: "\(subject), because: "
        case .name: "\(subject), your name: "
        case .assent, nil: "\(subject)?"
        }
    }
}

extension BoardState {
    /// Asks what is needed before it is done: a reason, and a name where nobody has signed in. A signature is always asked for.
    mutating func ask(_ kind: Act.Kind, _ target: String, _ subject: String) {
        if let refusal = person?.refusal(of: kind) { return message = Message(sentence: refusal, isTrouble: true) }
        if let trouble { return message = Message(sentence: "not now, the list is not live: \(trouble.sentence)", isTrouble: true) }
        var questions: [Prompt.Question] = kind.needsReason ? [.reason] : []
        if person == nil { questions.append(.name) }
        if questions.isEmpty, kind == .sign { questions = [.assent] }
        let act = Act(kind, target)
        guard let first = questions.first else { return perform(act, subject) }
        prompt = Prompt(act: act, subject: subject, questions: questions, text: first == .name ? name : "")
    }

    mutating func answer(_ key: BoardKey) {
        guard var prompt else { return }
        switch key {
        case .escape:
            self.prompt = nil
            return message = Message(sentence: "not done: \(prompt.subject)")
        case .enter: return proceed(prompt)
        case .backspace: _ = prompt.text.popLast()
        case .character("\u{15}"): prompt.text = ""
        case .character(let character) where prompt.questions.first != .assent && Self.isTyped(character): prompt.text.append(character)
        default: break
        }
        self.prompt = prompt
    }

    private mutating func proceed(_ asked: Prompt) {
        var prompt = asked
        let text = prompt.text.trimmed
        let question = prompt.questions.removeFirst()
        if question != .assent, text.isEmpty {
            return message = Message(sentence: "\(prompt.subject) needs a \(question == .name ? "name" : "reason"); Esc leaves it", isTrouble: true)
        }
        switch question {
        case .reason: prompt.act.reason = text
        case .name:
            prompt.act.by = text
            name = text
        case .assent: break
        }
        prompt.text = prompt.questions.first == .name ? name : ""
        guard prompt.questions.isEmpty else { return self.prompt = prompt }
        self.prompt = nil
        perform(prompt.act, prompt.subject)
    }

    private mutating func perform(_ act: Act, _ subject: String) {
        errands.append(.act(act))
        message = Message(sentence: "\(subject) …")
    }

    mutating func receive(_ act: Act, _ refusal: BoardError?) {
        if let refusal {
            message = Message(sentence: "not done: \(refusal)", isTrouble: true)
        } else {
            message = Message(sentence: act.done(by: act.by ?? person?.name ?? ""))
        }
        if mode == .study, let opened { errands.append(.study(opened.item.studyInstanceUID)) }
    }

    /// What may stand in a text that is typed: no key that a terminal would obey.
    static func isTyped(_ character: Character) -> Bool {
        DisplayWidth.printable(String(character)) == String(character) || character.unicodeScalars.allSatisfy(\.properties.isGraphemeExtend)
    }
}

extension Act {
    /// "done: pinned by Dr. Lead".
    fileprivate func done(by name: String) -> String {
        switch kind {
        case .claim: "done: \(name) reads it now"
        case .release: "done: given back by \(name)"
        case .pin: "done: put first by \(name)"
        case .unpin: "done: given back to the policy by \(name)"
        case .sign: "done: \(target) signed by \(name); the study is reported"
        case .reject: "done: \(target) rejected by \(name)"
        case .acknowledge: "done: acknowledged by \(name)"
        }
    }
}

extension String {
    fileprivate var trimmed: String { String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed()) }
}
