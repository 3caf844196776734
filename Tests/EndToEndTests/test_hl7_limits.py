"""The HL7 server's limits, and senders that are anything but well: each is a setting, each closed connection has its reason in the log."""

import random
import socket
import sqlite3

import hl7
import pytest
from hl7.client import MLLPClient
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message

from objects import write_study
from ordering_system import END, START, OrderingSystem, admission, final_report, imaging_order, patient_merge, patient_update, verdict
from senders import store
from validation import assert_strictly_valid
from waiting import done, eventually

OMI = "OMI^O23^OMI_O23"


def closed(connection, within=20):
    """Whether the peer closes the connection, whatever it says before."""
    connection.settimeout(within)
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        pass
    return True


@pytest.mark.parametrize(("option", "value", "sent", "reason"), [
    ("--hl7-message-seconds", 0.5, START + b"MSH|^~\\&|", "not finished within 0.5 s"),
    ("--hl7-idle-seconds", 0.5, b"", "nothing came for 0.5 s"),
    ("--max-hl7-kilobytes", 1, START + b"MSH|" + b"x" * 2000, "longer than 1024 bytes"),
    ("--hl7-idle-seconds", 60, b"GET / HTTP/1.1\r\n", "outside an MLLP frame"),
], ids=["never finished", "silent", "too long", "no frame"])
def test_a_sender_that_breaks_a_limit_is_closed_with_the_reason_in_the_log(start_service, option, value, sent, reason):
    service = start_service(option, value)
    with socket.create_connection(("127.0.0.1", service.hl7_port), 5) as connection:
        connection.sendall(sent)
        assert closed(connection)
    eventually(lambda: reason in service.log, what="the reason in the log")
    with OrderingSystem(service.hl7_port) as ris:
        assert verdict(ris.send(imaging_order("L-1", "L-P"))) == "AA"


def test_connections_above_the_limit_are_closed_and_the_others_served(start_service):
    service = start_service("--max-hl7-connections", 2)
    with OrderingSystem(service.hl7_port) as first, OrderingSystem(service.hl7_port) as second:
        assert verdict(first.send(imaging_order("C-1", "C-P"))) == verdict(second.send(imaging_order("C-2", "C-P"))) == "AA"
        with socket.create_connection(("127.0.0.1", service.hl7_port), 5) as third:
            assert closed(third)
        eventually(lambda: "as many as the limit" in service.log, what="the reason in the log")
        assert verdict(first.send(imaging_order("C-3", "C-P"))) == "AA"


def test_a_message_cut_off_is_in_the_log(service):
    with socket.create_connection(("127.0.0.1", service.hl7_port), 5) as connection:
        connection.sendall(START + b"MSH|^~\\&|RIS")
        with OrderingSystem(service.hl7_port) as ris:
            assert verdict(ris.send(imaging_order("CU-1", "CU-P"))) == "AA"
    eventually(lambda: "in the middle of a message" in service.log, what="the reason in the log")


def test_a_report_of_a_megabyte_is_kept(service, objects_folder):
    [film] = write_study(objects_folder, accession="MB-1", patient_id="MB-P")
    store(service.dicom_port, [film])
    done(service, film.study_instance_uid)
    text = "no change since the last film " * 35_000
    with OrderingSystem(service.hl7_port) as ris:
        assert verdict(ris.send(final_report("MB-1", "MB-P", text=[text]))) == "AA"
    assert service.explain("MB-1")["outcomes"][0]["text"] == text


@pytest.mark.parametrize(("charset", "encoding", "shown"), [
    ("UNICODE UTF-8", "utf-8", "Müller^Eva"), ("8859/1", "latin-1", "Müller^Eva"), ("", "utf-8", "Müller^Eva"), ("", "latin-1", "Müller^Eva"),
    ("ASCII", "latin-1", "M\\xFCller^Eva"), ("UNICODE UTF-8", "latin-1", "M\\xFCller^Eva"),
])
def test_names_are_read_as_msh_18_says_and_bytes_that_do_not_fit_are_shown(service, objects_folder, charset, encoding, shown):
    [film] = write_study(objects_folder, patient_id="CS-P")
    store(service.dicom_port, [film])
    done(service, film.study_instance_uid)
    with OrderingSystem(service.hl7_port) as ris:
        assert verdict(ris.send(patient_update("CS-P", name="Müller^Eva", charset=charset), encoding=encoding)) == "AA"
    assert service.study(film.study_instance_uid)["patient_name"] == shown


MESSAGES = [
    imaging_order("V-1", "V-P"), imaging_order("V-2", "V-P", type=OMI, study="1.2.3", expected_images=2), patient_update("V-P"),
    patient_merge("V-OLD", "V-P"), final_report("V-1", "V-P"),
]
REFUSED = [
    admission(), imaging_order("", "V-P"), imaging_order("V-1", ""), imaging_order("V-1", "V-P", control="QQ"), imaging_order("V-1", "V-P", priority="SOON"),
    patient_merge("", "V-P"), patient_merge("V-P", "V-P"), final_report("", "V-P"), imaging_order("V-1", "V-P", at="soon"), imaging_order("V-1", "V-P", charset="KLINGON"),
]


@pytest.mark.parametrize("text", MESSAGES + REFUSED, ids=lambda text: text.split("|")[8])
def test_every_answer_is_valid_hl7_and_names_the_message(service, text):
    with OrderingSystem(service.hl7_port) as ris:
        answer = ris.send(text)
    assert_strictly_valid(str(answer))
    assert str(answer.segment("MSA")[2]) == str(hl7.parse(text).segment("MSH")[10])
    if text in REFUSED:
        assert verdict(answer) in ("AE", "AR")
        place = str(answer.segment("ERR")[2]).split("^")
        assert len(place) >= 3 and place[0] and place[2], "segment and field"
        assert str(answer.segment("ERR")[8]), "and what is wrong"


@pytest.mark.parametrize("text", [text for text in MESSAGES if "ORM^O01" not in text], ids=lambda text: text.split("|")[8])
def test_what_hl7apy_writes_is_taken(service, text):
    """hl7apy's own encoding of a message that it has found valid, sent as its own frame."""
    frame = parse_message(text, validation_level=VALIDATION_LEVEL.STRICT).to_mllp()
    with OrderingSystem(service.hl7_port) as ris:
        ris.connection.sendall(frame.encode())
        assert verdict(ris.answer()) == "AA"


@pytest.mark.parametrize("text", MESSAGES, ids=lambda text: text.split("|")[8])
def test_the_client_of_python_hl7_is_served(service, text):
    with MLLPClient("127.0.0.1", service.hl7_port) as client:
        answer = hl7.parse(client.send_message(hl7.parse(text)).strip(START + END).decode())
    assert verdict(answer) == "AA"


def test_no_patient_of_a_refused_message_is_in_the_log(service):
    with OrderingSystem(service.hl7_port) as ris:
        assert verdict(ris.send(imaging_order("NL-1", "NL-P", control="Mustermann", priority="Mustermann"))) == "AE"
        assert verdict(ris.send(imaging_order("NL-1", "NL-P", priority="Mustermann"))) == "AE"
    eventually(lambda: service.log.count("HL7 message refused") == 2, what="two refusals in the log")
    assert "Mustermann" not in service.log and "Synthetic" not in service.log


def test_a_repetition_after_a_restart_gets_the_same_answer(service):
    order = imaging_order("RR-1", "RR-P", control_id="ONCE")
    with OrderingSystem(service.hl7_port) as ris:
        first = str(ris.send(order))
    service.kill()
    service.start()
    with OrderingSystem(service.hl7_port) as ris:
        assert str(ris.send(order)) == first


def test_one_damaged_row_hides_no_other(service, objects_folder):
    films = [write_study(objects_folder)[0] for _ in range(2)]
    store(service.dicom_port, films)
    for film in films:
        done(service, film.study_instance_uid)
    service.stop()
    with sqlite3.connect(service.data / "worklist.sqlite") as database:
        database.execute("UPDATE study SET findings = '{', conflicts = 'x' WHERE study_instance_uid = ?", (films[0].study_instance_uid,))
    database.close()
    service.start()
    items = {item["study_instance_uid"]: item for item in service.worklist_over_http()}
    assert set(items) == {film.study_instance_uid for film in films}
    assert any("damaged" in sentence for sentence in items[films[0].study_instance_uid]["conflicts"])
    assert items[films[1].study_instance_uid]["conflicts"] == []
    assert "cannot be read whole" in service.log


def mutated(random, text):
    """A message as a faulty sender or a broken line makes it."""
    content = bytearray(text.encode())
    for _ in range(random.randint(1, 5)):
        if not content:
            break
        place = random.randrange(len(content))
        match random.randrange(7):
            case 0:
                content[place] ^= 1 << random.randrange(8)
            case 1:
                del content[place:place + random.randint(1, 40)]
            case 2:
                del content[place:]
            case 3:
                content[place:place] = random.choice([b"|", b"^", b"~", b"\\", b"&", b"\r", b"\x0b", b"\x1c", b"\x1c\r"])
            case 4:
                lines = content.split(b"\r")
                lines.insert(random.randrange(len(lines)), random.choice(lines))
                content = bytearray(b"\r".join(lines))
            case 5:
                content = content.replace(b"UNICODE UTF-8", random.choice([b"ASCII", b"8859/1", b"KLINGON", b""])) + bytes([random.randrange(128, 256)])
            case 6:
                content[place:place] = content[place:place + 5] * random.choice([2, 20, 3000])
    return bytes(content)


def test_every_mutated_message_is_answered_or_its_connection_closed_with_a_reason(service):
    chance = random.Random(20261125)
    answered = dropped = 0
    ris = OrderingSystem(service.hl7_port)
    for number in range(4000):
        text = chance.choice(MESSAGES).replace("|P|2.5.1", f"{number}|P|2.5.1")
        content = mutated(chance, text)
        # Marks of the frame inside the message make another frame of it: what comes back is not predictable, only that it goes on.
        has_marks = START in content or END in content
        try:
            ris.connection.sendall(START + content + END)
            if has_marks:
                ris.connection.shutdown(socket.SHUT_WR)
                assert closed(ris.connection)
                raise ConnectionError
            assert verdict(ris.answer()) in ("AA", "AE", "AR")
            answered += 1
        except TimeoutError:
            raise  # neither answered nor closed
        except OSError:
            dropped += 1
            ris.connection.close()
            ris = OrderingSystem(service.hl7_port)
    ris.connection.close()
    assert answered > 3000 and answered + dropped == 4000
    assert service.is_running
    with OrderingSystem(service.hl7_port) as ris:
        assert verdict(ris.send(imaging_order("FZ-1", "FZ-P"))) == "AA"
