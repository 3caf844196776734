import CNcurses

/// How each ink looks on this terminal: attributes always, colours where it has them and they are wanted.
///
/// With 256 colours they are muted: the room is dark, and a white bar is a lamp.
struct Palette {
    struct Look {
        var attributes: attr_t
        /// 0 is the terminal's own foreground and background.
        var pair: Int16
    }

    private struct Colours {
        var foreground: Int16
        var background: Int16
    }

    private var looks: [Look] = []
    private var selectedLooks: [Look] = []

    /// After the screen has been started. `isColoured`: the person has not asked for none (NO_COLOR, see no-color.org).
    init(isColoured: Bool) {
        let hasColours = isColoured && has_colors() && start_color() == OK && use_default_colors() == OK
        let isRich = hasColours && Self.colourCount >= 256
        for ink in Ink.allCases {
            looks.append(Self.look(ink, isRich ? Self.rich(ink) : hasColours ? Self.plain(ink) : nil, hasColours: hasColours, isRich: isRich, pair: ink.rawValue * 2 + 1))
            let isRow = Self.background(ink) == nil
            if isRich, isRow {
                let foreground = Self.rich(ink)?.foreground ?? 255
                selectedLooks.append(
                    Self.look(ink, Colours(foreground: foreground, background: 238), hasColours: true, isRich: true, pair: ink.rawValue * 2 + 2))
            } else {
                let look = looks[ink.rawValue]
                // Those with a background of their own say more than the cursor does.
                selectedLooks.append(isRow ? Look(attributes: cncurses_reverse() | (look.attributes & cncurses_bold()), pair: 0) : look)
            }
        }
    }

    func look(_ run: StyledRun) -> Look { run.isSelected ? selectedLooks[run.ink.rawValue] : looks[run.ink.rawValue] }

    private static func look(_ ink: Ink, _ colours: Colours?, hasColours: Bool, isRich: Bool, pair: Int) -> Look {
        var look = Look(attributes: attributes(ink, hasColours: hasColours, isRich: isRich), pair: 0)
        if let colours {
            look.pair = Int16(pair)
            init_pair(look.pair, colours.foreground, colours.background)
        }
        return look
    }

    /// How many colours terminfo knows of; below 0 for none.
    static var colourCount: Int32 { tigetnum("colors") }

    private static let ownColour: Int16 = -1

    /// Marks a whole cell, with or without colours.
    private static func background(_ ink: Ink) -> Ink? {
        switch ink {
        case .alarm, .critical, .notice, .barPast, .title, .titleStrong, .film: ink
        case .plain, .strong, .faint, .urgent, .barWithin, .barNear, .heading, .likelyNormal, .unscored, .heat: nil
        }
    }

    private static func plain(_ ink: Ink) -> Colours? {
        switch ink {
        case .plain, .strong, .faint, .title, .titleStrong, .heading: nil
        case .alarm, .critical, .barPast: Colours(foreground: Int16(COLOR_WHITE), background: Int16(COLOR_RED))
        case .notice: Colours(foreground: Int16(COLOR_BLACK), background: Int16(COLOR_YELLOW))
        case .urgent: Colours(foreground: Int16(COLOR_YELLOW), background: ownColour)
        case .likelyNormal, .barWithin: Colours(foreground: Int16(COLOR_GREEN), background: ownColour)
        case .unscored: Colours(foreground: Int16(COLOR_MAGENTA), background: ownColour)
        case .barNear: Colours(foreground: Int16(COLOR_YELLOW), background: ownColour)
        case .heat: Colours(foreground: Int16(COLOR_RED), background: ownColour)
        case .film: Colours(foreground: Int16(COLOR_BLACK), background: Int16(COLOR_BLACK))
        }
    }

    /// By their numbers in the palette of 256: 16…231 a cube, 232…255 greys.
    private static func rich(_ ink: Ink) -> Colours? {
        switch ink {
        case .plain, .strong: nil
        case .faint: Colours(foreground: 245, background: ownColour)
        case .heading: Colours(foreground: 245, background: ownColour)
        case .title: Colours(foreground: 250, background: 236)
        case .titleStrong: Colours(foreground: 255, background: 236)
        case .alarm, .critical, .barPast: Colours(foreground: 231, background: 124)
        case .notice: Colours(foreground: 16, background: 136)
        case .urgent: Colours(foreground: 214, background: ownColour)
        case .likelyNormal: Colours(foreground: 108, background: ownColour)
        case .unscored: Colours(foreground: 176, background: ownColour)
        case .barWithin: Colours(foreground: 71, background: ownColour)
        case .barNear: Colours(foreground: 178, background: ownColour)
        case .heat: Colours(foreground: 202, background: ownColour)
        case .film: Colours(foreground: 16, background: 16)
        }
    }

    private static func attributes(_ ink: Ink, hasColours: Bool, isRich: Bool) -> attr_t {
        switch ink {
        case .plain, .likelyNormal, .unscored, .barWithin, .film: 0
        case .strong, .barNear, .heat: cncurses_bold()
        case .faint: isRich ? 0 : cncurses_dim()
        case .title: isRich ? 0 : cncurses_reverse()
        case .titleStrong: isRich ? cncurses_bold() : cncurses_reverse() | cncurses_bold()
        case .heading: cncurses_underline()
        case .alarm, .critical, .barPast: hasColours ? cncurses_bold() : cncurses_bold() | cncurses_reverse()
        case .urgent: hasColours ? cncurses_bold() : cncurses_bold() | cncurses_underline()
        case .notice: hasColours ? 0 : cncurses_reverse()
        }
    }
}
