package import Worklist

/// The study whose page is open, with what was looked up of it.
package struct OpenedStudy: Sendable {
    /// As the list last had it.
    package internal(set) var item: WorklistItem
    /// It has left the list; what was last known of it stays.
    package internal(set) var hasLeft = false
    package internal(set) var file: StudyFile?
    /// Why more could not be looked up.
    package internal(set) var trouble: String?
    /// The film takes the whole page.
    package internal(set) var showsFilm = false
    package internal(set) var showsHeat = true
    /// Which of `images`, and which finding's heat map.
    package internal(set) var image = 0
    package internal(set) var finding: String?
    package internal(set) var films: [FilmRequest: Result<Film, BoardError>] = [:]
    /// The film that is being looked up.
    package internal(set) var awaited: FilmRequest?

    init(_ item: WorklistItem) { self.item = item }

    /// Those that can be looked at; the one that the category rests on first, then scored ones.
    package var images: [StudyFile.Image] {
        let films = (file?.images ?? []).filter { $0.hasFilm != false }
        let label = item.leadingFinding?.label ?? ""
        func weight(_ image: StudyFile.Image) -> Double { image.isScored == true ? 1 + (image.findings?[label] ?? 0) : 0 }
        return films.enumerated().sorted { (weight($1.element), $0.offset) < (weight($0.element), $1.offset) }.map(\.element)
    }

    package var shownImage: StudyFile.Image? { images.indices.contains(image) ? images[image] : nil }

    /// The findings of the image that is shown, most probable first, the one that the category rests on before all.
    var findings: [(label: String, probability: Double)] {
        let leading = item.leadingFinding?.label
        return (shownImage?.findings ?? [:]).map { (label: $0.key, probability: $0.value) }
            .sorted { ($0.label == leading ? 2 : $0.probability, $1.label) > ($1.label == leading ? 2 : $1.probability, $0.label) }
    }

    /// The film that is to be shown; nil where there is none.
    var request: FilmRequest? {
        guard let image = shownImage else { return nil }
        let label = image.isScored == true ? finding ?? findings.first?.label : nil
        return FilmRequest(study: item.studyInstanceUID, image: image.sopInstanceUID, finding: label)
    }

    var film: Result<Film, BoardError>? { request.flatMap { films[$0] } }
}

extension BoardState {
    mutating func open() {
        guard let selected else { return }
        select(row: cursor)
        opened = OpenedStudy(selected)
        scroll = 0
        mode = .study
        errands.append(.study(selected.studyInstanceUID))
    }

    /// The page follows its study, and looks up anew what has changed of it.
    mutating func followOpened() {
        guard let before = opened, mode == .study else { return }
        let uid = before.item.studyInstanceUID
        let now = list.flatMap { list in list.index(of: uid).map { list.items[$0] } }
        opened?.hasLeft = now == nil
        guard let now else {
            if !before.hasLeft { errands.append(.study(uid)) }
            return
        }
        opened?.item = now
        if before.hasLeft || !before.item.isSame(as: now) { errands.append(.study(uid)) }
    }

    /// Asks for the film of the page where it is to be seen and not there yet; one at a time.
    mutating func askForFilm() {
        guard mode == .study, let study = opened, study.awaited == nil, StudyLayout(for: self).filmColumns > 0 else { return }
        guard let request = study.request, study.films[request] == nil else { return }
        opened?.awaited = request
        errands.append(.film(request))
    }

    package mutating func receive(_ answer: Answer) {
        switch answer {
        case .study(let uid, let outcome):
            guard var study = opened, study.item.studyInstanceUID == uid else { return }
            switch outcome {
            case .success(let file):
                study.file = file
                study.trouble = nil
                study.image = min(study.image, max(0, study.images.count - 1))
            case .failure(let error): study.trouble = error.description
            }
            opened = study
            askForFilm()
        case .film(let request, let outcome):
            guard opened?.item.studyInstanceUID == request.study else { return }
            opened?.films[request] = outcome
            opened?.awaited = nil
            askForFilm()
        case .order(let policy, let outcome): receive(order: policy, outcome)
        case .act(let act, let refusal): receive(act, refusal)
        }
    }
}

extension WorklistItem {
    /// Whether nothing but time has gone by.
    package func isSame(as other: WorklistItem) -> Bool {
        var (left, right) = (self, other)
        for item in [\WorklistItem.waitingSeconds, \WorklistItem.urgency] {
            left[keyPath: item] = 0
            right[keyPath: item] = 0
        }
        left.rank = right.rank
        left.reasons = right.reasons
        return left == right
    }
}
