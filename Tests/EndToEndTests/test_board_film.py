"""Films in a real terminal: half blocks in 24 bits or 256 colours, letters without colours, and nothing left behind."""

import re

import pytest

from objects import write_study
from screen_cells import cells
from senders import store
from waiting import done, eventually

FILM = "▀" * 20
DEPTHS = {"24 bits": {"COLORTERM": "truecolor"}, "256 colours": {}}


@pytest.fixture
def filmed(service, objects_folder):
    """A service with one of the sample films, which has a heat map."""
    [film] = write_study(objects_folder, rows=512, columns=512)
    store(service.dicom_port, [film])
    done(service, film.study_instance_uid)
    return service


def film(terminal):
    """Row and column of each cell of the film, with its two colours."""
    return {
        (row, column): (cell.foreground, cell.background)
        for row, line in enumerate(cells(terminal.colours)) for column, cell in enumerate(line) if cell.text == "▀"
    }


def is_grey(colour):
    return colour[1:3] == colour[3:5] == colour[5:7]


@pytest.mark.parametrize("how", ["data", "url"])
@pytest.mark.parametrize("depth", DEPTHS)
def test_the_film_is_drawn_beside_the_text_and_nothing_of_it_is_left_in_the_list(filmed, terminal, how, depth):
    source = ["--data", filmed.data] if how == "data" else ["--url", f"http://127.0.0.1:{filmed.http_port}"]
    terminal.board(*source, **DEPTHS[depth])
    terminal.shows("1 waiting")
    terminal.press("Enter")
    eventually(lambda: sum(FILM in line for line in terminal.lines) > 20, what="the film")
    terminal.shows("heat map")
    with_heat = film(terminal)
    assert len(set(with_heat.values())) > 20, "shades"
    assert any(not is_grey(colour) for pair in with_heat.values() for colour in pair)
    terminal.press("Down")
    eventually(lambda: "2-" in terminal.lines[-1], what="the text scrolling")
    assert film(terminal) == with_heat, "the film stays while the text scrolls"
    terminal.press("h")
    terminal.shows("the film alone")
    assert all(is_grey(colour) for pair in film(terminal).values() for colour in pair)
    terminal.press("Escape")
    terminal.shows("1 waiting")
    assert "▀" not in terminal.screen


def test_without_colours_the_film_is_letters_with_a_border_around_the_heat(filmed, terminal):
    terminal.board("--data", filmed.data, NO_COLOR=1)
    terminal.shows("1 waiting")
    terminal.press("Enter", "v")
    terminal.shows("heat map", "#")
    assert "▀" not in terminal.screen
    assert sum(len(re.findall("[.:=+*%@-]{10}", line)) > 0 for line in terminal.lines) > 10
    terminal.press("h")
    eventually(lambda: "#" not in terminal.screen, what="the border going with the heat map")


def test_a_film_survives_a_resize(filmed, terminal):
    terminal.board("--data", filmed.data, COLORTERM="truecolor")
    terminal.shows("1 waiting")
    terminal.press("Enter")
    eventually(lambda: sum(FILM in line for line in terminal.lines) > 20, what="the film")
    terminal.tmux("resize-window", "-x", 200, "-y", 60)
    eventually(lambda: sum(FILM in line for line in terminal.lines) > 35, what="the film in the larger window")
    terminal.tmux("resize-window", "-x", 80, "-y", 24)
    eventually(lambda: "next step" in terminal.screen and "▀" not in terminal.screen, what="the text alone in the small window")
