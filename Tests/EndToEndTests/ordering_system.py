"""A department's system: HL7 messages to FirstRead, and its answers."""

import socket
import time

import hl7

from objects import new_number

START, END = b"\x0b", b"\x1c\r"


def _header(type, *, control_id=None, at="20260105080000", charset="UNICODE UTF-8", sender="RIS"):
    control_id = control_id or new_number("M")
    return f"MSH|^~\\&|{sender}|HOSPITAL|FIRSTREAD|HOSPITAL|{at}||{type}|{control_id}|P|2.5.1||||||{charset}"


def imaging_order(
    accession, patient_id, *, type="ORM^O01^ORM_O01", priority="R", patient_class="O", control="NW", name="Synthetic^Chest",
    reason="", expected_images=None, study=None, **header,
):
    """ORM^O01, or OMI^O23 with its TQ1 and IPC segments. `priority` is HL7's: S, A, R (table 0485)."""
    is_omi = type.startswith("OMI")
    lines = [
        _header(type, **header),
        f"PID|1||{patient_id}^^^HOSPITAL||{name}||19700101|O",
        f"PV1|1|{patient_class}|WARD^1^1",
        f"ORC|{control}|PL{accession}|{accession}||||" + ("" if is_omi else f"^^^^^{priority}"),
    ]
    if is_omi:
        lines.append(f"TQ1|1||||||||{priority}")
    observation_request = [""] * 32
    observation_request[1:5] = ["1", f"PL{accession}", accession, "XRCH^Chest PA^L"]
    observation_request[18] = accession
    if not is_omi:
        observation_request[27] = f"^^^^^{priority}"
    observation_request[31] = reason
    lines.append("OBR|" + "|".join(observation_request[1:]).rstrip("|"))
    if expected_images is not None:
        lines.append(f"OBX|1|NM|EXPECTED_IMAGES^^99FIRSTREAD||{expected_images}||||||F")
    if is_omi:
        lines.append(f"IPC|{accession}|RP{accession}|{study or ''}|SPS{accession}")
    return "\r".join(lines) + "\r"


def final_report(accession, patient_id, *, text=("Read.",), status="F", at="20260105080000", author="77&Berg&Jonas", study=None, **header):
    """ORU^R01 with OBR-25 F (or another status): somebody has read the study. `text`: one OBX row each, `study`: in a ZDS segment."""
    request = [""] * 33
    request[1:5] = ["1", f"PL{accession}", accession, "XRCH^Chest PA^L"]
    request[22], request[25], request[32] = at, status, author
    rows = [f"OBX|{n}|TX|REPORT^Report^L|{n}|{line}||||||{status}" for n, line in enumerate(text, 1)]
    return "\r".join([
        _header("ORU^R01^ORU_R01", at=at, **header),
        f"PID|1||{patient_id}^^^HOSPITAL||Synthetic^Chest",
        "OBR|" + "|".join(request[1:]),
        *rows,
        *([f"ZDS|{study}^FIRSTREAD^Application^DICOM"] if study else []),
    ]) + "\r"


def patient_update(patient_id, *, name="Synthetic^Chest", birth_date="19700101", sex="O", **header):
    """ADT^A08: the patient's data."""
    return "\r".join([
        _header("ADT^A08^ADT_A01", **header), "EVN||20260105080000", f"PID|1||{patient_id}^^^HOSPITAL||{name}||{birth_date}|{sex}", "PV1|1|I",
    ]) + "\r"


def patient_merge(prior, surviving, *, name="Synthetic^Chest", **header):
    """ADT^A40: `prior` is the same patient as `surviving`."""
    return "\r".join([
        _header("ADT^A40^ADT_A39", **header), "EVN||20260105080000", f"PID|1||{surviving}^^^HOSPITAL||{name}", f"MRG|{prior}^^^HOSPITAL",
    ]) + "\r"


def admission(**header):
    """ADT^A01, a message nobody announced."""
    return _header("ADT^A01^ADT_A01", **header) + "\rEVN||20260105080000\rPID|1||P1^^^HOSPITAL||Synthetic^Chest\rPV1|1|I\r"


class OrderingSystem:
    """An MLLP client.

        with OrderingSystem(service.hl7_port) as ris:
            assert ris.send(imaging_order("A1", "P1")).segment("MSA")[1][0] == "AA"
    """

    def __init__(self, port, timeout=15):
        self.connection = socket.create_connection(("127.0.0.1", port), timeout)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.connection.close()

    def send(self, text, *, byte_by_byte=False, encoding="utf-8"):
        frame = START + text.encode(encoding) + END
        if byte_by_byte:
            for byte in frame:
                self.connection.sendall(bytes([byte]))
                time.sleep(0.001)
        else:
            self.connection.sendall(frame)
        return self.answer()

    def answer(self):
        content = b""
        while not content.endswith(END):
            more = self.connection.recv(65536)
            assert more, f"the connection closed after {content!r}"
            content += more
        assert content.startswith(START) and content.count(END) == 1, f"no single frame: {content!r}"
        return hl7.parse(content[1:-2].decode("utf-8"))


def verdict(answer):
    """MSA-1."""
    return str(answer.segment("MSA")[1])
