"""What a terminal shows, cell by cell: tmux's capture with its escape sequences, taken apart.

SGR is ECMA-48 8.3.117; 38 and 48 are ISO/IEC 8613-6.
"""

import re
from typing import NamedTuple

SIXTEEN = [
    "#000000", "#cd3131", "#0dbc79", "#e5e510", "#2472c8", "#bc3fbc", "#11a8cd", "#e5e5e5",
    "#666666", "#f14c4c", "#23d18b", "#f5f543", "#3b8eea", "#d670d6", "#29b8db", "#ffffff",
]
LEVELS = [0, 95, 135, 175, 215, 255]
SGR = re.compile("\x1b\\[([0-9;:]*)m")


class Cell(NamedTuple):
    """Colours as #rrggbb, None for the terminal's own."""

    text: str
    foreground: str | None
    background: str | None
    bold: bool
    dim: bool
    underline: bool
    reverse: bool


def palette(number):
    """The colour of a number of the palette of 256 (xterm's)."""
    if number < 16:
        return SIXTEEN[number]
    if number >= 232:
        return "#" + f"{8 + 10 * (number - 232):02x}" * 3
    number -= 16
    return "#" + "".join(f"{LEVELS[part]:02x}" for part in (number // 36, number // 6 % 6, number % 6))


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

    def cell(self, text):
        return Cell(text, self.foreground, self.background, self.bold, self.dim, self.underline, self.reverse)


def cells(captured):
    """The lines of `tmux capture-pane -e -p`; each carries the look over from the line before."""
    look, lines = Look(), []
    for text in captured.rstrip("\n").split("\n"):
        line, end = [], 0
        for code in SGR.finditer(text):
            line += map(look.cell, text[end:code.start()])
            look.take(code[1])
            end = code.end()
        lines.append(line + list(map(look.cell, text[end:])))
    return lines
