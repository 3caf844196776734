"""Results out: what a PACS gets by C-STORE, and what becomes of it when the PACS has its own mind."""

import highdicom.sr
import pydicom
import pytest
from prometheus_client.parser import text_string_to_metric_families

from objects import StoredObject, radiograph, write, write_study
from report_validation import dciodvfy, dicom_sr_validator, dsrdump
from senders import store
from service import firstread
from storing_system import SUCCESS, Late, Orthanc, Store, Storescp
from waiting import done, eventually

ENHANCED_SR = "1.2.840.10008.5.1.4.1.1.88.22"

# How long a store may take: shorter than the default, so that a silent one costs little time.
IMPATIENT = ("--store-connect-seconds", "2", "--store-acse-seconds", "2", "--store-dimse-seconds", "2")


@pytest.fixture
def pacs():
    with Store() as pacs:
        yield pacs


@pytest.fixture
def storing(start_service, pacs):
    return start_service("--store", pacs.address, *IMPATIENT)


def send_one(service, folder):
    [film] = write_study(folder)
    store(service.dicom_port, [film])
    return film.study_instance_uid


def messages(service, state, feed):
    """How many messages for a receiver /metrics says are in a state."""
    status, text = service.http("/metrics")
    assert status == 200
    return sum(
        sample.value for family in text_string_to_metric_families(text) for sample in family.samples
        if sample.name == "firstread_feed_messages" and sample.labels == {"state": state, "feed": feed})


def file_of(data, folder):
    path = folder / f"{data.SOPInstanceUID}.dcm"
    data.save_as(path, enforce_file_format=True)
    return path


def content_item(data, value, scheme):
    """Every content item below the root whose concept name has that code."""
    found = []

    def walk(item):
        for child in item.get("ContentSequence", []):
            [name] = child.get("ConceptNameCodeSequence", [None]) or [None]
            if name is not None and (name.CodeValue, name.CodingSchemeDesignator) == (value, scheme):
                found.append(child)
            walk(child)

    walk(data)
    return found


# What it says


def test_a_scored_study_is_reported_figure_by_figure(storing, pacs, objects_folder):
    films = write_study(objects_folder, 2, PatientName="Müller^Jörg", InstitutionName="Klinik am Berg")
    store(storing.dicom_port, films)
    study = films[0].study_instance_uid
    item = done(storing, study)
    [storing_of] = eventually(lambda: pacs.kept(study), what="the measurement report")
    data = storing_of.data
    film = pydicom.dcmread(films[0].path, stop_before_pixels=True)

    assert data.SOPClassUID == ENHANCED_SR and data.Modality == "SR"
    assert (data.CompletionFlag, data.VerificationFlag, data.PreliminaryFlag) == ("COMPLETE", "UNVERIFIED", "PRELIMINARY")
    assert data.SpecificCharacterSet == "ISO_IR 192"
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate", "StudyTime", "StudyID",
                    "AccessionNumber", "StudyDescription", "InstitutionName"):
        assert data[keyword].value == film[keyword].value, keyword
    assert data.SeriesInstanceUID != film.SeriesInstanceUID
    assert data.Manufacturer == "FirstRead" and data.SoftwareVersions
    assert data.ReferencedRequestSequence[0].AccessionNumber == film.AccessionNumber

    [evidence] = data.CurrentRequestedProcedureEvidenceSequence
    assert evidence.StudyInstanceUID == study
    referenced = {i.ReferencedSOPInstanceUID for s in evidence.ReferencedSeriesSequence for i in s.ReferencedSOPSequence}
    assert referenced == {stored.sop_instance_uid for stored in films}

    [report] = [highdicom.sr.srread(file_of(data, objects_folder))]
    groups = report.content.get_image_measurement_groups()
    assert {group.tracking_identifier for group in groups} == set(item["findings"])
    assert len({group.tracking_uid for group in groups}) == len(groups)
    for group in groups:
        [measurement] = group.get_measurements()
        # The shipped model is calibrated, so its figures may be called a certainty (in percent).
        assert (measurement.name.value, measurement.name.scheme_designator, measurement.unit.value) == ("111012", "DCM", "%")
        assert measurement.value == pytest.approx(100 * item["findings"][group.tracking_identifier], rel=1e-3)
        [image] = measurement.referenced_images
        assert image.referenced_sop_instance_uid in referenced
    [name, *_] = content_item(data, "111001", "DCM")
    [version, *_] = content_item(data, "111003", "DCM")
    [parameters, *_] = content_item(data, "111002", "DCM")
    assert (name.TextValue, version.TextValue) == (item["model"]["name"], item["model"]["version"])
    assert item["model"]["sha256"] in parameters.TextValue
    assert content_item(data, "CATEGORY", "99FIRSTREAD")[0].TextValue == item["category"]


@pytest.mark.timeout(900)
def test_the_report_is_what_the_standard_says(storing, pacs, objects_folder):
    study = send_one(storing, objects_folder)
    [storing_of] = eventually(lambda: pacs.kept(study), what="the measurement report")
    path = file_of(storing_of.data, objects_folder)
    assert "EnhancedSR" in dciodvfy(path)
    assert "Imaging Measurement Report" in dsrdump(path)
    assert dicom_sr_validator(path) == "Found Root Template TID_1500 (MeasurementReport)"


def test_a_study_scored_again_gets_a_successor(storing, pacs, objects_folder):
    films = write_study(objects_folder, 2)
    study = films[0].study_instance_uid
    store(storing.dicom_port, films[:1])
    eventually(lambda: pacs.kept(study), what="the first report")
    store(storing.dicom_port, films[1:])
    eventually(lambda: len(pacs.kept(study)) == 2, within=90, what="the second report")
    first, second = (storing_of.data for storing_of in pacs.kept(study))
    assert first.SeriesInstanceUID == second.SeriesInstanceUID and first.SOPInstanceUID != second.SOPInstanceUID
    assert (first.InstanceNumber, second.InstanceNumber) == (1, 2)
    assert "PredecessorDocumentsSequence" not in first
    [predecessor] = second.PredecessorDocumentsSequence
    [series] = predecessor.ReferencedSeriesSequence
    assert [i.ReferencedSOPInstanceUID for i in series.ReferencedSOPSequence] == [first.SOPInstanceUID]
    tracked = [{group.TextValue if group.ValueType == "TEXT" else group.UID for group in content_item(data, "112040", "DCM")} for data in (first, second)]
    assert tracked[0] == tracked[1], "a finding keeps its tracking UID"


def test_what_cannot_be_scored_has_no_figures_to_report(storing, pacs, objects_folder):
    lateral = write(radiograph(ViewPosition="LL"), objects_folder)
    store(storing.dicom_port, [lateral])
    assert done(storing, lateral.study_instance_uid)["state"] == "unscored"
    other = send_one(storing, objects_folder)
    eventually(lambda: pacs.kept(other), what="another study's report")
    assert pacs.received(lateral.study_instance_uid) == []


# What becomes of it


@pytest.mark.parametrize("status", [0xA700, 0x0110, 0x0213], ids=hex)
def test_what_may_succeed_later_comes_again_as_the_same_object(storing, pacs, objects_folder, status):
    pacs.answer = lambda data, earlier: status if earlier < 2 else SUCCESS
    study = send_one(storing, objects_folder)
    eventually(lambda: pacs.kept(study), within=90, what="the object being taken in the end")
    received = pacs.received(study)
    assert [storing_of.answer for storing_of in received] == [status, status, SUCCESS]
    assert len({storing_of.sop_instance_uid for storing_of in received}) == 1
    assert len({storing_of.data.to_json() for storing_of in received}) == 1


@pytest.mark.parametrize("status", [0xA900, 0xC000, 0xC123, 0x0122, 0x0124], ids=hex)
def test_what_is_refused_for_good_is_set_aside_and_shown(storing, pacs, objects_folder, status):
    refused = []

    def answer(data, earlier):
        refused[:] = refused or [data.StudyInstanceUID]
        return status if data.StudyInstanceUID in refused else SUCCESS

    pacs.answer = answer
    study = send_one(storing, objects_folder)
    eventually(lambda: messages(storing, "set-aside", pacs.address) == 1, what="the metric showing an object set aside")
    other = send_one(storing, objects_folder)
    eventually(lambda: pacs.kept(other), what="the next study's object")
    [storing_of] = pacs.received(study)
    history = storing.explain(study)["history"]
    [aside] = [event["detail"] for event in history if event["event"] == "set-aside"]
    assert f"0x{status:04X}" in aside["reason"] and aside["feed"] == pacs.address
    assert storing_of.sop_instance_uid in storing.log, "the log names the object"
    assert "Synthetic" not in storing.log, "and nobody"


def test_a_warning_is_a_success_that_is_said(storing, pacs, objects_folder):
    pacs.answer = lambda data, earlier: 0xB000
    study = send_one(storing, objects_folder)
    eventually(lambda: messages(storing, "delivered", pacs.address) == 1, what="the object being delivered")
    [acknowledged] = [event["detail"] for event in storing.explain(study)["history"] if event["event"] == "acknowledged"]
    assert "0xB000" in acknowledged["reason"]
    assert len(pacs.received(study)) == 1


def test_a_store_that_does_not_take_reports_is_not_asked_twice(start_service, objects_folder):
    with Store(sop_classes=()) as pacs:
        service = start_service("--store", pacs.address, *IMPATIENT)
        study = send_one(service, objects_folder)
        eventually(lambda: messages(service, "set-aside", pacs.address) == 1, what="the object being set aside")
        [aside] = [event["detail"] for event in service.explain(study)["history"] if event["event"] == "set-aside"]
        assert "presentation context" in aside["reason"]
        assert pacs.received() == []


def test_a_wrong_called_ae_title_is_said(start_service, objects_folder):
    with Store(ae_title="OTHER", strict_title=True) as pacs:
        address = f"127.0.0.1:{pacs.port}:PACS"
        service = start_service("--store", address, *IMPATIENT)
        study = send_one(service, objects_folder)
        eventually(lambda: messages(service, "set-aside", address) == 1, what="the object being set aside")
        [aside] = [event["detail"] for event in service.explain(study)["history"] if event["event"] == "set-aside"]
        assert "called AE title is not recognized" in aside["reason"]


def test_a_store_that_takes_the_association_and_never_answers_gets_it_again(storing, pacs, objects_folder):
    silent = []

    def answer(data, earlier):
        silent[:] = silent or [data.StudyInstanceUID]
        return Late(4) if data.StudyInstanceUID in silent and earlier == 0 else SUCCESS

    pacs.answer = answer
    study = send_one(storing, objects_folder)
    eventually(lambda: silent, what="the first attempt")
    other = send_one(storing, objects_folder)
    eventually(lambda: pacs.kept(other), within=60, what="another study's object")
    eventually(lambda: [s for s in pacs.received(study) if s.answer == SUCCESS], within=60, what="the second attempt")
    assert len({storing_of.sop_instance_uid for storing_of in pacs.received(study)}) == 1


def test_a_store_that_is_down_gets_everything_later(start_service, objects_folder):
    with Store() as pacs:
        pacs.close()
        service = start_service("--store", pacs.address, *IMPATIENT)
        studies = [send_one(service, objects_folder) for _ in range(3)]
        for study in studies:
            assert done(service, study)["state"] == "scored"
        pacs.open()
        for study in studies:
            eventually(lambda: len(pacs.kept(study)) == 1, within=90, what="each report")


def test_one_store_that_is_down_holds_up_neither_another_nor_the_feed(start_service, receiver, pacs, objects_folder):
    with Store() as down:
        down.close()
        service = start_service("--store", down.address, "--store", pacs.address, "--feed", receiver.address, *IMPATIENT)
        study = send_one(service, objects_folder)
        eventually(lambda: pacs.kept(study), what="the report at the store that is up")
        eventually(lambda: receiver.accepted(study), what="the announcement")
        assert messages(service, "pending", down.address) == 1


def test_reports_of_one_study_go_out_in_order_and_hold_up_no_other(storing, pacs, objects_folder):
    films = write_study(objects_folder, 2)
    study = films[0].study_instance_uid
    is_open = []
    pacs.answer = lambda data, earlier: SUCCESS if is_open or data.StudyInstanceUID != study else 0xA700
    store(storing.dicom_port, films[:1])
    eventually(lambda: pacs.received(study), what="the first report")
    store(storing.dicom_port, films[1:])
    eventually(lambda: (item := storing.study(study)) and item["images"] == 2 and item["state"] == "scored", what="the second scoring")
    other = send_one(storing, objects_folder)
    eventually(lambda: pacs.kept(other), what="another study's report")
    assert len({storing_of.sop_instance_uid for storing_of in pacs.received(study)}) == 1, "the second went before the first was done"
    is_open.append(True)
    eventually(lambda: len(pacs.kept(study)) == 2, within=90, what="both reports")
    assert [storing_of.data.InstanceNumber for storing_of in pacs.kept(study)] == [1, 2]


def test_nothing_is_lost_by_a_kill_between_object_and_answer(start_service, pacs, objects_folder):
    service = start_service("--store", pacs.address, "--store-dimse-seconds", "60")
    pacs.answer = lambda data, earlier: Late(3) if earlier == 0 else SUCCESS
    study = send_one(service, objects_folder)
    eventually(lambda: pacs.associations, what="the association")
    eventually(lambda: messages(service, "pending", pacs.address) == 1, what="the object being on its way")
    service.kill()
    eventually(lambda: pacs.received(study), what="the object at the PACS, unacknowledged")
    service.start()
    eventually(lambda: messages(service, "delivered", pacs.address) == 1, within=60, what="the object being delivered")
    assert len(pacs.received(study)) == 2
    assert len({storing_of.sop_instance_uid for storing_of in pacs.received(study)}) == 1
    assert len({storing_of.data.to_json() for storing_of in pacs.received(study)}) == 1


# Other systems


def test_storescp_takes_it(start_service, objects_folder, tmp_path):
    with Storescp(tmp_path / "storescp") as pacs:
        service = start_service("--store", pacs.address)
        study = send_one(service, objects_folder)
        eventually(lambda: messages(service, "delivered", pacs.address) == 1, within=60, what="the object being delivered")
        [path] = pacs.files()
        assert pydicom.dcmread(path).StudyInstanceUID == study


def test_orthanc_takes_it_and_holds_it_once(start_service, objects_folder, tmp_path):
    with Orthanc(tmp_path / "orthanc") as pacs:
        service = start_service("--store", pacs.address)
        [film] = write_study(objects_folder)
        store(pacs.port, [film], called="ORTHANC")
        store(service.dicom_port, [film])
        eventually(lambda: messages(service, "delivered", pacs.address) == 1, within=60, what="the object being delivered")
        [study] = [pacs.get(f"/studies/{name}") for name in pacs.get("/studies")]
        assert study["MainDicomTags"]["StudyInstanceUID"] == film.study_instance_uid
        assert sorted(pacs.get(f"/series/{name}")["MainDicomTags"]["Modality"] for name in study["Series"]) == ["CR", "SR"]
        assert len(pacs.get("/patients")) == 1, "the same patient as the images'"


def test_a_report_that_comes_back_starts_nothing(storing, pacs, objects_folder):
    study = send_one(storing, objects_folder)
    [storing_of] = eventually(lambda: pacs.kept(study), what="the report")
    before = done(storing, study)
    path = file_of(storing_of.data, objects_folder)
    returned = StoredObject(path, ENHANCED_SR, storing_of.sop_instance_uid, study, str(storing_of.data.file_meta.TransferSyntaxUID))
    for _ in range(2):
        store(storing.dicom_port, [returned])
    other = send_one(storing, objects_folder)
    eventually(lambda: pacs.kept(other), what="another study's report")
    after = storing.study(study)
    for key in ("images", "state", "completed_at", "conflicts", "modality"):
        assert after[key] == before[key], key
    assert [event["event"] for event in storing.explain(study)["history"]].count("scored") == 1
    assert len(pacs.received(study)) == 1
    assert len(storing.archived(storing_of.sop_instance_uid)) == 1, "kept, as everything that comes"


@pytest.mark.parametrize("address", ["nowhere", "host:104", "host:port:AET", "host:104:", "host:104:A TITLE MUCH TOO LONG", "[::1]:104:PACS", "h" * 60 + ":104:PACS"])
def test_an_address_that_is_none_is_refused(address):
    result = firstread("serve", "--data", "/nonexistent/nowhere", f"--store={address}")
    assert result.returncode == 64 and "HOST:PORT:AET" in result.stderr
