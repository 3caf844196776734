"""A study sent by a modality stands in its place on the list, and the PACS knows."""

import json

import pytest

from contract import CATEGORIES, DONE, EXPLAIN_KEYS, SCORE_KEYS, STATES, WORKLIST_KEYS, priority_of
from objects import radiograph, slice_of_ct, write, write_study
from ordering_system import OrderingSystem, imaging_order, verdict
from senders import dcmtk, store, storescu
from receiving_system import Receiver
from service import REPOSITORY, firstread
from validation import assert_strictly_valid
from waiting import done, eventually

SAMPLE_STUDIES = REPOSITORY / "SampleStudies"


def shipped_labels():
    """The labels of each shipped model."""
    return [set(json.loads(path.read_text())["labels"]) - {""} for path in sorted((REPOSITORY / "Models").glob("*/model.json"))]


def test_a_chest_film_is_scored_and_announced(announcing, receiver, objects_folder):
    [film] = write_study(objects_folder)
    storescu(announcing.dicom_port, [film])
    item = done(announcing, film.study_instance_uid)
    assert item["state"] == "scored" and item["unscored_reason"] is None
    assert set(item["findings"]) in shipped_labels()
    assert all(0 <= probability <= 1 for probability in item["findings"].values())
    assert item["model"]["name"] and len(item["model"]["sha256"]) == 64
    assert item["reasons"] and item["next_step"]
    [message] = eventually(lambda: receiver.received(film.study_instance_uid), what="the announcement")
    assert message.type == "OMI^O23^OMI_O23"


def test_every_item_has_the_keys_of_the_contract_and_no_other(service, objects_folder):
    store(service.dicom_port, write_study(objects_folder) + write_study(objects_folder, make=slice_of_ct))
    items = eventually(lambda: (items := service.worklist()) and len(items) == 2 and items, what="two studies on the list")
    for item in items:
        assert set(item) == WORKLIST_KEYS
        assert item["state"] in STATES and item["category"] in CATEGORIES
    assert [item["rank"] for item in items] == [1, 2]


def test_a_ct_is_listed_unscored_with_the_reason(announcing, receiver, objects_folder):
    slices = write_study(objects_folder, 3, make=slice_of_ct)
    store(announcing.dicom_port, slices)
    item = done(announcing, slices[0].study_instance_uid)
    assert (item["state"], item["category"], item["images"]) == ("unscored", "unscored", 3)
    assert "CT" in item["unscored_reason"] and item["findings"] == {} and item["model"] is None
    [message] = eventually(lambda: receiver.received(slices[0].study_instance_uid), what="the announcement")
    assert message.observation("CATEGORY").startswith("unscored")


def test_a_lateral_does_not_make_a_study_unscored_that_has_a_frontal_view(service, objects_folder):
    frontal, = write_study(objects_folder, accession="FL-1", patient_id="FL-1")
    study = frontal.study_instance_uid
    lateral = write(radiograph(study=study, accession="FL-1", patient_id="FL-1", ViewPosition="LL"), objects_folder)
    store(service.dicom_port, [lateral, frontal])
    item = done(service, study)
    assert (item["state"], item["images"], item["conflicts"]) == ("scored", 2, [])


@pytest.mark.parametrize(
    ("attributes", "word"),
    [
        ({"ViewPosition": "LL"}, "view"),
        ({"BodyPartExamined": "HAND"}, "hand"),
        ({"Modality": "US"}, "US"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.1.1.1", "Modality": "DX", "PresentationIntentType": "FOR PROCESSING"}, "Processing"),
        ({"ViewPosition": None}, "view"),
        ({"BodyPartExamined": None}, "body part"),
    ],
    ids=["lateral", "another body part", "another modality", "for processing", "no view", "no body part"],
)
def test_an_image_the_model_was_not_made_for_stays_unscored(service, objects_folder, attributes, word):
    film = write(radiograph(**attributes), objects_folder)
    store(service.dicom_port, [film])
    item = done(service, film.study_instance_uid)
    assert item["state"] == "unscored" and word.lower() in item["unscored_reason"].lower()


def test_the_same_list_comes_over_http_and_from_the_command(service, objects_folder):
    [film] = write_study(objects_folder)
    store(service.dicom_port, [film])
    from_command = done(service, film.study_instance_uid)
    [over_http] = service.worklist_over_http()
    for key in ("waiting_seconds", "urgency", "reasons", "next_step"):  # these go with the time
        assert type(from_command.pop(key)) is type(over_http.pop(key))
    assert over_http == from_command


def test_each_message_is_valid_and_says_what_the_list_says(announcing, receiver, objects_folder):
    accession, patient = "ACC-1", "PAT-1"
    with OrderingSystem(announcing.hl7_port) as ris:
        assert verdict(ris.send(imaging_order(accession, patient, priority="S", patient_class="E"))) == "AA"
    scored = write_study(objects_folder, accession=accession, patient_id=patient)[0]
    unscored = write_study(objects_folder, make=slice_of_ct)[0]
    nameless = write_study(objects_folder, accession="")[0]
    store(announcing.dicom_port, [scored, unscored, nameless])
    for film in (scored, unscored, nameless):
        item = done(announcing, film.study_instance_uid)
        message = eventually(lambda: receiver.received(film.study_instance_uid), what="the announcement")[-1]
        assert_strictly_valid(message.text)
        assert message.field("MSH", 12) == "2.5.1" and message.field("MSH", 18) == "UNICODE UTF-8"
        assert 1 <= len(message.control_id) <= 20
        assert message.field("MSH", 15) == message.field("MSH", 16) == ""
        assert message.field("ORC", 1) == "XO"
        assert message.field("IPC", 3) == film.study_instance_uid
        assert message.field("TQ1", 9).split("^")[0] == priority_of(item)
        assert message.field("PID", 3).split("^")[0] == item["patient_id"]
        if item["accession_number"]:
            assert message.field("ORC", 3) == message.field("OBR", 3) == message.field("IPC", 1) == item["accession_number"]
        assert message.field("IPC", 2) and message.field("IPC", 4)
        assert float(message.observation("URGENCY")) == pytest.approx(item["urgency"], abs=0.05)
        assert message.observation("CATEGORY").split("^")[0] == item["category"]
        for label, probability in item["findings"].items():
            assert float(message.observation(label)) == pytest.approx(probability, abs=1e-3)
        rows = message.rows("OBX")
        assert [str(row[1]) for row in rows] == [str(n) for n in range(1, len(rows) + 1)]
        assert {str(row[11]) for row in rows} == {"P"}
        assert all(str(row[3]).split("^")[2] == "99FIRSTREAD" for row in rows)
        types = {str(row[3]).split("^")[0]: str(row[2]) for row in rows}
        assert (types["URGENCY"], types["CATEGORY"], types["REASON"]) == ("NM", "CE", "TX")


def test_the_other_format_is_valid_too(start_service, receiver, objects_folder):
    service = start_service("--feed", receiver.address, "--feed-format", "orm")
    [film] = write_study(objects_folder)
    store(service.dicom_port, [film])
    item = done(service, film.study_instance_uid)
    [message] = eventually(receiver.received, what="the announcement")
    assert message.type.startswith("ORM^O01")
    assert_strictly_valid(message.text)
    assert message.field("ORC", 7).split("^")[5] == message.field("OBR", 27).split("^")[5] == priority_of(item)
    assert message.field("OBR", 3) == item["accession_number"]
    assert message.is_of(film.study_instance_uid)


def test_every_feed_gets_every_study(start_service, receiver, objects_folder):
    with Receiver() as second:
        service = start_service("--feed", receiver.address, "--feed", second.address)
        [film] = write_study(objects_folder)
        store(service.dicom_port, [film])
        for system in (receiver, second):
            eventually(lambda: system.accepted(film.study_instance_uid), what="the announcement")
        service.stop()


def test_explain_says_where_each_figure_came_from(service, objects_folder):
    [film] = write_study(objects_folder)
    store(service.dicom_port, [film])
    item = done(service, film.study_instance_uid)
    told = service.explain(film.study_instance_uid)
    assert set(told) == EXPLAIN_KEYS
    assert told["history"] and all({"time", "event", "actor"} <= set(event) for event in told["history"])
    assert told["inputs"] and told["engine"]
    by_accession = service.explain(item["accession_number"])
    assert by_accession["study_instance_uid"] == film.study_instance_uid


def test_explain_of_an_accession_number_of_two_studies_lists_them(service, objects_folder):
    films = [write_study(objects_folder, accession="TWICE")[0] for _ in range(2)]
    store(service.dicom_port, films)
    eventually(lambda: len(service.worklist()) == 2, what="two studies on the list")
    result = service.command("explain", "TWICE")
    assert result.returncode == 1
    for film in films:
        assert film.study_instance_uid in result.stdout + result.stderr


def test_explain_of_an_unknown_study_says_so(service):
    result = service.command("explain", "NOWHERE")
    assert result.returncode == 1 and "NOWHERE" in result.stderr


def test_limit_cuts_the_list(service, objects_folder):
    store(service.dicom_port, [write_study(objects_folder)[0] for _ in range(3)])
    eventually(lambda: len(service.worklist()) == 3, what="three studies on the list")
    assert [item["rank"] for item in service.worklist("--limit", 2)] == [1, 2]


def test_the_order_of_the_list_is_sane(service, objects_folder):
    films = [write(radiograph(seed=seed), objects_folder) for seed in range(4)] + write_study(objects_folder, make=slice_of_ct)
    store(service.dicom_port, films)
    for film in films:
        done(service, film.study_instance_uid)
    items = service.worklist()
    # All came within seconds and under the same order priority, and none is past its limit: what is critical leads.
    is_critical = [item["category"] == "critical" for item in items]
    assert is_critical == sorted(is_critical, reverse=True)
    urgencies = [item["urgency"] for item in items]
    assert urgencies == sorted(urgencies, reverse=True), "urgency: higher is read earlier"


@pytest.mark.skipif(not any(SAMPLE_STUDIES.glob("*/")), reason="SampleStudies/ is not there")
@pytest.mark.timeout(400)
def test_all_sample_studies_get_through(announcing, receiver):
    folders = sorted(path for path in SAMPLE_STUDIES.iterdir() if path.is_dir())
    for folder in folders:
        dcmtk("dcmsend", "--decompress-never", "+sd", "+r", "-aec", "FIRSTREAD", "127.0.0.1", announcing.dicom_port, folder)
    items = eventually(
        lambda: (items := announcing.worklist()) and all(item["state"] in DONE for item in items) and items,
        within=200, every=0.5, what="all sample studies being done")
    assert len(items) == len(folders) >= 24
    for item in items:
        assert item["state"] == "scored" or item["unscored_reason"]
        messages = eventually(lambda: receiver.accepted(item["study_instance_uid"]), what="an announcement of each study")
        for message in messages:
            assert_strictly_valid(message.text)
    arrival = sorted(items, key=lambda item: item["received_at"])
    assert arrival != items, "the list after equals the list before"


def test_score_reads_files_without_a_service(objects_folder):
    film, = write_study(objects_folder)
    slice_, = write_study(objects_folder, make=slice_of_ct)
    result = firstread("score", "--json", film.path, slice_.path)
    assert result.returncode == 0, result.stderr
    scored, refused = json.loads(result.stdout)
    assert set(scored) == set(refused) == SCORE_KEYS
    assert [scored["file"], refused["file"]] == [str(film.path), str(slice_.path)]
    assert scored["sop_instance_uid"] == film.sop_instance_uid
    assert scored["unscored_reason"] is None and set(scored["findings"]) in shipped_labels()
    assert set(scored["logits"]) == set(scored["findings"]) or len(scored["logits"]) == len(scored["findings"])
    assert {"decode", "preprocess", "network"} <= set(scored["milliseconds"])
    assert refused["category"] == "unscored" and "CT" in refused["unscored_reason"]


def test_score_of_a_file_that_cannot_be_read_fails_and_names_it(objects_folder):
    film, = write_study(objects_folder)
    junk = objects_folder / "junk.dcm"
    junk.write_bytes(b"no DICOM at all")
    result = firstread("score", "--json", film.path, junk)
    assert result.returncode == 1 and "junk.dcm" in result.stderr


def test_the_command_and_the_service_give_the_same_figures(service, objects_folder):
    [film] = write_study(objects_folder)
    store(service.dicom_port, [film])
    item = done(service, film.study_instance_uid)
    [scored] = json.loads(firstread("score", "--json", film.path).stdout)
    assert scored["findings"] == pytest.approx(item["findings"], abs=1e-6)
