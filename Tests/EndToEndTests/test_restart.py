"""Stopped or killed, and started again: the list is as it was, and work goes on where it stopped."""

from feed_options import IMPATIENT
from objects import write_study
from senders import store
from waiting import done, eventually


def lasting(items):
    """What does not go with the time."""
    return [{key: item[key] for key in sorted(item) if key not in ("waiting_seconds", "urgency", "reasons", "next_step")} for item in items]


def test_the_list_is_the_same_after_a_restart(service, objects_folder):
    films = [write_study(objects_folder)[0] for _ in range(3)]
    store(service.dicom_port, films)
    for film in films:
        done(service, film.study_instance_uid)
    before = lasting(service.worklist())
    service.restart()
    assert lasting(service.worklist()) == before
    service.kill()
    service.start()
    assert lasting(service.worklist()) == before


def test_the_list_can_be_read_while_nothing_serves(service, objects_folder):
    [film] = write_study(objects_folder)
    store(service.dicom_port, [film])
    done(service, film.study_instance_uid)
    service.stop()
    assert len(service.worklist()) == 1


def test_a_study_that_was_incomplete_at_a_kill_is_completed_after_it(start_service, receiver, objects_folder):
    service = start_service("--feed", receiver.address, *IMPATIENT, quiet_seconds=3)
    films = write_study(objects_folder, 2)
    store(service.dicom_port, films)
    service.kill()
    service.start()
    item = done(service, films[0].study_instance_uid)
    assert item["images"] == 2
    eventually(lambda: receiver.accepted(films[0].study_instance_uid), what="the announcement")


def test_a_study_goes_on_growing_after_a_restart(service, objects_folder):
    films = write_study(objects_folder, 2)
    store(service.dicom_port, films[:1])
    done(service, films[0].study_instance_uid)
    service.restart()
    store(service.dicom_port, films[1:])
    eventually(lambda: service.study(films[0].study_instance_uid)["images"] == 2, what="the second image")
    done(service, films[0].study_instance_uid)


def test_sigterm_finishes_what_is_in_hand(start_service, receiver, objects_folder):
    service = start_service("--feed", receiver.address)
    films = [write_study(objects_folder, NumberOfStudyRelatedInstances=1)[0] for _ in range(5)]
    store(service.dicom_port, films)
    service.stop()
    service.start()
    for film in films:
        done(service, film.study_instance_uid)
        eventually(lambda: receiver.accepted(film.study_instance_uid), what="each announcement")
        assert len({d.control_id for d in receiver.received(film.study_instance_uid)}) == 1
