"""A lead puts a study first, or releases it: from the command line, beside the running service."""

import pytest
from objects import radiograph, write
from senders import store
from waiting import eventually


@pytest.fixture
def three(service, objects_folder):
    films = [write(radiograph(seed=seed), objects_folder) for seed in range(3)]
    store(service.dicom_port, films)
    eventually(lambda: len(service.worklist()) == 3 and all(item["state"] == "scored" for item in service.worklist()), what="three scored studies")
    return service


def uids(service):
    return [item["study_instance_uid"] for item in service.worklist()]


def test_a_pinned_study_is_first_until_it_is_released(three):
    before = uids(three)
    pinned = three.command("pin", before[-1], "--by", "Dr. Lead", "--reason", "patient in theatre")
    assert pinned.returncode == 0, pinned.stderr
    assert uids(three)[0] == before[-1]
    assert three.worklist()[0]["reasons"][0] == "put first by Dr. Lead: patient in theatre"
    released = three.command("pin", before[-1], "--release", "--by", "Dr. Other", "--reason", "done")
    assert released.returncode == 0, released.stderr
    assert uids(three)[-1] == before[-1]
    deeds = [(event["event"], event["actor"], event["detail"]["reason"]) for event in three.explain(before[-1])["history"][-2:]]
    assert deeds == [("pinned", "Dr. Lead", "patient in theatre"), ("released", "Dr. Other", "done")]


@pytest.mark.parametrize("arguments, word", [
    (["--by", " ", "--reason", "x"], "name"), (["--by", "A", "--reason", ""], "reason"), (["--release", "--by", "A", "--reason", "x"], "not pinned"),
])
def test_a_pin_without_name_or_reason_is_refused(three, arguments, word):
    result = three.command("pin", uids(three)[0], *arguments)
    assert result.returncode == 1 and word in result.stderr


def test_the_terms_of_a_place_add_up_to_its_index(three):
    for uid in uids(three):
        told = three.explain(uid)
        assert sum(term["value"] for term in told["terms"]) == pytest.approx(told["index"])
        assert all(term["value"] == pytest.approx((1 if term["probability"] is None else term["probability"]) * term["marginal_cost"]) for term in told["terms"])
