/// What the keys do, and what the marks mean.
enum HelpPage {
    private static let keys: [(title: String, keys: [(key: String, meaning: String)])] = [
        ("the list", [
            ("↑ ↓  k j", "move"), ("PgUp PgDn", "a page up, down"), ("Home  g", "first place, and stay on it whichever study has it"), ("End  G", "last place"),
            ("/  n  N", "search name, patient ID, accession number; next hit; hit before"), ("c", "one category after the other, then all"),
            ("f", "one modality after the other, then all"), ("l", "choose a location"), ("o", "the list as another policy would order it, what moves marked"),
            ("Esc", "away with filters and comparison"), ("a", "alarms; Enter there acknowledges"),
        ]),
        ("a study, in the list and on its page", [
            ("Enter", "open it: reasons term by term, order, draft, earlier studies, history, film"), ("r  R", "read it: claim it; give it back"),
            ("p  P", "put it first, with a reason; give it back to the policy"),
        ]),
        ("a study's page", [
            ("s  x", "sign, reject its draft"), ("v", "the film alone, and back"), ("h", "heat map on, off"), ("d  i", "next finding's heat map; next image"),
            ("Esc  q", "back"),
        ]),
        ("the board", [("?", "this page"), ("Ctrl-L", "paint everything again"), ("Ctrl-Z", "suspend; fg comes back"), ("q  Ctrl-C", "quit")]),
    ]

    private static let meanings = [
        "The cursor stays with its study while the list moves. At first, and after Home, it stays on the first place.",
        "The bar is the wait as a share of the limit: PAST is past it, and \(Int(Waiting.nearShare * 100)) % of it is near.",
        "Before a name: ^ put first by a person, ! something does not fit together, for example two patient IDs; the study's page says what.",
        "p or prio: S or STAT, A or ASAP, as it was ordered. ▸ who reads it.",
        "The finding is the one the category rests on, with its probability.",
        "The small bars are studies an hour, both rows to one scale; the last hour has only begun. · is none.",
        "On a film in letters, # is the border of the stronger half of the heat map.",
        "Not a medical device. For research.",
    ]

    static func lines(width: Int) -> [StyledLine] {
        var lines: [StyledLine] = []
        for (title, keys) in keys {
            lines += [StyledLine(), StyledLine(" \(title)", .heading)]
            for (key, meaning) in keys {
                for (index, text) in StyledLine.wrapped(meaning, to: max(1, width - 15)).enumerated() {
                    var line = StyledLine("   " + DisplayWidth.fitted(index == 0 ? key : "", to: 11), .strong)
                    line.add(text)
                    lines.append(line)
                }
            }
        }
        lines += [StyledLine(), StyledLine(" what it shows", .heading)]
        for meaning in meanings { lines += StyledLine.wrapped(meaning, to: max(4, width - 4), indent: "  ").map { StyledLine("   \($0)") } }
        return lines
    }
}
