"""What the board's keys do, seen in the store and over HTTP; the board beside the service, and over HTTP."""

import json
import re

import pytest

from objects import write_study
from ordering_system import OrderingSystem, imaging_order, verdict
from senders import store
from test_reports import drafted, drafting, optimist  # noqa: F401 (fixtures)
from waiting import done, eventually


def source(service, how):
    return ["--data", service.data] if how == "data" else ["--url", f"http://127.0.0.1:{service.http_port}"]


def study(service, folder, **attributes):
    [film] = write_study(folder, **attributes)
    store(service.dicom_port, [film])
    return done(service, film.study_instance_uid)["study_instance_uid"]


def room(service):
    return json.loads(service.http("/api/v1/room")[1])


def history(service, uid):
    return [(event["event"], event["actor"]) for event in service.explain(uid)["history"]]


@pytest.mark.parametrize("how", ["data", "url"])
def test_a_study_is_claimed_and_given_back_by_name(service, terminal, objects_folder, how):
    uid = study(service, objects_folder, PatientName="Claim^Carla")
    terminal.board(*source(service, how))
    terminal.shows("Claim Carla")
    terminal.press("r")
    terminal.shows("read Claim Carla, your name:")
    terminal.type("Dr. Adler")
    terminal.press("Enter")
    eventually(lambda: service.study(uid)["reader"] == "Dr. Adler", what="the claim in the store")
    assert service.study(uid)["state"] == "reading"
    terminal.shows("done: Dr. Adler reads it now", "reading")
    terminal.press("R")
    terminal.shows("your name: Dr. Adler")
    terminal.press("Enter")
    eventually(lambda: service.study(uid)["reader"] is None, what="the claim being given back")
    assert history(service, uid)[-2:] == [("claimed", "Dr. Adler"), ("claim-released", "Dr. Adler")]


@pytest.mark.parametrize("how", ["data", "url"])
def test_what_another_reads_is_refused_by_name(service, terminal, objects_folder, how):
    uid = study(service, objects_folder)
    terminal.board(*source(service, how), FIRSTREAD_NAME="Dr. Late")
    terminal.shows("1 waiting")
    status, body = service.post(f"/api/v1/studies/{uid}/claim", {"by": "Dr. Early"})
    assert status == 200, body
    terminal.press("r", "Enter")
    terminal.shows("not done: Dr. Early reads it")
    assert service.study(uid)["reader"] == "Dr. Early"


@pytest.mark.parametrize("how", ["data", "url"])
def test_a_study_is_put_first_and_given_back_with_reasons(service, terminal, objects_folder, how):
    for number in range(3):
        study(service, objects_folder, accession=f"PIN-{number}")
    last = service.worklist()[-1]
    terminal.board(*source(service, how))
    terminal.shows("PIN-0", "PIN-1", "PIN-2")
    terminal.press("End", "p")
    terminal.type("patient in theatre")
    terminal.press("Enter")
    terminal.type("Dr. Lead")
    terminal.press("Enter")
    eventually(lambda: service.worklist()[0]["study_instance_uid"] == last["study_instance_uid"], what="the pinned study being first")
    assert service.worklist()[0]["pinned_by"] == "Dr. Lead"
    assert service.worklist()[0]["reasons"][0] == "put first by Dr. Lead: patient in theatre"
    eventually(lambda: last["accession_number"] in next(line for line in terminal.lines if line.startswith(">  1")), what="the cursor going with its study")
    terminal.press("P")
    terminal.type("done")
    terminal.press("Enter", "Enter")
    eventually(lambda: service.worklist()[0]["pinned_by"] is None, what="the pin being taken away")


@pytest.mark.parametrize("how", ["data", "url"])
@pytest.mark.parametrize("key, state", [("s", "signed"), ("x", "rejected")])
def test_a_draft_is_signed_or_rejected_from_its_page(drafting, terminal, objects_folder, how, key, state):  # noqa: F811
    uid = study(drafting, objects_folder, PatientName="Draft^Dora", PatientAge="052Y")
    report = drafted(drafting, uid)
    terminal.board(*source(drafting, how))
    terminal.shows("Draft Dora")
    terminal.press("Enter")
    terminal.shows("s sign")
    terminal.press(key)
    if key == "x":
        terminal.shows("because:")
        terminal.type("rib fracture")
        terminal.press("Enter")
    terminal.shows(f"{report} of Draft Dora, your name:", "draft report")
    terminal.type("Dr. Adler")
    terminal.press("Enter")
    shown = eventually(
        lambda: (shown := json.loads(drafting.command("report", "show", report, "--json").stdout))["state"] == state and shown, what=f"the draft being {state}")
    assert "Dr. Adler" in shown["standing"]
    terminal.shows("done:")
    if state == "signed":
        assert drafting.study(uid, "--all")["state"] == "reported"
        terminal.press("Home")
        terminal.shows("This study has left the list")


@pytest.mark.parametrize("how", ["data", "url"])
def test_an_alarm_stays_on_top_until_somebody_acknowledges_it(start_service, terminal, objects_folder, how):
    service = start_service()
    first = study(service, objects_folder, accession="ALARM-1", patient_id="ALARM-A")
    store(service.dicom_port, write_study(objects_folder, study=first, accession="ALARM-1", patient_id="ALARM-B"))
    alarm = eventually(lambda: next(iter(room(service)["alarms"]), None), what="an alarm about two patient IDs")
    terminal.board(*source(service, how))
    terminal.shows("ALARM", "ALARM-B")
    terminal.press("a", "Enter")
    terminal.type("Dr. Lead")
    terminal.press("Enter")
    seen = eventually(lambda: next((a for a in room(service)["alarms"] if a["id"] == alarm["id"] and a["acknowledged_by"]), None), what="the alarm being acknowledged")
    assert seen["acknowledged_by"] == "Dr. Lead" and seen["acknowledged_at"]
    terminal.shows("acknowledged by Dr. Lead")
    terminal.press("Escape")
    eventually(lambda: " ALARM " not in terminal.screen, what="the alarm leaving the top")
    assert ("alarm-acknowledged", "Dr. Lead") in history(service, first)


@pytest.mark.parametrize("how", ["data", "url"])
def test_the_list_is_compared_under_another_policy(service, terminal, objects_folder, how):
    """The last one to come was ordered as STAT: first on the list, last by arrival."""
    with OrderingSystem(service.hl7_port) as orders:
        assert verdict(orders.send(imaging_order("CMP-2", "CMP-PATIENT", priority="S"))) == "AA"
    for number in range(3):
        study(service, objects_folder, accession=f"CMP-{number}", patient_id="CMP-PATIENT")
    assert [item["accession_number"] for item in service.worklist()][0] == "CMP-2"
    terminal.board(*source(service, how))
    terminal.shows("CMP-0", "CMP-1", "CMP-2")
    terminal.press("o")
    terminal.shows("fifo", "class-capped", "as it is")
    terminal.press("Down", "Enter")
    terminal.shows("NOT THE LIST: as fifo would order it, 3 would move")
    moves = {re.search(r"CMP-\d", line)[0]: re.search(r"[↑↓]\d", line)[0] for line in terminal.lines if re.search(r"\d +[↑↓]\d", line)}
    assert moves == {"CMP-0": "↑1", "CMP-1": "↑1", "CMP-2": "↓2"}
    terminal.press("Escape")
    eventually(lambda: "NOT THE LIST" not in terminal.screen, what="the list as it is")
