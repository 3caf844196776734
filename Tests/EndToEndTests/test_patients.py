"""Patients' data and merges that come in over MLLP (ADT^A08, ADT^A40)."""

import pytest

from objects import write_study
from ordering_system import OrderingSystem, final_report, imaging_order, patient_merge, patient_update, verdict
from senders import store
from waiting import done, eventually


@pytest.fixture
def ris(service):
    with OrderingSystem(service.hl7_port) as system:
        yield system


def sent(ris, *messages):
    for message in messages:
        answer = ris.send(message)
        assert verdict(answer) == "AA", str(answer)


@pytest.mark.parametrize("when", ["before the images", "after the images"])
def test_a_chain_of_merges_holds_for_the_study_and_both_numbers_find_it(service, ris, objects_folder, when):
    [film] = write_study(objects_folder, accession="MG-1", patient_id="OLD")
    merges = [patient_merge("OLD", "MIDDLE", at="20260105090000"), patient_merge("MIDDLE", "NEW", at="20260105091000")]
    if when == "before the images":
        sent(ris, *merges)
    store(service.dicom_port, [film])
    done(service, film.study_instance_uid)
    if when == "after the images":
        sent(ris, *merges)
    sent(ris, imaging_order("MG-1", "NEW", priority="S", at="20260105092000"))
    item = service.study(film.study_instance_uid)
    assert (item["patient_id"], item["order_priority"], item["conflicts"]) == ("NEW", "STAT", [])
    for number in ("OLD", "MIDDLE", "NEW"):
        assert service.explain(number)["study_instance_uid"] == film.study_instance_uid
    assert "patient-merged" in [event["event"] for event in service.explain("NEW")["history"]]
    service.restart()
    assert service.study(film.study_instance_uid)["patient_id"] == "NEW"


def test_the_patients_data_reach_the_list_and_an_older_message_does_not(service, ris, objects_folder):
    [film] = write_study(objects_folder, patient_id="PU-1")
    store(service.dicom_port, [film])
    done(service, film.study_instance_uid)
    sent(ris, patient_update("PU-1", name="Neu^Eva", at="20260105100000"), patient_update("PU-1", name="Alt^Eva", at="20260105090000"))
    assert service.study(film.study_instance_uid)["patient_name"] == "Neu^Eva"


def test_a_merge_without_its_prior_number_is_refused_with_segment_and_field(ris):
    answer = ris.send(patient_merge("", "NEW"))
    assert verdict(answer) == "AE"
    assert str(answer.segment("ERR")[2]).startswith("MRG^1^1")


def test_the_final_report_is_kept_word_for_word_beside_the_score(service, ris, objects_folder):
    [film] = write_study(objects_folder, accession="OC-1", patient_id="OC-P")
    store(service.dicom_port, [film])
    scored = done(service, film.study_instance_uid)
    sent(ris, final_report("OC-1", "OC-P", text=["Kein Erguß links.", "No pneumothorax \\T\\ no mass."]))
    [outcome] = service.explain("OC-1")["outcomes"]
    assert outcome["text"] == "Kein Erguß links.\nNo pneumothorax & no mass."
    assert (outcome["author"], outcome["status"], outcome["category"], outcome["findings"]) == ("Berg^Jonas", "final", scored["category"], scored["findings"])
    sent(ris, final_report("OC-1", "OC-P", text=["Nodule."], status="C", at="20260105120000"))
    assert [o["text"] for o in service.explain("OC-1")["outcomes"]][1:] == ["Nodule."]
    history = [event["event"] for event in service.explain("OC-1")["history"]]
    assert history[-2:] == ["reported", "report-corrected"]
    shown = service.command("explain", "OC-1").stdout
    assert "Kein Erguß links." in shown and "Berg" in shown


@pytest.mark.parametrize("status", ["P", "R", ""])
def test_a_report_that_is_not_final_leaves_the_study_on_the_list(service, ris, objects_folder, status):
    [film] = write_study(objects_folder, accession="PR-1", patient_id="PR-P")
    store(service.dicom_port, [film])
    done(service, film.study_instance_uid)
    sent(ris, final_report("PR-1", "PR-P", status=status))
    assert service.study(film.study_instance_uid)["state"] != "reported"


def test_a_report_that_comes_first_closes_the_study_when_its_images_are_here(service, ris, objects_folder):
    films = write_study(objects_folder, 2, accession="RF-1", patient_id="RF-P")
    sent(ris, final_report("RF-1", "RF-P", at="20260105100000"))
    store(service.dicom_port, films)
    study = films[0].study_instance_uid
    eventually(lambda: (item := service.study(study, "--all")) and item["state"] == "reported", what="the study being closed", within=60)
    assert service.study(study) is None


def test_earlier_studies_of_the_patient_are_explained(service, ris, objects_folder):
    [earlier] = write_study(objects_folder, patient_id="EA-OLD", StudyDate="20250101")
    [film] = write_study(objects_folder, accession="EA-1", patient_id="EA-NEW")
    store(service.dicom_port, [earlier, film])
    for one in (earlier, film):
        done(service, one.study_instance_uid)
    assert "earlier_studies" not in service.explain("EA-1")
    sent(ris, patient_merge("EA-OLD", "EA-NEW"))
    [known] = service.explain("EA-1")["earlier_studies"]
    assert (known["study_instance_uid"], known["study_date"], known["report"]) == (earlier.study_instance_uid, "20250101", None)


def test_a_priority_that_changes_is_announced(announcing, receiver, objects_folder):
    [film] = write_study(objects_folder, accession="AN-1", patient_id="AN-P")
    store(announcing.dicom_port, [film])
    item = done(announcing, film.study_instance_uid)
    assert item["category"] != "critical"
    eventually(lambda: len(receiver.accepted(film.study_instance_uid)) == 1, what="the score's message")
    with OrderingSystem(announcing.hl7_port) as ris:
        sent(ris, imaging_order("AN-1", "AN-P", priority="S"))
    eventually(lambda: [d.field("TQ1", 9) for d in receiver.accepted(film.study_instance_uid)][1:] == ["S"], what="the order's message")
