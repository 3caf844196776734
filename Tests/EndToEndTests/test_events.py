"""The list as it changes: entity tags, compression, and what open pages hear."""

import gzip
import json
import time

import pytest
from objects import radiograph, write
from senders import store
from waiting import done, eventually
from web_client import Events, WebClient


@pytest.fixture
def study(service, objects_folder):
    film = write(radiograph(), objects_folder)
    store(service.dicom_port, [film])
    done(service, film.study_instance_uid)
    return film.study_instance_uid


@pytest.fixture
def web(service):
    return WebClient(service)


def test_a_list_that_has_not_changed_is_304(web, study):
    first = web.ask("worklist")
    again = web.ask("worklist", If_None_Match=first.headers["ETag"])
    assert again.status == 304 and again.body == b"" and again.headers["ETag"] == first.headers["ETag"]
    web.act(study, "claim", "Dr. Adler")
    changed = web.ask("worklist", If_None_Match=first.headers["ETag"])
    assert changed.status == 200 and changed.headers["ETag"] != first.headers["ETag"] and changed.json[0]["reader"] == "Dr. Adler"


def test_a_list_of_another_run_is_another_list(service, web, study):
    tag = web.ask("worklist").headers["ETag"]
    service.restart()
    assert web.ask("worklist", If_None_Match=tag).status == 200


def test_a_look_at_a_study_changes_no_list(web, study):
    tag = web.ask("worklist").headers["ETag"]
    web.ask(f"explain/{study}")
    assert web.ask("worklist", If_None_Match=tag).status == 304


def test_a_part_of_the_list_is_its_beginning(service, web, objects_folder):
    films = [write(radiograph(seed=seed), objects_folder) for seed in range(4)]
    store(service.dicom_port, films)
    for film in films:
        done(service, film.study_instance_uid)
    whole = [item["study_instance_uid"] for item in eventually(lambda: len(web.list()) == 4 and web.list(), what="the list")]
    for count in (0, 1, 3, 4, 9):
        assert [item["study_instance_uid"] for item in web.list(f"?limit={count}")] == whole[:count]


def test_a_long_list_comes_compressed_to_whoever_takes_that(service, web, objects_folder):
    store(service.dicom_port, [write(radiograph(seed=seed), objects_folder) for seed in range(60)])
    eventually(lambda: len(web.list()) == 60 and all(item["state"] == "scored" for item in web.list()), what="the list", within=120)
    plain, zipped = web.ask("worklist"), web.ask("worklist", Accept_Encoding="gzip")
    assert zipped.headers["Content-Encoding"] == "gzip" and len(zipped.body) < len(plain.body) / 4
    uids = [[item["study_instance_uid"] for item in json.loads(body)] for body in (plain.body, gzip.decompress(zipped.body))]
    assert uids[0] == uids[1]
    assert "Content-Encoding" not in web.ask("worklist", Accept_Encoding="gzip;q=0").headers


def test_every_open_page_hears_of_every_change(service, web, study):
    pages = [Events(service).__enter__() for _ in range(20)]
    try:
        assert all(page.content_type.startswith("text/event-stream") for page in pages)
        eventually(lambda: all(page.changes for page in pages), what="the first event of each page")
        # Then the list rests.
        eventually(lambda: [page.changes[-1] for page in pages] == [web.room()["change"]] * 20, what="all pages at the present list")
        before = [len(page.changes) for page in pages]
        assert web.act(study, "claim", "Dr. Adler").status == 200
        eventually(lambda: all(len(page.changes) > count for page, count in zip(pages, before)), what="word of the claim")
        # The list that a page then asks for shows it.
        assert web.item(study)["reader"] == "Dr. Adler"
    finally:
        for page in pages:
            page.__exit__()


def test_what_a_command_does_beside_the_service_is_heard_too(service, study):
    with Events(service) as page:
        eventually(lambda: page.changes, what="the first event")
        time.sleep(1)
        count = len(page.changes)
        assert service.command("pin", study, "--by", "Dr. Lead", "--reason", "x").returncode == 0
        eventually(lambda: len(page.changes) > count, what="word of the pin")


def test_a_burst_is_told_of_in_few_events(service, objects_folder):
    films = [write(radiograph(seed=seed, rows=64, columns=64), objects_folder) for seed in range(40)]
    with Events(service) as page:
        eventually(lambda: page.changes, what="the first event")
        store(service.dicom_port, films)
        for film in films:
            done(service, film.study_instance_uid)
        time.sleep(1)
        # 40 studies come, are completed and are scored: 120 changes, told of ten times a second at most.
        assert 1 < len(page.changes) < 120


def test_a_page_too_many_is_turned_away_and_one_that_has_gone_is_forgotten(start_service):
    service = start_service("--http-max-streams", "2")
    web = WebClient(service)
    with Events(service) as first, Events(service) as second:
        assert first.status == second.status == 200
        with Events(service) as third:
            assert third.status == 503 and third.answer.headers["Retry-After"]
    # A page that has closed is noticed with the next thing that it is told.
    def is_let_in():
        with Events(service) as page:
            return page.status == 200

    eventually(is_let_in, what="a free place", within=60, every=1)
    assert web.ask("worklist").status == 200


def test_a_page_that_reads_nothing_holds_nobody_up(service, web, study):
    stuck = Events(service)
    stuck._read = lambda: None
    with stuck, Events(service) as page:
        eventually(lambda: page.changes, what="the first event")
        for number in range(10):
            count = len(page.changes)
            assert web.act(study, ["claim", "release"][number % 2], "Dr. Adler").status == 200
            eventually(lambda: len(page.changes) > count, what="word of the act")
