"""The listener's answers: what is taken, what is refused, and that one bad sender never stops the others."""

import socket
import threading
import time

import pytest
from pynetdicom.pdu_primitives import ImplementationClassUIDNotification, MaximumLengthNotification

from objects import CT_IMAGE, encoded, new_uid, radiograph, write, write_study
from part10 import data_set_bytes, explicit_element
from senders import associate, dcmsend, dcmtk, echo, echoscu, send, store, storescu
from waiting import done, eventually

SUCCESS = 0x0000
NOT_THAT_OF_THE_REQUEST = 0xA900


def assert_cannot_understand(answer):
    """0xC000 to 0xCFFF, with an Error Comment that says why (PS3.4 table B.2-1, PS3.7 C.5.9)."""
    assert 0xC000 <= answer.Status <= 0xCFFF, hex(answer.Status)
    assert answer.ErrorComment


def test_echo_answers_success(service):
    assert echo(service.dicom_port) == SUCCESS
    echoscu(service.dicom_port)


@pytest.mark.parametrize("sender", [storescu, dcmsend, store], ids=["storescu", "dcmsend", "pynetdicom"])
def test_each_sender_gets_success(service, objects_folder, sender):
    films = write_study(objects_folder, 2)
    sender(service.dicom_port, films)
    assert done(service, films[0].study_instance_uid)["images"] == 2


@pytest.mark.parametrize("stated", ["sop_class", "sop_instance"])
def test_an_object_that_is_not_that_of_the_request_is_refused(service, objects_folder, stated):
    request = {"sop_class": CT_IMAGE} if stated == "sop_class" else {"sop_instance": new_uid()}
    film = write(radiograph(), objects_folder, **request)
    [answer] = send(service.dicom_port, [film])
    assert answer.Status == NOT_THAT_OF_THE_REQUEST
    assert service.worklist() == []


@pytest.mark.parametrize("keyword", ["StudyInstanceUID", "SeriesInstanceUID"])
@pytest.mark.parametrize("value", [None, "", "1.2.x.3", "../../../etc/passwd", "1." + "2" * 70, "1..2", "1.2."],
                         ids=["missing", "empty", "letters", "a path", "too long", "empty component", "dot at the end"])
def test_a_uid_that_is_none_is_refused_with_the_reason(service, objects_folder, keyword, value):
    data = radiograph()
    content = encoded(data)
    tag = {"StudyInstanceUID": 0x000D, "SeriesInstanceUID": 0x000E}[keyword]
    old = explicit_element(0x0020, tag, "UI", data[keyword].value)
    assert content.count(old) == 1
    content = content.replace(old, b"" if value is None else explicit_element(0x0020, tag, "UI", value))
    film = write(data, objects_folder, content=content)
    [answer] = send(service.dicom_port, [film])
    assert_cannot_understand(answer)
    assert service.worklist() == []
    assert not any(path.name == "passwd" for path in service.data.parent.rglob("*"))


@pytest.mark.parametrize("content", [b"", b"\0" * 64, b"GET / HTTP/1.1\r\n\r\n", bytes(range(256)) * 8, encoded(radiograph())[:200]],
                         ids=["nothing", "zeros", "HTTP", "every byte", "cut in the header"])
def test_bytes_that_are_no_data_set_are_refused_and_the_listener_lives(service, objects_folder, content):
    film = write(radiograph(), objects_folder, content=content)
    [answer] = send(service.dicom_port, [film])
    # A peer may also give the association up: then there is no status at all. Never success.
    assert answer.get("Status") != SUCCESS
    if "Status" in answer:
        assert_cannot_understand(answer) if answer.Status != NOT_THAT_OF_THE_REQUEST else None
    store(service.dicom_port, write_study(objects_folder))


def test_a_header_that_lies_about_its_lengths_is_survived(service, objects_folder):
    data = radiograph()
    content = encoded(data)
    old = explicit_element(0x0010, 0x0020, "LO", data.PatientID)
    lying = explicit_element(0x0009, 0x0010, "UN", b"")[:8] + b"\xfe\xff\xff\x7f" + b"\0" * 64
    for broken in (content.replace(old, old + lying), content.replace(old, old[:6] + b"\xff\xff" + old[8:])):
        [answer] = send(service.dicom_port, [write(data, objects_folder, content=broken)])
        assert answer.get("Status") != SUCCESS
    assert echo(service.dicom_port) == SUCCESS


def nested(depth):
    """A sequence in a sequence in a sequence …, of undefined length (PS3.5 section 7.5)."""
    opening = b"\x40\x00\x30\xa7SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    closing = b"\xfe\xff\x0d\xe0\0\0\0\0" + b"\xfe\xff\xdd\xe0\0\0\0\0"
    return opening * depth + closing * depth


def test_sequences_a_hundred_thousand_deep_do_not_crash_it(service, objects_folder):
    data = radiograph()
    content = encoded(data)
    pixels = content.index(b"\xe0\x7f\x10\x00")
    film = write(data, objects_folder, content=content[:pixels] + nested(100_000) + content[pixels:])
    send(service.dicom_port, [film])  # any answer will do
    assert service.is_running
    assert echo(service.dicom_port) == SUCCESS


def test_the_same_object_again_is_success_and_kept_once(service, objects_folder):
    [film] = write_study(objects_folder)
    for _ in range(3):
        store(service.dicom_port, [film])
    item = done(service, film.study_instance_uid)
    assert (item["images"], item["conflicts"]) == (1, [])
    assert len(service.archived(film.sop_instance_uid)) == 1


def test_another_object_under_the_same_uid_is_kept_too_and_the_study_is_marked(service, objects_folder):
    first = radiograph(seed=1)
    film = write(first, objects_folder)
    first.PixelData = radiograph(seed=2).PixelData
    changed = write(first, objects_folder)
    store(service.dicom_port, [film, changed])
    item = done(service, film.study_instance_uid)
    assert item["images"] == 1 and len(item["conflicts"]) == 1
    kept = service.archived(film.sop_instance_uid)
    assert len(kept) == 2
    assert sorted(map(data_set_bytes, kept)) == sorted([film.data_set, changed.data_set])


def test_one_study_under_two_patient_ids_is_a_conflict_and_shown(service, objects_folder):
    study = new_uid()
    films = [write(radiograph(study=study, patient_id=patient, accession="C-1"), objects_folder) for patient in ("ONE", "TWO")]
    store(service.dicom_port, films)
    item = done(service, study)
    assert item["images"] == 2 and item["patient_id"] == "ONE"
    assert any("ONE" in conflict and "TWO" in conflict for conflict in item["conflicts"])


def test_a_calling_ae_title_that_is_not_allowed_is_rejected(start_service, objects_folder):
    service = start_service("--allow-ae", "GOOD", "--allow-ae", "ALSOGOOD")
    assert echo(service.dicom_port, calling="GOOD") == echo(service.dicom_port, calling="ALSOGOOD") == SUCCESS
    # pynetdicom sees the rejection, and now and then reports an abort of its own all the same: DCMTK says what it was told.
    assert not associate(service.dicom_port, calling="STRANGER").is_established
    told = dcmtk("echoscu", "-aet", "STRANGER", "-aec", "FIRSTREAD", "127.0.0.1", service.dicom_port, check=False)
    assert told.returncode != 0 and "Calling AE Title Not Recognized" in told.stdout
    assert storescu(service.dicom_port, write_study(objects_folder), calling="STRANGER", check=False).returncode != 0
    assert service.worklist() == []


def test_truncated_pixel_data_are_kept_and_listed_unscored_with_the_reason(service, objects_folder):
    data = radiograph()
    data.PixelData = data.PixelData[: len(data.PixelData) // 2]
    film = write(data, objects_folder)
    store(service.dicom_port, [film])
    item = done(service, film.study_instance_uid)
    assert item["state"] == "unscored" and item["unscored_reason"]
    assert len(service.archived(film.sop_instance_uid)) == 1


@pytest.mark.parametrize("change", [
    {"Rows": 65535, "Columns": 65535}, {"Rows": 0}, {"BitsAllocated": 12}, {"BitsStored": 40}, {"PixelData": None},
    {"SamplesPerPixel": 7}, {"PhotometricInterpretation": "NONSENSE"},
], ids=lambda change: "-".join(change))
def test_a_picture_that_contradicts_its_header_is_listed_unscored(service, objects_folder, change):
    film = write(radiograph(**change), objects_folder)
    store(service.dicom_port, [film])
    item = done(service, film.study_instance_uid)
    assert item["state"] == "unscored" and item["unscored_reason"]


def association_request(port):
    """The bytes of an A-ASSOCIATE-RQ that proposes Verification."""
    from pynetdicom import AE
    from pynetdicom.pdu import A_ASSOCIATE_RQ
    from pynetdicom.pdu_primitives import A_ASSOCIATE
    from pynetdicom.sop_class import Verification

    ae = AE("CROWD")
    ae.add_requested_context(Verification)
    primitive = A_ASSOCIATE()
    primitive.application_context_name = "1.2.840.10008.3.1.1.1"
    primitive.calling_ae_title, primitive.called_ae_title = "CROWD", "FIRSTREAD"
    contexts = ae.requested_contexts
    contexts[0].context_id = 1
    primitive.presentation_context_definition_list = contexts
    length, implementation = MaximumLengthNotification(), ImplementationClassUIDNotification()
    length.maximum_length_received, implementation.implementation_class_uid = 16382, "1.2.826.0.1.3680043.8.498.1"
    primitive.user_information = [length, implementation]
    primitive.calling_presentation_address = primitive.called_presentation_address = None
    pdu = A_ASSOCIATE_RQ()
    pdu.from_primitive(primitive)
    return pdu.encode()


def test_associations_beyond_the_limit_are_rejected_and_those_within_it_go_on(service):
    request = association_request(service.dicom_port)
    accepted, rejected = [], 0
    try:
        for _ in range(400):
            connection = socket.create_connection(("127.0.0.1", service.dicom_port), 10)
            connection.sendall(request)
            answer = connection.recv(1)
            if answer == b"\x02":  # A-ASSOCIATE-AC (PS3.8 section 9.3.3)
                accepted.append(connection)
            else:
                connection.close()
                rejected += answer == b"\x03"  # A-ASSOCIATE-RJ
                break
        assert rejected == 1, f"{len(accepted)} associations at once, and no limit"
        assert len(accepted) >= 8
    finally:
        for connection in accepted:
            connection.close()
    eventually(lambda: echo(service.dicom_port) == SUCCESS, what="a new association being accepted")


def test_connections_that_say_nothing_or_nonsense_do_not_stop_the_others(service, objects_folder):
    silent = [socket.create_connection(("127.0.0.1", service.dicom_port)) for _ in range(4)]
    for nonsense in (b"GET / HTTP/1.0\r\n\r\n", b"\x01\x00\xff\xff\xff\xff" + b"\0" * 100, b"\x04" * 64, bytes(range(256))):
        with socket.create_connection(("127.0.0.1", service.dicom_port)) as connection:
            connection.sendall(nonsense)
    cut = socket.create_connection(("127.0.0.1", service.dicom_port))
    cut.sendall(association_request(service.dicom_port)[:40])
    cut.close()
    store(service.dicom_port, write_study(objects_folder))
    for connection in silent:
        connection.close()


def test_an_association_cut_in_the_middle_of_an_object_leaves_nothing_behind(service, objects_folder):
    film = write(radiograph(rows=1024, columns=1024), objects_folder)
    association = associate(service.dicom_port, [film])
    thread = threading.Thread(target=lambda: association.send_c_store(film.path), daemon=True)
    association.dul.socket.socket.settimeout(5)
    thread.start()
    time.sleep(0.005)
    association.dul.socket.socket.shutdown(socket.SHUT_RDWR)
    association.abort()
    thread.join(10)
    store(service.dicom_port, [film])
    assert done(service, film.study_instance_uid)["images"] == 1
    [kept] = service.archived(film.sop_instance_uid)
    assert data_set_bytes(kept) == film.data_set
