"""The board in a real terminal (tmux)."""

import shlex
import subprocess
from unicodedata import combining, east_asian_width

import pytest

from objects import radiograph, write, write_study
from senders import store
from service import BINARY, REPOSITORY
from waiting import done, eventually


class Terminal:
    """A terminal of a size, in which a command runs."""

    def __init__(self, socket, columns=140, rows=40):
        self.socket, self.columns, self.rows = str(socket), columns, rows

    def tmux(self, *arguments, check=True):
        return subprocess.run(["tmux", "-u", "-S", self.socket, *map(str, arguments)], capture_output=True, text=True, check=check, timeout=20).stdout

    def run(self, *command):
        shown = f"cd {shlex.quote(str(REPOSITORY))} && LC_ALL=C.UTF-8 {shlex.join(map(str, command))}; echo ended with $?; sleep 600"
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", self.columns, "-y", self.rows, "sh", "-c", shown)
        return self

    @property
    def screen(self):
        return self.tmux("capture-pane", "-p")

    def press(self, key):
        self.tmux("send-keys", key)

    def end(self):
        self.tmux("kill-server", check=False)


@pytest.fixture
def terminal(tmp_path):
    terminal = Terminal(tmp_path / "tmux")
    yield terminal
    terminal.end()


def test_the_board_shows_the_list_and_quits_with_q(service, terminal, objects_folder):
    [film] = write_study(objects_folder, PatientName="Board^Visible", accession="BOARD-1")
    store(service.dicom_port, [film])
    done(service, film.study_instance_uid)
    terminal.run(BINARY, "board", "--data", service.data)
    eventually(lambda: "Board" in terminal.screen and "BOARD-1" in terminal.screen, what="the study on the board")
    terminal.press("q")
    eventually(lambda: "ended with 0" in terminal.screen, what="the board quitting with q")


def test_the_board_is_live(service, terminal, objects_folder):
    terminal.run(BINARY, "board", "--data", service.data)
    [film] = write_study(objects_folder, accession="LIVE-1")
    store(service.dicom_port, [film])
    eventually(lambda: "LIVE-1" in terminal.screen, what="a new study appearing on the board")
    terminal.press("q")
    eventually(lambda: "ended with 0" in terminal.screen, what="the board quitting")


def test_columns_stay_in_line_with_wide_characters(service, terminal, objects_folder):
    studies = [("WIDE-1", "山田^太郎"), ("WIDE-2", "Smith^John"), ("WIDE-3", "Müller^Jürgen")]
    for accession, name in studies:
        store(service.dicom_port, [write(radiograph(accession=accession, SpecificCharacterSet="ISO_IR 192", PatientName=name), objects_folder)])
    eventually(lambda: len(service.worklist()) == 3, what="three studies on the list")
    terminal.run(BINARY, "board", "--data", service.data)
    eventually(lambda: all(accession in terminal.screen for accession, _ in studies), what="three studies on the board")
    columns = {display_column(line, accession) for line in terminal.screen.splitlines() for accession, _ in studies if accession in line}
    assert len(columns) == 1
    terminal.press("q")


def display_column(line, text):
    """The column on the screen at which a text begins: East Asian wide characters take two."""
    before = line[: line.index(text)]
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in before)


def test_a_small_terminal_is_survived(service, tmp_path, objects_folder):
    store(service.dicom_port, write_study(objects_folder))
    for number, (columns, rows) in enumerate([(20, 5), (40, 10), (300, 60)]):
        small = Terminal(tmp_path / f"tmux{number}", columns, rows)
        try:
            small.run(BINARY, "board", "--data", service.data)
            eventually(lambda: small.screen.strip(), what="something on the screen")
            small.press("q")
            eventually(lambda: "ended with 0" in small.screen.replace("\n", ""), what="the board quitting")
        finally:
            small.end()
