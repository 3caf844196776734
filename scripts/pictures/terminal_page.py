"""A terminal's screen, as tmux captures it, as a page that a browser draws cell by cell.

Half blocks are drawn as two coloured halves, as terminals draw them: the glyph of a font would leave seams between the lines.
"""

import html
import re
from unicodedata import east_asian_width

FONT_PIXELS, LINE_PIXELS = 15, 19
# DejaVu Sans Mono's advance, in ems. An East Asian glyph is one em wide, and has to be two of these, as it is in a terminal.
ADVANCE = 0.602
FOREGROUND, BACKGROUND = "#d5dbe0", "#0b0e10"
MARGIN = 14
SIXTEEN = [
    "#000000", "#cd3131", "#0dbc79", "#e5e510", "#2472c8", "#bc3fbc", "#11a8cd", "#e5e5e5",
    "#666666", "#f14c4c", "#23d18b", "#f5f543", "#3b8eea", "#d670d6", "#29b8db", "#ffffff",
]
LEVELS = [0, 95, 135, 175, 215, 255]
SGR = re.compile("\x1b\\[([0-9;:]*)m")


def palette(number):
    """The colour of a number of the palette of 256 (xterm's)."""
    if number < 16:
        return SIXTEEN[number]
    if number >= 232:
        return "#" + f"{8 + 10 * (number - 232):02x}" * 3
    number -= 16
    return "#" + "".join(f"{LEVELS[part]:02x}" for part in (number // 36, number // 6 % 6, number % 6))


def cell(character):
    """A wide character takes two columns, whatever the font has for it."""
    text = html.escape(character)
    return f"<i>{text}</i>" if east_asian_width(character) in "WF" else text


class Look:
    """What SGR (ECMA-48 8.3.117) has set."""

    def __init__(self):
        self.foreground = self.background = None
        self.bold = self.dim = self.underline = self.reverse = False

    def take(self, codes):
        codes = [int(code or 0) for code in re.split("[;:]", codes)]
        while codes:
            code = codes.pop(0)
            if code == 0:
                self.__init__()
            elif code in (1, 2, 4, 7):
                setattr(self, {1: "bold", 2: "dim", 4: "underline", 7: "reverse"}[code], True)
            elif code == 22:
                self.bold = self.dim = False
            elif code in (24, 27):
                setattr(self, {24: "underline", 27: "reverse"}[code], False)
            elif code in (38, 48):
                kind = codes.pop(0)
                colour = palette(codes.pop(0)) if kind == 5 else "#" + "".join(f"{codes.pop(0):02x}" for _ in range(3))
                setattr(self, "foreground" if code == 38 else "background", colour)
            elif code in (39, 49):
                setattr(self, "foreground" if code == 39 else "background", None)
            elif 30 <= code <= 37 or 90 <= code <= 97:
                self.foreground = SIXTEEN[code - 30 if code < 90 else code - 82]
            elif 40 <= code <= 47 or 100 <= code <= 107:
                self.background = SIXTEEN[code - 40 if code < 100 else code - 92]

    @property
    def colours(self):
        pair = self.foreground or FOREGROUND, self.background or BACKGROUND
        return pair[::-1] if self.reverse else pair

    def span(self, text):
        foreground, background = self.colours
        if text.strip("▀") == "" and text:
            return f'<span style="background:linear-gradient({foreground} 50%,{background} 50%)">{" " * len(text)}</span>'
        style = f"color:{foreground};" + (f"background:{background};" if background != BACKGROUND else "")
        style += "font-weight:bold;" * self.bold + "opacity:.6;" * self.dim + "text-decoration:underline;" * self.underline
        return f'<span style="{style}">{"".join(map(cell, text))}</span>'


def line(captured, look):
    """One line; tmux carries the look over from the line before."""
    spans, end = [], 0
    for code in SGR.finditer(captured):
        if captured[end:code.start()]:
            spans.append(look.span(captured[end:code.start()]))
        look.take(code[1])
        end = code.end()
    if captured[end:]:
        spans.append(look.span(captured[end:]))
    return f"<div>{''.join(spans)}</div>"


def page(captured):
    look = Look()
    lines = "".join(line(text, look) for text in captured.rstrip("\n").split("\n"))
    return (
        f"<!doctype html><meta charset=utf-8><style>@font-face{{font-family:Wide;src:local('Noto Sans Mono CJK JP');"
        f"size-adjust:{200 * ADVANCE}%}}body{{margin:{MARGIN}px;background:{BACKGROUND}}}"
        f"div{{height:{LINE_PIXELS}px;white-space:pre;font:{FONT_PIXELS}px/{LINE_PIXELS}px 'DejaVu Sans Mono',Wide,monospace}}"
        f"i{{display:inline-block;width:2ch;font-style:normal;vertical-align:top}}span{{display:inline-block;height:{LINE_PIXELS}px;vertical-align:top}}</style>{lines}")


def size(columns, rows):
    return int(columns * FONT_PIXELS * ADVANCE) + 2 * MARGIN + 2, rows * LINE_PIXELS + 2 * MARGIN
