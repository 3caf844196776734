"""The room over HTTP: who reads what, pins, alarms, waits, and who saw or did what."""

import pytest
from objects import radiograph, write
from ordering_system import OrderingSystem, imaging_order
from senders import store
from waiting import done, eventually
from web_client import WebClient


@pytest.fixture
def studies(service, objects_folder):
    films = [write(radiograph(seed=seed), objects_folder) for seed in range(3)]
    store(service.dicom_port, films)
    eventually(lambda: [item["state"] for item in service.worklist()] == ["scored"] * 3, what="three scored studies")
    return [item["study_instance_uid"] for item in service.worklist()]


@pytest.fixture
def web(service):
    return WebClient(service)


def test_a_claimed_study_keeps_place_and_category_and_names_its_reader(web, studies):
    before = web.list()
    assert web.act(studies[1], "claim", "Dr. Adler").status == 200
    after = web.list()
    assert [(item["study_instance_uid"], item["category"]) for item in after] == [(item["study_instance_uid"], item["category"]) for item in before]
    assert [(item["state"], item["reader"]) for item in after] == [("scored", None), ("reading", "Dr. Adler"), ("scored", None)]


def test_the_list_beside_the_service_shows_the_claim_too(service, web, studies):
    web.act(studies[0], "claim", "Dr. Adler")
    assert service.study(studies[0])["reader"] == "Dr. Adler" and service.study(studies[0])["state"] == "reading"


def test_the_second_reader_is_told_who_has_it(web, studies):
    web.act(studies[0], "claim", "Dr. Adler")
    refused = web.act(studies[0], "claim", "Dr. Bach")
    assert refused.status == 409 and "Dr. Adler" in refused.json["error"]
    assert web.item(studies[0])["reader"] == "Dr. Adler"


def test_a_released_study_is_as_it_was(web, studies):
    web.act(studies[0], "claim", "Dr. Adler")
    assert web.act(studies[0], "release", "Dr. Adler").status == 200
    assert web.item(studies[0])["state"] == "scored" and web.item(studies[0])["reader"] is None
    assert web.act(studies[0], "release", "Dr. Adler").status == 409


def test_a_claim_without_a_report_ends_by_itself(start_service, objects_folder):
    service = start_service("--claim-minutes", "0.05")
    [film] = [write(radiograph(), objects_folder)]
    store(service.dicom_port, [film])
    done(service, film.study_instance_uid)
    web = WebClient(service)
    web.act(film.study_instance_uid, "claim", "Dr. Adler")
    eventually(lambda: web.item(film.study_instance_uid)["reader"] is None, what="the end of the claim")
    assert [line["event"] for line in service.explain(film.study_instance_uid)["history"]][-2:] == ["claimed", "claim-expired"]


@pytest.mark.parametrize("body", [{}, {"by": ""}, {"by": "  "}, {"by": "x" * 201}])
def test_an_act_without_a_name_is_400(web, studies, body):
    assert web.ask(f"studies/{studies[0]}/claim", body).status == 400


def test_an_act_on_a_study_that_is_not_there_is_404(web, service):
    for act in ("claim", "release", "pin", "unpin"):
        assert web.act("1.2.3.4", act, "Dr. Adler", reason="x").status == 404


def test_a_pinned_study_is_first_and_says_by_whom(web, studies):
    assert web.act(studies[2], "pin", "Dr. Lead", reason="in theatre").status == 200
    first = web.list()[0]
    assert first["study_instance_uid"] == studies[2] and first["pinned_by"] == "Dr. Lead"
    assert web.act(studies[2], "pin", "Dr. Lead", reason="again").status == 409
    assert web.act(studies[2], "unpin", "Dr. Lead", reason="done").status == 200
    assert web.item(studies[2])["pinned_by"] is None
    assert web.act(studies[2], "pin", "Dr. Lead").status == 400


def test_the_list_under_another_policy_is_that_policys(web, service, studies):
    others = web.list("?policy=fifo")
    assert [item["study_instance_uid"] for item in others] == [item["study_instance_uid"] for item in sorted(others, key=lambda item: item["received_at"])]
    assert {item["study_instance_uid"] for item in others} == set(studies)
    assert web.ask("worklist?policy=guess").status == 400


def test_the_room_counts_what_waits_and_what_came(web, studies):
    room = web.room()
    assert [row["category"] for row in room["waiting"]] == ["critical", "urgent", "routine", "likely-normal", "unscored"]
    assert sum(row["count"] for row in room["waiting"]) == 3
    assert len(room["hours"]) == 24 and sum(hour["arrived"] for hour in room["hours"]) == 3
    assert room["listener"]["received_total"] == 3 and room["listener"]["last_received_at"]
    assert room["scorer"]["scored_total"] == 3 and room["scorer"]["queued"] == 0 and room["scorer"]["models"]
    assert room["is_open"] is True and 0 < room["disk"]["free_bytes"] <= room["disk"]["total_bytes"]
    assert room["oldest"]["study_instance_uid"] in studies


def test_an_alarm_stays_until_it_is_acknowledged_by_name(start_service):
    service = start_service("--low-disk-megabytes", "1073741823")
    web = WebClient(service)
    alarm = web.alarm("disk-low")
    assert alarm["acknowledged_by"] is None
    seen = web.ask(f"alarms/{alarm['id']}/acknowledge", {"by": "Dr. Lead"})
    assert seen.status == 200 and seen.json["acknowledged_by"] == "Dr. Lead"
    again = web.alarm("disk-low")
    assert again["id"] == alarm["id"] and again["acknowledged_by"] == "Dr. Lead" and again["since"] == alarm["since"]
    assert web.ask("alarms/nothing/acknowledge", {"by": "Dr. Lead"}).status == 404


def test_a_receiver_that_is_gone_is_an_alarm_until_it_is_back(start_service, receiver, objects_folder):
    service = start_service("--feed", receiver.address)
    web = WebClient(service)
    receiver.close()
    film = write(radiograph(), objects_folder)
    store(service.dicom_port, [film])
    eventually(lambda: web.alarm("receiver-down"), what="the alarm")
    [status] = web.room()["receivers"]
    assert status["is_up"] is False and status["waiting"] >= 1 and status["kind"] == "hl7" and status["last_error"]
    receiver.open()
    eventually(lambda: web.alarm("receiver-down") is None, what="the end of the alarm", within=60)
    assert web.room()["receivers"][0]["is_up"] is True


def test_what_does_not_fit_together_is_an_alarm(service, web, objects_folder):
    films = [write(radiograph(seed=1, patient_id="ONE"), objects_folder)]
    films.append(write(radiograph(seed=2, patient_id="TWO", study=films[0].study_instance_uid), objects_folder))
    store(service.dicom_port, films)
    done(service, films[0].study_instance_uid)
    alarm = eventually(lambda: web.alarm("data-conflict"), what="the alarm")
    assert "two patient IDs" in alarm["text"] and alarm["study_instance_uid"] == films[0].study_instance_uid


def test_waits_count_from_the_first_image_to_the_report(service, web, studies):
    rows = web.ask("waits?days=7").json
    assert [row["n"] for row in rows] == [0] * 5 and sum(row["open"] for row in rows) == 3 and len(rows[0]["over"]) == 7
    plot = web.ask("waits.svg?days=1")
    assert plot.status == 200 and plot.headers["Content-Type"] == "image/svg+xml" and b"<svg" in plot.body and b"style=" not in plot.body
    assert web.ask("waits?days=3").status == 400


def test_every_look_and_every_act_is_in_the_access_log(service, web, studies):
    uid = studies[0]
    image = web.ask(f"explain/{uid}").json["instances"][0]["sop_instance_uid"]
    web.ask(f"studies/{uid}/images/{image}/film.png?size=64")
    web.ask(f"studies/{uid}/images/{image}/heatmap.png?finding=effusion")
    web.act(uid, "claim", "Dr. Adler")
    web.act(uid, "claim", "Dr. Bach")
    entries = [(entry["act"], entry["name"]) for entry in web.ask("log").json if entry["study"] == uid]
    assert {("explain", "(open)"), ("film", "(open)"), ("heatmap", "(open)"), ("claim", "Dr. Adler")} <= set(entries)
    assert ("claim", "Dr. Bach") not in entries
    assert len(web.ask("log?limit=1").json) == 1
    history = {line["event"] for line in service.explain(uid)["history"]}
    assert "explain" not in history and "film" not in history


def test_the_patients_location_comes_from_the_order(service, web, objects_folder):
    film = write(radiograph(accession="LOC1", patient_id="LOCP"), objects_folder)
    store(service.dicom_port, [film])
    done(service, film.study_instance_uid)
    assert web.item(film.study_instance_uid)["location"] is None
    with OrderingSystem(service.hl7_port) as ordering:
        ordering.send(imaging_order("LOC1", "LOCP"))
    # PV1-3.1, the point of care.
    assert eventually(lambda: web.item(film.study_instance_uid)["location"], what="the location") == "WARD"
    assert web.ask(f"explain/{film.study_instance_uid}").json["order"]["location"] == "WARD"
