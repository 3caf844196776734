"""The feed and its acknowledgements: nothing is lost, nothing credited that was not earned, nobody held up."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from feed_options import IMPATIENT
from objects import write_study
from receiving_system import (
    ACCEPT, BYTE_BY_BYTE, CLOSE, COMMIT_ERROR, COMMIT_REJECT, COMMIT_THEN_ACCEPT, ERROR, GARBAGE, HALF_FRAME, REJECT, RESPONSE_TYPE, SILENCE,
    WRONG_ID, Late, Receiver,
)
from senders import store
from waiting import done, eventually


@pytest.fixture
def announcing(start_service, receiver):
    return start_service("--feed", receiver.address, *IMPATIENT)


def send_one(service, folder):
    [film] = write_study(folder)
    store(service.dicom_port, [film])
    return film.study_instance_uid


def set_aside(service):
    """How many messages /metrics says were set aside."""
    status, text = service.http("/metrics")
    assert status == 200
    return sum(
        sample.value
        for family in text_string_to_metric_families(text) for sample in family.samples
        if sample.name.startswith("firstread_feed")
        and any("set_aside" in text.replace("-", "_") for text in (sample.name, *sample.labels.values()))
    )


@pytest.mark.parametrize("answer", [ACCEPT, COMMIT_THEN_ACCEPT, RESPONSE_TYPE, BYTE_BY_BYTE, Late(0.5)], ids=str)
def test_an_acceptance_of_any_kind_is_the_end_of_it(announcing, receiver, objects_folder, answer):
    receiver.answer = lambda delivery, earlier: answer
    studies = [send_one(announcing, objects_folder) for _ in range(3)]
    for study in studies:
        eventually(lambda: receiver.accepted(study), what="an acceptance")
    announcing.restart()
    last = send_one(announcing, objects_folder)
    eventually(lambda: receiver.accepted(last), what="an acceptance after the restart")
    assert [len(receiver.received(study)) for study in studies] == [1, 1, 1]


@pytest.mark.parametrize(
    "trouble", [ERROR, COMMIT_ERROR, SILENCE, WRONG_ID, GARBAGE, HALF_FRAME, CLOSE], ids=str)
def test_what_is_not_acknowledged_comes_again_under_the_same_control_id(announcing, receiver, objects_folder, trouble):
    receiver.answer = lambda delivery, earlier: trouble if earlier < 2 else ACCEPT
    study = send_one(announcing, objects_folder)
    eventually(lambda: receiver.accepted(study), within=120, what="an acceptance in the end")
    deliveries = receiver.received(study)
    assert len(deliveries) == 3
    assert len({d.control_id for d in deliveries}) == 1
    assert len({d.text for d in deliveries}) == 1
    pauses = [later.at - earlier.at for earlier, later in zip(deliveries, deliveries[1:])]
    assert pauses[0] > 0.1, "no pause before the first retry"


@pytest.mark.parametrize("answer", [REJECT, COMMIT_REJECT])
def test_a_rejected_message_is_set_aside_and_shown_never_repeated(announcing, receiver, objects_folder, answer):
    rejected = set()

    def choose(delivery, earlier):
        if not rejected:
            rejected.add(delivery.control_id)
        return answer if delivery.control_id in rejected else ACCEPT

    receiver.answer = choose
    first = send_one(announcing, objects_folder)
    eventually(lambda: receiver.received(first), what="the first message")
    eventually(lambda: set_aside(announcing) == 1, what="the metric showing a message set aside")
    second = send_one(announcing, objects_folder)
    eventually(lambda: receiver.accepted(second), what="the next study's message")
    assert len(receiver.received(first)) == 1
    [control_id] = rejected
    assert control_id in announcing.log, "the log names the message"
    assert "set-aside" in [event["event"] for event in announcing.explain(first)["history"]]
    announcing.restart()
    third = send_one(announcing, objects_folder)
    eventually(lambda: receiver.accepted(third), what="a message after the restart")
    assert len(receiver.received(first)) == 1 and set_aside(announcing) == 1


@pytest.mark.parametrize("trouble", [WRONG_ID, Late(5)], ids=str)
def test_an_acknowledgement_is_never_credited_to_another_message(announcing, receiver, objects_folder, trouble):
    """The late one is later than the feed waits: by then the connection has to be closed."""
    troubled = []

    def choose(delivery, earlier):
        if not troubled:
            troubled.append(delivery.control_id)
            return trouble
        return ACCEPT

    receiver.answer = choose
    studies = [send_one(announcing, objects_folder) for _ in range(3)]
    for study in studies:
        eventually(lambda: [d for d in receiver.received(study) if d.answer == ACCEPT], within=120, what="each announcement")
    first = [d for d in receiver.received() if d.control_id == troubled[0]]
    assert [d.answer for d in first] == [trouble, ACCEPT]
    assert first[0].connection != first[1].connection, "the connection was kept"
    assert [d for d in receiver.received() if d.connection == first[0].connection and d.at > first[0].at] == []


@pytest.mark.parametrize("trouble", [ERROR, SILENCE, WRONG_ID, GARBAGE, HALF_FRAME, CLOSE], ids=str)
def test_one_studys_trouble_holds_up_no_other(announcing, receiver, objects_folder, trouble):
    """Whatever the receiver does whenever it sees that one message, a poisoned one for instance, the others get through."""
    [film] = write_study(objects_folder)
    troubled = film.study_instance_uid
    receiver.answer = lambda delivery, earlier: trouble if delivery.is_of(troubled) else ACCEPT
    store(announcing.dicom_port, [film])
    eventually(lambda: receiver.received(troubled), what="the troubled study's first message")
    others = [send_one(announcing, objects_folder) for _ in range(5)]
    for study in others:
        eventually(lambda: receiver.accepted(study), within=90, what="another study's announcement")
    receiver.answer = lambda delivery, earlier: ACCEPT
    eventually(lambda: receiver.accepted(troubled), within=90, what="the troubled study's announcement")


def test_messages_of_one_study_go_out_in_order(announcing, receiver, objects_folder):
    films = write_study(objects_folder, 2)
    study = films[0].study_instance_uid
    is_open = []
    receiver.answer = lambda delivery, earlier: ACCEPT if is_open or not delivery.is_of(study) else ERROR
    store(announcing.dicom_port, films[:1])
    eventually(lambda: receiver.received(study), what="the first message")
    store(announcing.dicom_port, films[1:])
    eventually(lambda: (item := announcing.study(study)) and item["images"] == 2 and item["state"] == "scored", what="the second scoring")
    other = send_one(announcing, objects_folder)
    eventually(lambda: receiver.accepted(other), what="another study's announcement")
    assert len({d.control_id for d in receiver.received(study)}) == 1, "the second message went before the first was done"
    is_open.append(True)
    eventually(lambda: len({d.control_id for d in receiver.accepted(study)}) == 2, within=90, what="both messages")
    order = list(dict.fromkeys(d.control_id for d in receiver.received(study)))
    assert [d.control_id for d in receiver.accepted(study)] == order


def test_a_receiver_that_is_down_at_the_start_gets_everything_later(start_service, objects_folder):
    with Receiver() as pacs:
        pacs.close()
        service = start_service("--feed", pacs.address, *IMPATIENT)
        studies = [send_one(service, objects_folder) for _ in range(3)]
        for study in studies:
            assert done(service, study)["state"] == "scored"
        pacs.open()
        for study in studies:
            eventually(lambda: len(pacs.accepted(study)) == 1, within=90, what="each announcement")
        assert pacs.errors == []


def test_what_was_waiting_goes_out_after_a_kill(start_service, objects_folder):
    with Receiver() as pacs:
        pacs.close()
        service = start_service("--feed", pacs.address, *IMPATIENT)
        study = send_one(service, objects_folder)
        done(service, study)
        service.kill()
        pacs.open()
        service.start()
        eventually(lambda: pacs.accepted(study), within=90, what="the announcement")


def test_one_feed_that_is_down_does_not_hold_up_the_other(start_service, receiver, objects_folder):
    with Receiver() as down:
        down.close()
        service = start_service("--feed", down.address, "--feed", receiver.address, *IMPATIENT)
        study = send_one(service, objects_folder)
        eventually(lambda: receiver.accepted(study), what="the announcement at the feed that is up")
