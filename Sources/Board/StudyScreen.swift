import Worklist

/// How a study's page is shared between its text and its film.
struct StudyLayout: Hashable {
    /// 0 where the film has the whole page.
    var textColumns: Int
    /// 0 where there is no film, or no room for one.
    var filmColumns: Int
    var filmRows: Int

    static let captionRows = 2
    private static let gap = 2
    private static let leastText = 64
    private static let leastFilm = 40

    init(for state: BoardState) {
        let width = state.size.columns
        let rows = BoardLayout(for: state).pageRows - Self.captionRows
        let hasFilm = state.opened.map { $0.file == nil || !$0.images.isEmpty } ?? false
        filmRows = max(0, rows)
        if state.opened?.showsFilm == true {
            (textColumns, filmColumns) = (width, width)
        } else if hasFilm, width >= Self.leastText + Self.gap + Self.leastFilm, rows >= 16 {
            filmColumns = min(width - Self.leastText - Self.gap, rows * 2)
            textColumns = width - Self.gap - filmColumns
        } else {
            (textColumns, filmColumns) = (width, 0)
        }
    }
}

/// A study's text, and its film beside it or instead of it.
struct StudyScreen {
    var screen: BoardScreen

    func lines(of state: BoardState, at now: Timestamp) -> [StyledLine] {
        let layout = StudyLayout(for: state)
        let rows = BoardLayout(for: state).pageRows
        guard let study = state.opened, study.showsFilm || layout.filmColumns > 0 else { return text(state, at: now, rows: rows, width: state.size.columns) }
        let film = self.film(of: study, layout, rows: rows)
        guard !study.showsFilm else { return film }
        return zip(text(state, at: now, rows: rows, width: layout.textColumns), film).map { text, film in
            var line = text
            // Never blank up to the film: ncurses would clear such a line from its beginning, and write the film's first cell anew.
            line.add("│ ", .faint)
            line.add(film)
            return line.fitted(to: state.size.columns)
        }
    }

    private func text(_ state: BoardState, at now: Timestamp, rows: Int, width: Int) -> [StyledLine] {
        screen.filled(Array(StudyPage(screen: screen).lines(of: state, at: now).dropFirst(state.scroll)), rows: rows, width: width)
    }

    private func film(of study: OpenedStudy, _ layout: StudyLayout, rows: Int) -> [StyledLine] {
        let width = layout.filmColumns
        func sentence(_ text: String, _ ink: Ink = .faint) -> [StyledLine] {
            screen.filled([StyledLine()] + StyledLine.wrapped(text, to: max(4, width - 2)).map { StyledLine(" \($0)", ink) }, rows: rows, width: width)
        }
        guard let image = study.shownImage else {
            return sentence(study.file == nil ? study.trouble ?? "looking up the film …" : "this study has no film that can be shown")
        }
        switch study.film {
        case nil: return sentence("fetching the film …")
        case .failure(let error): return sentence("no film: \(error)", .plain)
        case .success(let film):
            let drawn = FilmDrawing(film, showsHeat: study.showsHeat).lines(columns: width, rows: layout.filmRows, depth: screen.depth)
            let centred = drawn.map { line in
                var centred = StyledLine(String(repeating: " ", count: (width - line.columns) / 2))
                centred.add(line)
                return centred
            }
            return screen.filled(centred + caption(study, image, film), rows: rows, width: width)
        }
    }

    private func caption(_ study: OpenedStudy, _ image: StudyFile.Image, _ film: Film) -> [StyledLine] {
        var first = StyledLine(" ")
        if study.images.count > 1 { first.add("image \(study.image + 1) of \(study.images.count) (i)  ", .faint) }
        if let view = image.viewPosition, !view.isEmpty { first.add("\(view)  ") }
        if image.isScored != true { first.add(image.unscoredReason ?? "not scored", .unscored) }
        var second = StyledLine(" ")
        if let label = study.request?.finding {
            let probability = image.findings?[label].map { " \(Reasons.figure($0))" } ?? ""
            if film.heat == nil {
                second.add(film.whyNoHeat ?? "no heat map")
            } else if study.showsHeat {
                second.add("heat map ", .faint)
                second.add("\(label)\(probability)", .strong)
                second.add("  h off  d next finding", .faint)
            } else {
                second.add("the film alone  h heat map", .faint)
            }
        }
        return [first, second]
    }
}
