"""A finding of minutes, by a synthetic model: the shipped one has none that reaches critical."""

import pytest

from objects import slice_of_ct, write_study
from ordering_system import OrderingSystem, imaging_order, verdict
from senders import store
from test_model_folders import Folder
from waiting import done, eventually

CERTAIN = 30.0  # logits: a probability of 1 but for 1e-13


@pytest.fixture
def alarmist(tmp_path):
    """The shipped network with another last bias: it finds a pneumothorax in every film, and nothing else."""
    folder = Folder(tmp_path / "alarmist")
    labels = folder.description["labels"]
    # The weights of the last layer stay: what the bias adds to the first logit and takes from the others outweighs them.
    folder.shift([10 * CERTAIN] + [-10 * CERTAIN] * (len(labels) - 1))
    del folder.description["calibration"], folder.description["thresholds"]
    folder.describe(name="alarmist", labels=["pneumothorax", *labels[1:]])
    folder.save()
    return folder


def test_a_pneumothorax_leads_the_list_and_the_pacs_is_told_it_is_critical(start_service, receiver, alarmist, objects_folder):
    service = start_service("--model", alarmist.path, "--feed", receiver.address)
    with OrderingSystem(service.hl7_port) as ris:
        assert verdict(ris.send(imaging_order("CR-1", "CR-P", priority="S", patient_class="E"))) == "AA"
    before = write_study(objects_folder, accession="CR-1", patient_id="CR-P", make=slice_of_ct)
    store(service.dicom_port, before)
    done(service, before[0].study_instance_uid)

    [film] = write_study(objects_folder)
    store(service.dicom_port, [film])
    item = done(service, film.study_instance_uid)
    assert item["category"] == "critical" and item["findings"]["pneumothorax"] > 0.99
    assert any("pneumothorax" in reason and "minute" in reason for reason in item["reasons"])
    assert "now" in item["next_step"]
    assert [place["study_instance_uid"] for place in service.worklist()] == [film.study_instance_uid, before[0].study_instance_uid]

    message = eventually(lambda: receiver.received(film.study_instance_uid), what="the announcement")[-1]
    assert message.field("TQ1", 9).split("^")[0] == "S"
    assert message.observation("CATEGORY").split("^")[0] == "critical"
