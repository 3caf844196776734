"""Films in a real terminal: half blocks in 24 bits or 256 colours, letters without colours, and nothing left behind."""

import re

import pytest

from objects import write_study
from senders import store
from waiting import done, eventually

FILM = "▀" * 20
DEPTHS = {"24 bits": ({"COLORTERM": "truecolor"}, r"\x1b\[(?:[0-9;]*;)?38;2;(\d+);(\d+);(\d+)"), "256 colours": ({}, r"\x1b\[(?:[0-9;]*;)?38;5;(\d+)")}


@pytest.fixture
def filmed(service, objects_folder):
    """A service with one of the sample films, which has a heat map."""
    [film] = write_study(objects_folder, rows=512, columns=512)
    store(service.dicom_port, [film])
    done(service, film.study_instance_uid)
    return service


def film(terminal):
    """The lines with a film, from its first cell on, colours and all."""
    lines = terminal.colours.splitlines()
    return [line[re.search("(\x1b\\[[0-9;]*m)*▀", line).start():] for line in lines if "▀" in line]


@pytest.mark.parametrize("how", ["data", "url"])
@pytest.mark.parametrize("depth", DEPTHS)
def test_the_film_is_drawn_beside_the_text_and_nothing_of_it_is_left_in_the_list(filmed, terminal, how, depth):
    variables, pattern = DEPTHS[depth]
    source = ["--data", filmed.data] if how == "data" else ["--url", f"http://127.0.0.1:{filmed.http_port}"]
    terminal.board(*source, **variables)
    terminal.shows("1 waiting")
    terminal.press("Enter")
    eventually(lambda: sum(FILM in line for line in terminal.lines) > 20, what="the film")
    terminal.shows("heat map")
    with_heat = film(terminal)
    assert len(set(re.findall(pattern, "".join(with_heat)))) > 20, "shades"
    terminal.press("Down")
    eventually(lambda: "2-" in terminal.lines[-1], what="the text scrolling")
    scrolled = film(terminal)
    assert [re.findall(pattern, line) for line in scrolled] == [re.findall(pattern, line) for line in with_heat], "the film stays while the text scrolls"
    terminal.press("h")
    terminal.shows("the film alone")
    grey = re.findall(DEPTHS["24 bits"][1], terminal.colours)
    assert depth != "24 bits" or all(red == green == blue for red, green, blue in grey)
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
