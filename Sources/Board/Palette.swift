import CNcurses

/// How each ink looks on this terminal: attributes always, colours where it has them and they are wanted.
struct Palette {
    struct Look {
        var attributes: attr_t
        /// 0 is the terminal's own foreground and background.
        var pair: Int16
    }

    private var looks: [Look] = []

    /// After the screen has been started. `isColoured`: the person has not asked for none (NO_COLOR, see no-color.org).
    init(isColoured: Bool) {
        let hasColours = isColoured && has_colors() && start_color() == OK && use_default_colors() == OK
        for ink in Ink.allCases {
            var look = Look(attributes: Self.attributes(ink, hasColours: hasColours), pair: 0)
            if hasColours, let (foreground, background) = Self.colours(ink) {
                look.pair = Int16(ink.rawValue + 1)
                init_pair(look.pair, foreground, background)
            }
            looks.append(look)
        }
    }

    func look(_ run: StyledRun) -> Look {
        let look = looks[run.ink.rawValue]
        guard run.isSelected else { return look }
        switch run.ink {
        // These carry a background of their own, which says more than the cursor does.
        case .alarm, .critical, .urgent, .barWithin, .barNear, .barPast, .title: return look
        case .plain, .strong, .faint, .heading, .likelyNormal, .unscored:
            return Look(attributes: cncurses_reverse() | (look.attributes & cncurses_bold()), pair: 0)
        }
    }

    private static let ownColour: Int16 = -1

    private static func colours(_ ink: Ink) -> (foreground: Int16, background: Int16)? {
        switch ink {
        case .plain, .strong, .faint, .title, .heading: nil
        case .alarm, .critical, .barPast: (Int16(COLOR_WHITE), Int16(COLOR_RED))
        case .urgent: (Int16(COLOR_BLACK), Int16(COLOR_YELLOW))
        case .likelyNormal: (Int16(COLOR_GREEN), ownColour)
        case .unscored: (Int16(COLOR_MAGENTA), ownColour)
        case .barWithin: (Int16(COLOR_GREEN), ownColour)
        case .barNear: (Int16(COLOR_YELLOW), ownColour)
        }
    }

    private static func attributes(_ ink: Ink, hasColours: Bool) -> attr_t {
        switch ink {
        case .plain, .likelyNormal, .unscored, .barWithin: 0
        case .strong, .barNear: cncurses_bold()
        case .faint: cncurses_dim()
        case .title: cncurses_reverse()
        case .heading: cncurses_underline()
        case .alarm, .critical, .barPast: hasColours ? cncurses_bold() : cncurses_bold() | cncurses_reverse()
        case .urgent: hasColours ? 0 : cncurses_bold() | cncurses_underline()
        }
    }
}
