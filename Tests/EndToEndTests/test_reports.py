"""Draft reports, by a synthetic model: made, signed, edited, rejected, withdrawn; as the PACS and the command line see them."""

import json
import threading

import pytest

from objects import radiograph, write, write_study
from ordering_system import OrderingSystem, final_report, imaging_order, verdict
from senders import store
from service import REPOSITORY, firstread
from test_model_folders import Folder
from validation import assert_strictly_valid
from waiting import done, eventually

CERTAIN = 30.0  # logits
SENSITIVITY = {"observed": 0.99, "low": 0.98, "high": 0.995, "abnormal": 1000, "films": "synthetic films"}


def synthetic(path, shift, **description):
    """The shipped network with another last bias, calibrated, with a measured rule-out threshold."""
    folder = Folder(path)
    labels = folder.description["labels"]
    folder.shift([shift] * len(labels))
    folder.describe(**{
        "name": "synthetic", "version": "7",
        "calibration": {label: {"kind": "temperature", "t": 1.0} for label in labels if label},
        "thresholds": {"rule_out": {"label": "abnormal", "below": 0.05, "minimum_age": 18, "sensitivity": SENSITIVITY}, "urgent": {"effusion": 0.5}},
        "approved": {"by": "test", "on": "2026-01-01"}, **description,
    })
    folder.save()
    return folder


@pytest.fixture
def optimist(tmp_path):
    """Finds nothing in any film."""
    return synthetic(tmp_path / "optimist", -10 * CERTAIN)


@pytest.fixture
def drafting(start_service, receiver, optimist):
    return start_service("--model", optimist.path, "--drafts", "on", "--feed", receiver.address)


def send_film(service, folder, **attributes):
    [film] = write_study(folder, **attributes)
    store(service.dicom_port, [film])
    return film


def drafted(service, study):
    """Waits for a draft, and returns its identifier."""
    def identifier():
        item = service.study(study, "--all")
        return item and item["draft_report"]

    return eventually(identifier, within=60, what="a draft")


def not_drafted(service, study):
    """Waits for the decision against a draft, and returns its reasons."""
    return eventually(lambda: service.explain(study)["draft"]["reasons"], within=60, what="a decision against a draft")


def results(receiver, study):
    """The reports that were received of a study, each once, in order."""
    seen = {}
    for delivery in receiver.received(study):
        if delivery.type.startswith("ORU"):
            seen.setdefault(delivery.control_id, delivery)
    return list(seen.values())


def statuses(delivery):
    """OBR-25, and every OBX-11."""
    return delivery.field("OBR", 25), {str(row[11]) for row in delivery.rows("OBX")}


def lines(delivery):
    return delivery.observation("REPORT").split("\\.br\\")


def report(service, *arguments):
    return service.command("report", *arguments)


def shown(service, identifier):
    result = report(service, "show", identifier, "--json")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def eventually_results(receiver, study, count):
    return eventually(lambda: (found := results(receiver, study)) and len(found) >= count and found, what=f"{count} reports")


def test_a_normal_film_is_drafted_and_the_pacs_gets_a_preliminary_report(drafting, receiver, objects_folder):
    film = send_film(drafting, objects_folder)
    identifier = drafted(drafting, film.study_instance_uid)
    [delivery] = eventually_results(receiver, film.study_instance_uid, 1)
    assert delivery.type == "ORU^R01^ORU_R01" and statuses(delivery) == ("P", {"P"})
    assert delivery.observation("REPORT_ID") == identifier
    assert delivery.field("OBR", 3) == drafting.study(film.study_instance_uid)["accession_number"]
    text = lines(delivery)
    assert text[0].startswith("DRAFT, not signed.") and "synthetic 7" in text[0]
    assert "98.0 % to 99.5 %" in text[1] and "1000" in text[1] and "2.0 %" in text[1]
    for heading in ["Examination", "Clinical information", "Technique", "Comparison", "Findings", "Impression"]:
        assert text.count(heading) == 1
    assert_strictly_valid(delivery.text)
    item = drafting.study(film.study_instance_uid)
    assert item["state"] == "scored"
    draft = drafting.explain(film.study_instance_uid)["draft"]
    assert draft["id"] == identifier and draft["state"] == "drafted" and draft["reasons"] == []
    assert draft["sentences"] and all(sentence["sources"] for sentence in draft["sentences"])
    assert draft["sensitivity"]["low"] == 0.98


def test_drafting_is_off_unless_said(start_service, receiver, optimist, objects_folder):
    service = start_service("--model", optimist.path, "--feed", receiver.address)
    film = send_film(service, objects_folder)
    done(service, film.study_instance_uid)
    service.stop()  # everything in hand is finished
    service.options += ["--drafts", "on"]
    assert results(receiver, film.study_instance_uid) == []
    service.start()
    drafted(service, film.study_instance_uid)  # what waits is drafted once it is on
    eventually_results(receiver, film.study_instance_uid, 1)


def test_a_signed_draft_is_final_and_the_study_leaves_the_list(drafting, receiver, objects_folder):
    film = send_film(drafting, objects_folder)
    identifier = drafted(drafting, film.study_instance_uid)
    result = report(drafting, "sign", identifier, "--by", "Dr. Adler")
    assert result.returncode == 0, result.stderr
    [_, final] = eventually_results(receiver, film.study_instance_uid, 2)
    assert statuses(final) == ("F", {"F"}) and "Dr. Adler" in final.field("OBR", 32)
    assert lines(final)[0].startswith("Signed by Dr. Adler on ") and "DRAFT" not in final.text
    assert_strictly_valid(final.text)
    assert drafting.study(film.study_instance_uid) is None
    item = drafting.study(film.study_instance_uid, "--all")
    assert item["state"] == "reported" and item["draft_report"] == identifier
    again = report(drafting, "sign", identifier, "--by", "Dr. Busch")
    assert again.returncode == 1 and "signed by Dr. Adler" in again.stderr
    rejected = report(drafting, "reject", identifier, "--by", "Dr. Busch", "--reason", "no")
    assert rejected.returncode == 1 and "signed by Dr. Adler" in rejected.stderr


def test_an_edited_text_is_signed_and_corrected_and_every_text_is_kept(drafting, receiver, objects_folder, tmp_path):
    film = send_film(drafting, objects_folder)
    identifier = drafted(drafting, film.study_instance_uid)
    text = tmp_path / "edited.txt"
    text.write_text(shown(drafting, identifier)["text"].replace("No abnormality suspected on the frontal view.", "Normal chest. Größe: o. B."))
    assert report(drafting, "sign", identifier, "--by", "Dr. Adler", "--text", text).returncode == 0
    [_, final] = eventually_results(receiver, film.study_instance_uid, 2)
    assert "Normal chest. Größe: o. B." in lines(final) and "DRAFT" not in final.text

    text.write_text("Small effusion on the left.")
    assert report(drafting, "correct", identifier, "--by", "Dr. Busch", "--text", text).returncode == 0
    [_, _, corrected] = eventually_results(receiver, film.study_instance_uid, 3)
    assert statuses(corrected) == ("C", {"C"}) and lines(corrected)[-1] == "Small effusion on the left."
    assert any("Corrects the version signed by Dr. Adler" in line for line in lines(corrected))
    kept = shown(drafting, identifier)
    assert [version["by"] for version in kept["versions"]] == ["synthetic 7", "Dr. Adler", "Dr. Busch"]
    assert "DRAFT" in kept["versions"][0]["text"] and "Normal chest." in kept["versions"][1]["text"]
    assert "+ Small effusion on the left." in kept["difference"]
    assert [event["event"] for event in drafting.explain(film.study_instance_uid)["history"] if event["actor"].startswith("Dr.")] == ["signed", "reported", "corrected"]


def test_a_rejected_draft_is_withdrawn_and_never_made_again(drafting, receiver, objects_folder):
    film = send_film(drafting, objects_folder)
    identifier = drafted(drafting, film.study_instance_uid)
    result = report(drafting, "reject", identifier, "--by", "Dr. Adler", "--reason", "rib fracture")
    assert result.returncode == 0, result.stderr
    [draft, withdrawal] = eventually_results(receiver, film.study_instance_uid, 2)
    assert statuses(withdrawal) == ("P", {"W"}) and "WITHDRAWN" in lines(withdrawal)[0] and "rib fracture" in lines(withdrawal)[0]
    assert [str(row[3]) for row in withdrawal.rows("OBX")] == [str(row[3]) for row in draft.rows("OBX")]
    assert_strictly_valid(withdrawal.text)
    item = drafting.study(film.study_instance_uid)
    assert item["draft_report"] is None and item["state"] == "scored"
    late = write(radiograph(study=film.study_instance_uid, accession=item["accession_number"], patient_id=item["patient_id"], seed=5), objects_folder)
    store(drafting.dicom_port, [late])
    eventually(lambda: drafting.study(film.study_instance_uid)["images"] == 2 and drafting.study(film.study_instance_uid)["state"] == "scored", what="the second scoring")
    assert any("rejected by Dr. Adler" in reason for reason in not_drafted(drafting, film.study_instance_uid))
    assert len(results(receiver, film.study_instance_uid)) == 2


def test_late_images_withdraw_the_draft_before_they_are_scored_and_a_new_one_follows(drafting, receiver, objects_folder):
    film = send_film(drafting, objects_folder)
    first = drafted(drafting, film.study_instance_uid)
    item = drafting.study(film.study_instance_uid)
    late = write(radiograph(study=film.study_instance_uid, accession=item["accession_number"], patient_id=item["patient_id"], seed=5), objects_folder)
    store(drafting.dicom_port, [late])
    deliveries = eventually_results(receiver, film.study_instance_uid, 3)
    assert [statuses(delivery) for delivery in deliveries] == [("P", {"P"}), ("P", {"W"}), ("P", {"P"})]
    second = drafted(drafting, film.study_instance_uid)
    assert [delivery.observation("REPORT_ID") for delivery in deliveries] == [first, first, second]
    assert "2 images" in deliveries[2].observation("REPORT")
    refused = report(drafting, "sign", first, "--by", "Dr. Adler")
    assert refused.returncode == 1 and "superseded" in refused.stderr


def test_a_lateral_that_comes_late_leaves_no_normal_anywhere(drafting, receiver, objects_folder):
    film = send_film(drafting, objects_folder)
    identifier = drafted(drafting, film.study_instance_uid)
    item = drafting.study(film.study_instance_uid)
    late = write(
        radiograph(study=film.study_instance_uid, accession=item["accession_number"], patient_id=item["patient_id"], ViewPosition="LL"), objects_folder)
    store(drafting.dicom_port, [late])
    reasons = not_drafted(drafting, film.study_instance_uid)
    assert any("1 of 2 images was not looked at" in reason for reason in reasons), reasons
    assert drafting.study(film.study_instance_uid)["draft_report"] is None
    assert shown(drafting, identifier)["cause"]["kind"] == "late-images"
    assert statuses(eventually_results(receiver, film.study_instance_uid, 2)[-1]) == ("P", {"W"})


def test_an_order_that_asks_what_the_model_does_not_know_withdraws_the_draft(drafting, receiver, objects_folder):
    film = send_film(drafting, objects_folder, accession="ASK-1", patient_id="ASK-P", PatientBirthDate="19700101")
    identifier = drafted(drafting, film.study_instance_uid)
    with OrderingSystem(drafting.hl7_port) as ris:
        assert verdict(ris.send(imaging_order("ASK-1", "ASK-P", reason="^Ausschluss Rundherd"))) == "AA"
    reasons = not_drafted(drafting, film.study_instance_uid)
    assert any("nodule" in reason for reason in reasons), reasons
    assert shown(drafting, identifier)["cause"]["kind"] == "changed-order"
    assert statuses(eventually_results(receiver, film.study_instance_uid, 2)[-1]) == ("P", {"W"})


def test_the_reason_for_study_stands_in_the_draft_as_one_quoted_line(drafting, receiver, objects_folder):
    with OrderingSystem(drafting.hl7_port) as ris:
        assert verdict(ris.send(imaging_order("WHY-1", "WHY-P", reason="^Cough\\.br\\and {{fever}}"))) == "AA"
    film = send_film(drafting, objects_folder, accession="WHY-1", patient_id="WHY-P")
    drafted(drafting, film.study_instance_uid)
    [delivery] = eventually_results(receiver, film.study_instance_uid, 1)
    assert 'As the order states: "Cough and {{fever}}".' in lines(delivery)


def test_a_final_report_from_elsewhere_withdraws_the_draft(drafting, receiver, objects_folder):
    film = send_film(drafting, objects_folder, accession="ELSE-1", patient_id="ELSE-P")
    identifier = drafted(drafting, film.study_instance_uid)
    with OrderingSystem(drafting.hl7_port) as ris:
        assert verdict(ris.send(final_report("ELSE-1", "ELSE-P"))) == "AA"
    assert statuses(eventually_results(receiver, film.study_instance_uid, 2)[-1]) == ("P", {"W"})
    assert shown(drafting, identifier)["cause"]["kind"] == "final-report"


def test_images_after_the_signature_are_shown_and_the_signed_report_stays(drafting, receiver, objects_folder):
    film = send_film(drafting, objects_folder)
    identifier = drafted(drafting, film.study_instance_uid)
    item = drafting.study(film.study_instance_uid)
    assert report(drafting, "sign", identifier, "--by", "Dr. Adler").returncode == 0
    late = write(radiograph(study=film.study_instance_uid, accession=item["accession_number"], patient_id=item["patient_id"], seed=5), objects_folder)
    store(drafting.dicom_port, [late])
    conflicts = eventually(lambda: (item := drafting.study(film.study_instance_uid)) and item["conflicts"], what="a warning")
    assert any(f"report correct {identifier}" in sentence for sentence in conflicts)
    assert shown(drafting, identifier)["state"] == "signed"
    assert [statuses(delivery)[0] for delivery in eventually_results(receiver, film.study_instance_uid, 2)] == ["P", "F"]


def test_of_two_who_sign_at_once_one_wins_and_the_other_is_told(drafting, receiver, objects_folder):
    film = send_film(drafting, objects_folder)
    identifier = drafted(drafting, film.study_instance_uid)
    outcomes = []

    def sign(name):
        outcomes.append((name, report(drafting, "sign", identifier, "--by", name)))

    signers = [threading.Thread(target=sign, args=(f"Dr. {letter}",)) for letter in "ABCD"]
    for signer in signers:
        signer.start()
    for signer in signers:
        signer.join()
    [winner] = [name for name, result in outcomes if result.returncode == 0]
    for name, result in outcomes:
        assert name == winner or (result.returncode == 1 and f"signed by {winner}" in result.stderr), result.stderr
    eventually_results(receiver, film.study_instance_uid, 2)
    last = send_film(drafting, objects_folder)  # what comes later has arrived: nothing else is on its way
    drafted(drafting, last.study_instance_uid)
    eventually_results(receiver, last.study_instance_uid, 1)
    assert [statuses(delivery)[0] for delivery in results(receiver, film.study_instance_uid)] == ["P", "F"]


@pytest.mark.parametrize("attributes, word", [
    ({"PatientBirthDate": "20200101"}, "years old"),
    ({"PatientBirthDate": None}, "age is not known"),
    ({"ViewPosition": "LL"}, "not scored"),
], ids=["a child", "no age", "a lateral alone"])
def test_a_film_that_the_model_was_not_made_for_is_not_drafted(drafting, receiver, objects_folder, attributes, word):
    film = send_film(drafting, objects_folder, **attributes)
    reasons = not_drafted(drafting, film.study_instance_uid)
    assert any(word in reason for reason in reasons), reasons
    assert drafting.study(film.study_instance_uid)["draft_report"] is None and results(receiver, film.study_instance_uid) == []


@pytest.mark.parametrize("change, word", [
    ({"thresholds": {}}, "no rule-out threshold"),
    ({"thresholds": {"rule_out": {"label": "abnormal", "below": 0.05}}}, "no measured sensitivity"),
    ({"calibration": {}}, "no calibration for abnormal"),
], ids=["no threshold", "no sensitivity", "no calibration"])
def test_a_model_that_promises_nothing_drafts_nothing(start_service, tmp_path, objects_folder, change, word):
    model = synthetic(tmp_path / "silent", -10 * CERTAIN, **change)
    service = start_service("--model", model.path, "--drafts", "on")
    film = send_film(service, objects_folder)
    assert any(word in reason for reason in not_drafted(service, film.study_instance_uid))


def test_a_study_with_findings_gets_a_narrative_instead(start_service, receiver, tmp_path, objects_folder):
    model = synthetic(tmp_path / "pessimist", 10 * CERTAIN)
    service = start_service("--model", model.path, "--drafts", "on", "--feed", receiver.address)
    film = send_film(service, objects_folder)
    assert any("rule-out threshold" in reason for reason in not_drafted(service, film.study_instance_uid))
    narrative = service.explain(film.study_instance_uid)["narrative"]
    text = " ".join(sentence["text"] for sentence in narrative)
    assert "Suspected: pleural effusion, probability" in text and "ACR category 2" in text
    assert all(sentence["sources"] for sentence in narrative)
    assert results(receiver, film.study_instance_uid) == []


def test_an_open_draft_survives_a_kill_and_is_made_once(drafting, receiver, objects_folder):
    film = send_film(drafting, objects_folder)
    identifier = drafted(drafting, film.study_instance_uid)
    eventually_results(receiver, film.study_instance_uid, 1)
    drafting.kill()
    drafting.start()
    other = send_film(drafting, objects_folder)
    drafted(drafting, other.study_instance_uid)
    eventually_results(receiver, other.study_instance_uid, 1)
    assert drafting.study(film.study_instance_uid)["draft_report"] == identifier
    assert len(results(receiver, film.study_instance_uid)) == 1


def test_what_was_signed_while_the_service_was_down_goes_out_when_it_is_up(drafting, receiver, objects_folder):
    film = send_film(drafting, objects_folder)
    identifier = drafted(drafting, film.study_instance_uid)
    eventually_results(receiver, film.study_instance_uid, 1)
    drafting.kill()
    assert report(drafting, "sign", identifier, "--by", "Dr. Adler").returncode == 0
    drafting.start()
    assert statuses(eventually_results(receiver, film.study_instance_uid, 2)[-1]) == ("F", {"F"})


def test_a_departments_own_words_in_german(start_service, receiver, optimist, objects_folder, tmp_path):
    words = tmp_path / "words"
    words.mkdir()
    shipped = (REPOSITORY / "Sources/Reporting/normal.de.mustache").read_text()
    (words / "normal.de.mustache").write_text(shipped.replace("Kein Anhalt für eine Auffälligkeit in der Frontalaufnahme.", "Unauffälliger Thorax."))
    service = start_service(
        "--model", optimist.path, "--drafts", "on", "--feed", receiver.address, "--report-language", "de", "--report-templates", words)
    film = send_film(service, objects_folder)
    drafted(service, film.study_instance_uid)
    [delivery] = eventually_results(receiver, film.study_instance_uid, 1)
    assert "Beurteilung" in lines(delivery) and "Unauffälliger Thorax." in lines(delivery) and lines(delivery)[0].startswith("ENTWURF (DRAFT)")


@pytest.mark.parametrize("arguments, word", [
    (["--report-templates", "nowhere"], "--report-templates"), (["--order-terms", "nowhere"], "--order-terms"), (["--report-language", "fr"], "report-language"), (["--drafts", "maybe"], "drafts"),
])
def test_words_that_cannot_be_used_keep_the_service_from_starting(tmp_path, arguments, word):
    result = firstread("serve", "--data", tmp_path / "data", "--dicom-port", "0", "--hl7-port", "0", "--http-port", "0", *arguments, timeout=60)
    assert result.returncode != 0 and word in result.stderr


@pytest.mark.parametrize("arguments", [["show", "R99"], ["sign", "R99", "--by", "A"], ["reject", "X", "--by", "A", "--reason", "b"]])
def test_a_draft_that_is_not_there_is_said_not_to_be(drafting, arguments):
    result = report(drafting, *arguments)
    assert result.returncode == 1 and "report list" in result.stderr


def test_the_list_of_reports(drafting, objects_folder):
    films = [send_film(drafting, objects_folder) for _ in range(2)]
    identifiers = [drafted(drafting, film.study_instance_uid) for film in films]
    assert report(drafting, "reject", identifiers[0], "--by", "Dr. Adler", "--reason", "blurred").returncode == 0
    listed = json.loads(report(drafting, "list", "--json").stdout)
    assert {(entry["report"], entry["state"]) for entry in listed} == {(identifiers[0], "rejected"), (identifiers[1], "drafted")}
    table = report(drafting, "list", "--state", "drafted").stdout
    assert identifiers[1] in table and identifiers[0] + " " not in table
