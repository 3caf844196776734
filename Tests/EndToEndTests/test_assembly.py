"""When a study is complete, and what a late image does."""

from objects import radiograph, write, write_study
from ordering_system import OrderingSystem, imaging_order, verdict
from senders import store
from waiting import done, eventually

NEVER = 3600  # quiet seconds that no test lives to see


def test_silence_completes_a_study(start_service, objects_folder):
    service = start_service(quiet_seconds=3)
    films = write_study(objects_folder, 2)
    store(service.dicom_port, films)
    assert service.study(films[0].study_instance_uid)["state"] == "receiving"
    item = done(service, films[0].study_instance_uid)
    assert item["completed_at"] is not None and item["images"] == 2


def test_the_number_the_images_state_completes_a_study_at_once(start_service, objects_folder):
    service = start_service(quiet_seconds=NEVER)
    films = write_study(objects_folder, 3, NumberOfStudyRelatedInstances=3)
    study = films[0].study_instance_uid
    store(service.dicom_port, films[:2])
    assert service.study(study)["state"] == "receiving"
    store(service.dicom_port, films[2:])
    assert done(service, study)["images"] == 3


def test_the_number_the_order_states_completes_a_study_at_once(start_service, objects_folder):
    service = start_service(quiet_seconds=NEVER)
    films = write_study(objects_folder, 2, accession="EX-1", patient_id="EX-P")
    study = films[0].study_instance_uid
    with OrderingSystem(service.hl7_port) as ris:
        assert verdict(ris.send(imaging_order("EX-1", "EX-P", expected_images=2))) == "AA"
    store(service.dicom_port, films[:1])
    assert service.study(study)["state"] == "receiving"
    store(service.dicom_port, films[1:])
    assert done(service, study)["images"] == 2


def test_an_order_that_comes_after_the_images_completes_them_too(start_service, objects_folder):
    service = start_service(quiet_seconds=NEVER)
    films = write_study(objects_folder, 2, accession="EX-2", patient_id="EX-P")
    store(service.dicom_port, films)
    assert service.study(films[0].study_instance_uid)["state"] == "receiving"
    with OrderingSystem(service.hl7_port) as ris:
        assert verdict(ris.send(imaging_order("EX-2", "EX-P", expected_images=2))) == "AA"
    done(service, films[0].study_instance_uid)


def test_a_late_image_is_scored_and_announced_again_once(announcing, receiver, objects_folder):
    films = write_study(objects_folder, 4)
    study = films[0].study_instance_uid
    store(announcing.dicom_port, films[:1])
    first = done(announcing, study)
    eventually(lambda: len(receiver.accepted(study)) == 1, what="the announcement")

    store(announcing.dicom_port, films[1:])
    again = eventually(
        lambda: (item := announcing.study(study)) and item["images"] == 4 and item["state"] == "scored" and item,
        what="the study being scored again")
    assert again["completed_at"] > first["completed_at"] and again["received_at"] == first["received_at"]
    eventually(lambda: len(receiver.accepted(study)) == 2, what="the second announcement")

    # A second study, sent and announced after that, shows that no third announcement was still on its way.
    [other] = write_study(objects_folder)
    store(announcing.dicom_port, [other])
    eventually(lambda: receiver.accepted(other.study_instance_uid), what="the other study's announcement")
    messages = receiver.received(study)
    assert len(messages) == 2 and messages[0].control_id != messages[1].control_id


def test_the_same_image_again_does_not_reopen_a_study(announcing, receiver, objects_folder):
    [film] = write_study(objects_folder)
    store(announcing.dicom_port, [film])
    before = done(announcing, film.study_instance_uid)
    store(announcing.dicom_port, [film])
    [other] = write_study(objects_folder)
    store(announcing.dicom_port, [other])
    eventually(lambda: receiver.accepted(other.study_instance_uid), what="the other study's announcement")
    assert announcing.study(film.study_instance_uid)["completed_at"] == before["completed_at"]
    assert len(receiver.received(film.study_instance_uid)) == 1


def test_several_series_are_one_study(service, objects_folder):
    shared = {"accession": "SER-1", "patient_id": "SER-P"}
    first = write(radiograph(**shared), objects_folder)
    second = write(radiograph(study=first.study_instance_uid, SeriesNumber=2, **shared), objects_folder)
    store(service.dicom_port, [first, second])
    assert done(service, first.study_instance_uid)["images"] == 2
    assert len(service.worklist()) == 1
