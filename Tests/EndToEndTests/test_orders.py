"""Orders that come in over MLLP, and how they join the images."""

import socket

import hl7
import pytest

from objects import write_study
from ordering_system import END, START, OrderingSystem, admission, final_report, imaging_order, verdict
from senders import store
from waiting import done, eventually

ORM, OMI = "ORM^O01^ORM_O01", "OMI^O23^OMI_O23"


@pytest.fixture
def ris(service):
    with OrderingSystem(service.hl7_port) as system:
        yield system


@pytest.mark.parametrize("type", [ORM, OMI])
@pytest.mark.parametrize("when", ["before the images", "after the images"])
@pytest.mark.parametrize(("priority", "shown"), [("S", "STAT"), ("A", "ASAP"), ("R", "ROUTINE")])
def test_an_order_gives_the_study_its_priority_and_class(service, ris, objects_folder, type, when, priority, shown):
    films = write_study(objects_folder, accession="OR-1", patient_id="OR-P")
    order = imaging_order("OR-1", "OR-P", type=type, priority=priority, patient_class="E", study=films[0].study_instance_uid)
    if when == "after the images":
        store(service.dicom_port, films)
        done(service, films[0].study_instance_uid)
    assert verdict(ris.send(order)) == "AA"
    if when == "before the images":
        store(service.dicom_port, films)
    item = done(service, films[0].study_instance_uid)
    assert (item["order_priority"], item["patient_class"], item["conflicts"]) == (shown, "emergency", [])


@pytest.mark.parametrize(("hl7_class", "shown"), [("E", "emergency"), ("I", "inpatient"), ("O", "outpatient"), ("", "unknown")])
def test_the_patient_class_is_shown(service, ris, objects_folder, hl7_class, shown):
    [film] = write_study(objects_folder, accession="PC-1", patient_id="PC-P")
    assert verdict(ris.send(imaging_order("PC-1", "PC-P", patient_class=hl7_class))) == "AA"
    store(service.dicom_port, [film])
    assert done(service, film.study_instance_uid)["patient_class"] == shown


def test_an_order_for_another_patient_is_a_conflict_and_not_joined(service, ris, objects_folder):
    [film] = write_study(objects_folder, accession="CF-1", patient_id="RIGHT")
    assert verdict(ris.send(imaging_order("CF-1", "WRONG", priority="S", patient_class="E"))) == "AA"
    store(service.dicom_port, [film])
    item = done(service, film.study_instance_uid)
    assert (item["order_priority"], item["patient_class"]) == ("ROUTINE", "unknown")
    assert any("WRONG" in conflict and "RIGHT" in conflict for conflict in item["conflicts"])


def test_a_message_that_comes_twice_gets_the_same_answer_and_is_applied_once(service, ris, objects_folder):
    [film] = write_study(objects_folder, accession="TW-1", patient_id="TW-P")
    order = imaging_order("TW-1", "TW-P", priority="S", control_id="TWICE-1", at="20260105080000")
    first = ris.send(order)
    newer = imaging_order("TW-1", "TW-P", priority="R", control="XO", at="20260105090000")
    assert verdict(ris.send(newer)) == "AA"
    second = ris.send(order)
    assert str(first.segment("MSA")) == str(second.segment("MSA"))
    store(service.dicom_port, [film])
    assert done(service, film.study_instance_uid)["order_priority"] == "ROUTINE"


def test_an_older_message_never_overwrites_a_newer_one(service, ris, objects_folder):
    [film] = write_study(objects_folder, accession="OL-1", patient_id="OL-P")
    assert verdict(ris.send(imaging_order("OL-1", "OL-P", priority="S", control="XO", at="20260105090000"))) == "AA"
    assert verdict(ris.send(imaging_order("OL-1", "OL-P", priority="R", at="20260105080000"))) == "AA"
    store(service.dicom_port, [film])
    assert done(service, film.study_instance_uid)["order_priority"] == "STAT"


def test_a_type_that_is_not_supported_is_rejected_with_200(ris):
    answer = ris.send(admission())
    assert verdict(answer) == "AR"
    assert str(answer.segment("ERR")[3]).split("^")[0] == "200"


def test_an_order_without_its_number_is_refused_with_segment_and_field(ris):
    answer = ris.send(imaging_order("", "NO-1"))
    assert verdict(answer) in ("AE", "AR")
    location = str(answer.segment("ERR")[2]).split("^")
    assert location[0] in ("ORC", "OBR", "IPC") and len(location) >= 3 and location[2]


def test_the_answer_names_the_message_and_turns_its_parties_round(ris):
    answer = ris.send(imaging_order("TU-1", "TU-P", control_id="TURN-1"))
    assert str(answer.segment("MSA")[2]) == "TURN-1"
    msh = answer.segment("MSH")
    assert (str(msh[3]), str(msh[5])) == ("FIRSTREAD", "RIS")


def test_a_frame_sent_byte_by_byte_is_one_message(ris):
    assert verdict(ris.send(imaging_order("BY-1", "BY-P"), byte_by_byte=True)) == "AA"


def test_several_messages_in_one_packet_are_answered_in_order(ris):
    orders = [imaging_order(f"MU-{n}", "MU-P", control_id=f"MULTI-{n}") for n in range(5)]
    ris.connection.sendall(b"".join(START + order.encode() + END for order in orders))
    content = b""
    while content.count(END) < 5:
        content += ris.connection.recv(65536)
    answers = [hl7.parse(frame.removeprefix(START).decode()) for frame in content.split(END) if frame]
    assert [str(answer.segment("MSA")[2]) for answer in answers] == [f"MULTI-{n}" for n in range(5)]
    assert {verdict(answer) for answer in answers} == {"AA"}


@pytest.mark.parametrize("nonsense", [
    b"GET / HTTP/1.1\r\n\r\n", START + b"no HL7 at all" + END, START + END, START + b"MSH|" + END, START + b"MSH|^~\\&|A" + END,
    START + b"\xff\xfe\xfd" * 50 + END, b"\x1c\r" * 20, START * 50,
], ids=["HTTP", "words", "nothing", "MSH cut", "MSH short", "bytes", "ends only", "starts only"])
def test_nonsense_does_not_stop_the_next_sender(service, nonsense):
    with socket.create_connection(("127.0.0.1", service.hl7_port), 5) as connection:
        connection.sendall(nonsense)
    with OrderingSystem(service.hl7_port) as ris:
        assert verdict(ris.send(imaging_order("NX-1", "NX-P"))) == "AA"


def test_a_frame_without_end_does_not_fill_the_memory(service):
    before = service.resident_bytes()
    with socket.create_connection(("127.0.0.1", service.hl7_port), 5) as connection:
        try:
            connection.sendall(START + b"MSH|^~\\&|")
            for _ in range(256):
                connection.sendall(b"x" * 1_000_000)
        except OSError:
            pass  # closed by the service: just what is wanted
    assert service.resident_bytes() - before < 100_000_000
    with OrderingSystem(service.hl7_port) as ris:
        assert verdict(ris.send(imaging_order("NX-2", "NX-P"))) == "AA"


def test_a_final_report_takes_the_study_off_the_list(service, ris, objects_folder):
    [film] = write_study(objects_folder, accession="RP-1", patient_id="RP-P")
    store(service.dicom_port, [film])
    done(service, film.study_instance_uid)
    assert verdict(ris.send(final_report("RP-1", "RP-P"))) == "AA"
    eventually(lambda: service.study(film.study_instance_uid) is None, what="the study leaving the list")
    assert service.study(film.study_instance_uid, "--all")["state"] == "reported"


def test_a_cancelled_order_whose_images_come_is_marked(service, ris, objects_folder):
    [film] = write_study(objects_folder, accession="CA-1", patient_id="CA-P")
    assert verdict(ris.send(imaging_order("CA-1", "CA-P", at="20260105080000"))) == "AA"
    assert verdict(ris.send(imaging_order("CA-1", "CA-P", control="CA", at="20260105081000"))) == "AA"
    store(service.dicom_port, [film])
    assert any("cancel" in conflict for conflict in done(service, film.study_instance_uid)["conflicts"])


def test_an_order_survives_a_restart(service, objects_folder):
    [film] = write_study(objects_folder, accession="RE-1", patient_id="RE-P")
    with OrderingSystem(service.hl7_port) as ris:
        assert verdict(ris.send(imaging_order("RE-1", "RE-P", priority="S"))) == "AA"
    service.kill()
    service.start()
    store(service.dicom_port, [film])
    assert done(service, film.study_instance_uid)["order_priority"] == "STAT"
