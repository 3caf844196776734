"""Draft reports as DICOM objects: what a PACS that takes structured reports sees of a draft, a signature and a withdrawal."""

import pytest
from pynetdicom.sop_class import BasicTextSRStorage

from objects import write_study
from report_validation import dciodvfy, dsrdump
from senders import store
from storing_system import Store
from test_reports import CERTAIN, drafted, report, synthetic
from test_results import IMPATIENT, file_of
from waiting import eventually


@pytest.fixture
def pacs():
    with Store() as pacs:
        yield pacs


@pytest.fixture
def drafting(start_service, pacs, tmp_path):
    optimist = synthetic(tmp_path / "optimist", -10 * CERTAIN)
    return start_service("--model", optimist.path, "--drafts", "on", "--store", pacs.address, *IMPATIENT)


def reports(pacs, study, count):
    def found():
        kept = [storing.data for storing in pacs.kept(study) if storing.data.SOPClassUID == BasicTextSRStorage]
        return len(kept) >= count and kept

    return eventually(found, within=60, what=f"{count} text reports")


def flags(data):
    return data.CompletionFlag, data.VerificationFlag, data.PreliminaryFlag


def text_of(data):
    """Every text of a document, in order."""
    return "\n".join(element.value for element in data.iterall() if element.keyword in ("TextValue", "CompletionFlagDescription"))


def film_of(service, folder):
    [film] = write_study(folder)
    store(service.dicom_port, [film])
    return film.study_instance_uid


def assert_standard(data, folder):
    path = file_of(data, folder)
    dciodvfy(path)
    assert dsrdump(path)


def test_a_draft_goes_out_unverified_and_its_signature_replaces_it(drafting, pacs, objects_folder):
    study = film_of(drafting, objects_folder)
    identifier = drafted(drafting, study)
    [draft] = reports(pacs, study, 1)
    assert flags(draft) == ("PARTIAL", "UNVERIFIED", "PRELIMINARY")
    assert "DRAFT" in text_of(draft) and "synthetic 7" in text_of(draft)
    assert_standard(draft, objects_folder)

    # Signed beside the service, by another process.
    assert report(drafting, "sign", identifier, "--by", "Dr. Adler").returncode == 0
    [_, signed] = reports(pacs, study, 2)
    assert flags(signed) == ("COMPLETE", "VERIFIED", "FINAL")
    assert "Adler" in str(signed.VerifyingObserverSequence[0].VerifyingObserverName)
    [predecessor] = signed.PredecessorDocumentsSequence
    named = predecessor.ReferencedSeriesSequence[0].ReferencedSOPSequence[0].ReferencedSOPInstanceUID
    assert named == draft.SOPInstanceUID
    assert "DRAFT" not in text_of(signed)
    assert_standard(signed, objects_folder)


def test_a_rejected_draft_is_withdrawn_and_says_nothing_normal_any_more(drafting, pacs, objects_folder):
    study = film_of(drafting, objects_folder)
    identifier = drafted(drafting, study)
    reports(pacs, study, 1)
    assert report(drafting, "reject", identifier, "--by", "Dr. Weiss", "--reason", "a nodule").returncode == 0
    [draft, withdrawn] = reports(pacs, study, 2)
    assert flags(withdrawn) == ("PARTIAL", "UNVERIFIED", "PRELIMINARY")
    assert "WITHDRAWN" in text_of(withdrawn) and "No abnormality" in text_of(draft) and "No abnormality" not in text_of(withdrawn)
    assert_standard(withdrawn, objects_folder)


def test_a_restart_sends_no_report_twice(drafting, pacs, objects_folder):
    study = film_of(drafting, objects_folder)
    drafted(drafting, study)
    reports(pacs, study, 1)
    drafting.stop()
    drafting.start()
    other = film_of(drafting, objects_folder)
    drafted(drafting, other)
    reports(pacs, other, 1)
    assert len(reports(pacs, study, 1)) == 1
