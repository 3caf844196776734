"""The board in a real terminal (tmux): what it shows, how it moves, and how it comes and goes."""

import os
import re
import shlex
import signal
import subprocess
from unicodedata import combining, east_asian_width

import pytest

from objects import radiograph, write, write_study
from senders import store
from service import BINARY, firstread
from terminal import Terminal
from waiting import done, eventually


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
    service.kill()
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
        eventually(lambda: [number for number, line in enumerate(terminal.screen.splitlines(), 1) if "? help" in line] == [rows], what=f"the keys in row {rows}")
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


def test_the_board_is_suspended_and_resumed_as_any_program(service, terminal, objects_folder):
    store(service.dicom_port, write_study(objects_folder, accession="SLEEP-1"))
    terminal.run("bash", "--norc", "--noprofile", "-i", PS1="shell> ")
    terminal.shows("shell>")
    terminal.type(shlex.join([str(BINARY), "board", "--data", str(service.data)]))
    terminal.press("Enter")
    terminal.shows("SLEEP-1")
    terminal.press("C-z")
    terminal.shows("Stopped", "shell>")
    store(service.dicom_port, write_study(objects_folder, accession="SLEEP-2"))
    terminal.type("fg")
    terminal.press("Enter")
    terminal.shows("SLEEP-1", "SLEEP-2", "? help")
    assert "Stopped" not in terminal.screen
    terminal.press("q")
    terminal.shows("shell>")


@pytest.mark.parametrize("columns, rows", [(80, 24), (200, 60), (40, 12)])
def test_every_size_shows_what_a_lead_looks_for(service, tmp_path, objects_folder, columns, rows):
    store(service.dicom_port, write_study(objects_folder, PatientName="Adams^Berta", accession="AT-A-GLANCE"))
    eventually(lambda: [item["state"] for item in service.worklist()] in (["scored"], ["unscored"]), what="the study being done")
    window = Terminal(tmp_path / "tmux", columns, rows)
    try:
        window.board("--url", f"http://127.0.0.1:{service.http_port}")
        window.shows("1 waiting", "Adams Berta", "past limit")
        if columns >= 80:
            window.shows("arrived", "read", "listener", "scorer", "disk", "GB", "critical", "urgent", "routine", "likely-normal", "unscored")
        assert all(len(line) <= columns for line in window.lines)
    finally:
        window.end()


def test_without_colours_words_and_marks_tell_everything(service, terminal, objects_folder):
    store(service.dicom_port, write_study(objects_folder, accession="GREY-1"))
    terminal.board("--data", service.data, NO_COLOR=1)
    terminal.shows("GREY-1", "> ")
    colours = re.compile(r"\x1b\[[0-9;]*\b([34][0-9]|9[0-7]|10[0-7])\b")
    assert not [code for code in colours.findall(terminal.colours) if code not in ("39", "49")]


def test_keys_go_on_while_the_list_moves(service, terminal, objects_folder):
    """What is typed stays what it is, and the cursor stays with its study, whatever comes meanwhile."""
    for number in range(3):
        store(service.dicom_port, write_study(objects_folder, PatientName=f"Moving^Number{number}", accession=f"MOVE-{number}"))
    terminal.board("--data", service.data)
    terminal.shows("MOVE-0", "MOVE-1", "MOVE-2")
    terminal.press("Down")
    terminal.shows(">  2 ")
    chosen = next(line for line in terminal.lines if line.startswith(">"))
    accession = re.search(r"MOVE-\d", chosen)[0]
    terminal.press("p")
    for number in range(3, 6):
        terminal.type(f"x{number}")
        store(service.dicom_port, write_study(objects_folder, PatientName=f"Moving^Number{number}", accession=f"MOVE-{number}"))
    terminal.shows("because: x3x4x5", "MOVE-5")
    assert accession in next(line for line in terminal.lines if line.startswith(">"))
    terminal.press("Escape")
    terminal.shows("not done")


def test_without_a_terminal_the_board_says_so(service):
    ended = firstread("board", "--data", service.data)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert "needs a terminal" in ended.stderr


@pytest.mark.parametrize("arguments", [(), ("--data", "x", "--url", "http://127.0.0.1:1"), ("--url", "nonsense"), ("--url", "http://127.0.0.1:1", "--policy", "fifo")])
def test_a_board_without_one_source_is_wrong_use(arguments):
    assert firstread("board", *arguments).returncode in (2, 64)
