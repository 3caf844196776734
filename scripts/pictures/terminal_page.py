"""A terminal's screen, as tmux captures it, as a page that a browser draws cell by cell.

Half blocks are drawn as two coloured halves, as terminals draw them: the glyph of a font would leave seams between the lines.
"""

import html
from itertools import groupby
from unicodedata import east_asian_width

from screen_cells import cells

FONT_PIXELS, LINE_PIXELS = 15, 19
# DejaVu Sans Mono's advance, in ems. An East Asian glyph is one em wide, and has to be two of these, as it is in a terminal.
ADVANCE = 0.602
FOREGROUND, BACKGROUND = "#d5dbe0", "#0b0e10"
MARGIN = 14


def character(text):
    """A wide character takes two columns, whatever the font has for it."""
    shown = html.escape(text)
    return f"<i>{shown}</i>" if east_asian_width(text) in "WF" else shown


def span(look, text):
    foreground, background = look.foreground or FOREGROUND, look.background or BACKGROUND
    if look.reverse:
        foreground, background = background, foreground
    if not text.strip("▀"):
        return f'<span style="background:linear-gradient({foreground} 50%,{background} 50%)">{" " * len(text)}</span>'
    style = f"color:{foreground};" + (f"background:{background};" if background != BACKGROUND else "")
    style += "font-weight:bold;" * look.bold + "opacity:.6;" * look.dim + "text-decoration:underline;" * look.underline
    return f'<span style="{style}">{"".join(map(character, text))}</span>'


def line(cells):
    runs = groupby(cells, key=lambda cell: cell._replace(text="▀" if cell.text == "▀" else ""))
    return f"<div>{''.join(span(look, ''.join(cell.text for cell in run)) for look, run in runs)}</div>"


def page(captured):
    lines = "".join(map(line, cells(captured)))
    return (
        f"<!doctype html><meta charset=utf-8><style>@font-face{{font-family:Wide;src:local('Noto Sans Mono CJK JP');"
        f"size-adjust:{200 * ADVANCE}%}}body{{margin:{MARGIN}px;background:{BACKGROUND}}}"
        f"div{{height:{LINE_PIXELS}px;white-space:pre;font:{FONT_PIXELS}px/{LINE_PIXELS}px 'DejaVu Sans Mono',Wide,monospace}}"
        f"i{{display:inline-block;width:2ch;font-style:normal;vertical-align:top}}span{{display:inline-block;height:{LINE_PIXELS}px;vertical-align:top}}</style>{lines}")


def size(columns, rows):
    return int(columns * FONT_PIXELS * ADVANCE) + 2 * MARGIN + 2, rows * LINE_PIXELS + 2 * MARGIN
