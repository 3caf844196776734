"""The board over HTTP at a service where people sign in."""

import pytest

from objects import write_study
from people import LEAD, PASSWORDS, READER, users_file
from senders import store
from waiting import done, eventually


@pytest.fixture
def guarded(start_service, tmp_path, objects_folder):
    service = start_service("--users", users_file(tmp_path / "users.json", READER, LEAD), open_access=False)
    [film] = write_study(objects_folder, PatientName="Signed^Ina")
    store(service.dicom_port, [film])
    service.uid = done(service, film.study_instance_uid)["study_instance_uid"]
    service.address = f"http://127.0.0.1:{service.http_port}"
    return service


def test_name_and_password_are_asked_for_and_the_password_is_not_shown(guarded, terminal):
    terminal.board("--url", guarded.address)
    terminal.shows("Name:")
    terminal.type(READER)
    terminal.press("Enter")
    terminal.shows("Password:")
    terminal.type("not the password")
    terminal.press("Enter")
    terminal.shows("name or password is wrong", "Name:")
    assert "not the password" not in terminal.screen
    terminal.type(READER)
    terminal.press("Enter")
    eventually(lambda: terminal.screen.count("Password:") == 2, what="the second question")
    terminal.type(PASSWORDS[READER])
    terminal.press("Enter")
    terminal.shows("Signed Ina", READER)


def test_whoever_is_signed_in_acts_by_that_name_and_within_their_rights(guarded, terminal):
    terminal.board("--url", guarded.address, FIRSTREAD_NAME=READER, FIRSTREAD_PASSWORD=PASSWORDS[READER])
    terminal.shows("Signed Ina")
    terminal.press("r")
    eventually(lambda: guarded.study(guarded.uid)["reader"] == READER, what="the claim by the name of the session")
    terminal.press("p")
    terminal.shows(f"pin is for the role lead or admin; {READER} has the role reader")
    assert guarded.study(guarded.uid)["pinned_by"] is None


def test_a_board_that_is_signed_in_comes_back_after_the_service_was_away(guarded, terminal):
    terminal.board("--url", guarded.address, FIRSTREAD_NAME=LEAD, FIRSTREAD_PASSWORD=PASSWORDS[LEAD])
    terminal.shows("Signed Ina")
    guarded.kill()
    terminal.shows("NOT LIVE since")
    guarded.start()
    eventually(lambda: "NOT LIVE" not in terminal.screen, what="the board signing in again by itself")
    terminal.press("p")
    terminal.type("in theatre")
    terminal.press("Enter")
    eventually(lambda: guarded.study(guarded.uid)["pinned_by"] == LEAD, what="the pin by the name of the session")


def test_a_wrong_password_from_the_environment_ends_with_a_clear_error(guarded, terminal):
    terminal.board("--url", guarded.address, FIRSTREAD_NAME=READER, FIRSTREAD_PASSWORD="wrong")
    terminal.shows("firstread: name or password is wrong", "ended with 1")
