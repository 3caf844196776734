"""The board in a real terminal (tmux)."""

import os
import shlex
import signal
import subprocess
from unicodedata import combining, east_asian_width

import pytest

from objects import radiograph, write, write_study
from senders import store
from service import BINARY, REPOSITORY, firstread
from waiting import done, eventually


class Terminal:
    """A terminal of a size, in which a command runs."""

    def __init__(self, socket, columns=140, rows=40):
        self.socket, self.columns, self.rows = str(socket), columns, rows

    def tmux(self, *arguments, check=True):
        return subprocess.run(["tmux", "-u", "-S", self.socket, *map(str, arguments)], capture_output=True, text=True, check=check, timeout=20).stdout

    def run(self, *command):
        shown = f"trap : INT; cd {shlex.quote(str(REPOSITORY))} && LC_ALL=C.UTF-8 {shlex.join(map(str, command))}; echo ended with $?; sleep 600"
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


@pytest.mark.parametrize("source", ["data", "url"])
def test_the_board_says_that_the_service_is_gone_and_comes_back(service, terminal, objects_folder, source):
    [film] = write_study(objects_folder, accession="GONE-1")
    store(service.dicom_port, [film])
    done(service, film.study_instance_uid)
    address = service.data if source == "data" else f"http://127.0.0.1:{service.http_port}"
    terminal.run(BINARY, "board", f"--{source}", address)
    eventually(lambda: "GONE-1" in terminal.screen, what="the study on the board")
    assert "NOT LIVE" not in terminal.screen
    service.stop()
    eventually(lambda: "NOT LIVE since" in terminal.screen, what="the board saying that the service is gone")
    assert "GONE-1" in terminal.screen, "the last list is kept"
    service.start()
    eventually(lambda: "NOT LIVE" not in terminal.screen and "GONE-1" in terminal.screen, what="the board coming back by itself")
    terminal.press("q")
    eventually(lambda: "ended with 0" in terminal.screen, what="the board quitting")


def test_a_resized_window_is_filled(service, terminal, objects_folder):
    store(service.dicom_port, write_study(objects_folder, accession="SIZE-1"))
    terminal.run(BINARY, "board", "--data", service.data)
    eventually(lambda: "SIZE-1" in terminal.screen, what="the study on the board")
    for columns, rows in [(200, 60), (80, 24), (140, 30)]:
        terminal.tmux("resize-window", "-x", columns, "-y", rows)
        eventually(lambda: [number for number, line in enumerate(terminal.screen.splitlines(), 1) if "q quit" in line] == [rows], what=f"the keys in row {rows}")
    terminal.press("q")


@pytest.mark.parametrize("how", ["q", "C-c", "SIGTERM"])
def test_the_terminal_is_given_back_as_it_was(service, terminal, tmp_path, how):
    before, after = tmp_path / "before", tmp_path / "after"
    board = shlex.join([str(BINARY), "board", "--data", str(service.data)])
    terminal.run("sh", "-c", f"trap : INT; stty -a >{before}; {board}; echo board ended with $?; stty -a >{after}")
    eventually(lambda: "No studies wait" in terminal.screen, what="the board")
    if how == "SIGTERM":
        pid = int(subprocess.run(["pgrep", "-f", f"^{board}"], capture_output=True, text=True, check=True).stdout)
        os.kill(pid, signal.SIGTERM)
    else:
        terminal.press(how)
    eventually(lambda: "board ended with 0" in terminal.screen, what="the board ending")
    eventually(lambda: after.exists() and after.read_text(), what="the terminal's settings")
    assert after.read_text() == before.read_text()


def test_without_a_terminal_the_board_says_so(service):
    ended = firstread("board", "--data", service.data)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert "needs a terminal" in ended.stderr


@pytest.mark.parametrize("arguments", [(), ("--data", "x", "--url", "http://127.0.0.1:1"), ("--url", "nonsense"), ("--url", "http://127.0.0.1:1", "--policy", "fifo")])
def test_a_board_without_one_source_is_wrong_use(arguments):
    assert firstread("board", *arguments).returncode in (2, 64)
