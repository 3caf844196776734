import Worklist

extension BoardState {
    mutating func pressInStudy(_ key: BoardKey) {
        guard let study = opened else { return mode = .list }
        switch key {
        case "v": opened?.showsFilm.toggle()
        case .escape, "q", .enter:
            // From the film alone back to the page, where the page has no room for it.
            if study.showsFilm, key != .enter { opened?.showsFilm = false } else { leaveStudy() }
        case "?":
            leaveStudy()
            mode = .help
            scroll = 0
        case "h": opened?.showsHeat.toggle()
        case "i":
            guard study.images.count > 1 else { return message = Message(sentence: "there is no other image to look at") }
            opened?.image = (study.image + 1) % study.images.count
            opened?.finding = nil
        case "d": showNextFinding(of: study)
        case "s", "x": askAboutDraft(of: study, key == "s" ? .sign : .reject)
        case .up, .down, .pageUp, .pageDown, .home, .end, "k", "j", "g", "G", " ": scrollPage(key)
        default: press(key, on: study.item)
        }
    }

    private mutating func leaveStudy() {
        opened = nil
        mode = .list
    }

    private mutating func showNextFinding(of study: OpenedStudy) {
        let labels = study.findings.map(\.label)
        guard labels.count > 1, let now = study.request?.finding, let index = labels.firstIndex(of: now) else {
            return message = Message(sentence: "there is no other finding with a heat map")
        }
        opened?.finding = labels[(index + 1) % labels.count]
        opened?.showsHeat = true
    }

    /// Brings the draft onto the screen, and asks.
    private mutating func askAboutDraft(of study: OpenedStudy, _ kind: Act.Kind) {
        guard let draft = study.file?.draft, let id = draft.id, draft.isOpen else {
            let why = study.file?.draft?.standing ?? study.file?.draft?.reasons?.first ?? "none was made"
            return message = Message(sentence: study.file == nil ? "still looking it up" : "there is no draft to \(kind.rawValue): \(why)")
        }
        opened?.showsFilm = false
        let rows = BoardLayout(for: self).pageRows
        if let line = StudyPage.draftLine(of: self) { scroll = max(0, min(line, pageLines - rows)) }
        ask(kind, id, "\(kind.rawValue) \(id) of \(PersonName.display(study.item.patientName))")
    }
}
