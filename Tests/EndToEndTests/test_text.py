"""Text in any character set of DICOM is UTF-8 on the list, over HTTP and in the feed."""

import pytest

from objects import encoded, radiograph, write, write_study
from ordering_system import OrderingSystem, imaging_order, verdict
from senders import store
from waiting import done, eventually

NAMES = {
    "ASCII": (None, "Smith^Jane", "Smith"),
    "Latin-1": ("ISO_IR 100", "Müller^Jürgen", "Müller"),
    "Latin-2": ("ISO_IR 101", "Wałęsa^Świętosława", "Wałęsa"),
    "Cyrillic": ("ISO_IR 144", "Люкceмбypг", "Люкceмбypг"),
    "Greek": ("ISO_IR 126", "Διονυσιος", "Διονυσιος"),
    "Hebrew": ("ISO_IR 138", "שרון^דבורה", "שרון"),
    "Japanese, ISO 2022": (["", "ISO 2022 IR 87"], "Yamada^Tarou=山田^太郎=やまだ^たろう", "山田"),
    "Korean, ISO 2022": (["", "ISO 2022 IR 149"], "Hong^Gildong=洪^吉洞=홍^길동", "홍"),
    "GB18030": ("GB18030", "Wang^XiaoDong=王^小东", "王"),
    "UTF-8": ("ISO_IR 192", "Ærøskøbing^Ñandú=東^京", "Ñandú"),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_arrives_as_it_was_written(announcing, receiver, objects_folder, name):
    charset, written, family = NAMES[name]
    film = write(radiograph(SpecificCharacterSet=charset, PatientName=written), objects_folder)
    store(announcing.dicom_port, [film])
    item = done(announcing, film.study_instance_uid)
    assert family in item["patient_name"] and item["conflicts"] == []
    assert announcing.worklist_over_http()[0]["patient_name"] == item["patient_name"]
    [message] = eventually(receiver.received, what="the announcement")
    # XPN has a repetition for each of DICOM's component groups.
    assert any(family in message.field("PID", 5, repetition) for repetition in range(3))


@pytest.mark.parametrize("charset", [None, "ISO_IR 6", "ISO_IR 9999"], ids=["missing", "wrong", "unknown"])
def test_bytes_that_cannot_be_decoded_are_shown_never_dropped(announcing, receiver, objects_folder, charset):
    data = radiograph(SpecificCharacterSet="ISO_IR 100", PatientName="M\xfcller^Jane")
    content = encoded(data)
    old = b"\x08\x00\x05\x00CS\x0a\x00ISO_IR 100"
    assert content.count(old) == 1
    if charset is None:
        content = content.replace(old, b"")
    else:
        value = charset.encode().ljust(len(charset) + len(charset) % 2)
        content = content.replace(old, b"\x08\x00\x05\x00CS" + len(value).to_bytes(2, "little") + value)
    film = write(data, objects_folder, content=content)
    store(announcing.dicom_port, [film])
    item = done(announcing, film.study_instance_uid)
    assert item["patient_name"].startswith("M") and "ller^Jane" in item["patient_name"]
    assert len(item["patient_name"]) > len("Mller^Jane"), "the byte was dropped"
    eventually(receiver.received, what="the announcement")  # which is valid UTF-8, or the receiver would object


def test_separators_of_hl7_in_a_name_do_not_break_the_message(announcing, receiver, objects_folder):
    film = write(radiograph(SpecificCharacterSet="ISO_IR 192", PatientName="O|Neil&Sons~x^Jane", StudyDescription="a\\b|c^d~e&f"), objects_folder)
    store(announcing.dicom_port, [film])
    [message] = eventually(receiver.received, what="the announcement")
    assert "\\F\\" in message.text and "\\T\\" in message.text and "\\R\\" in message.text
    assert message.field("IPC", 3) == film.study_instance_uid


@pytest.mark.parametrize(("charset", "encoding"), [("UNICODE UTF-8", "utf-8"), ("8859/1", "latin-1")])
def test_text_of_an_order_is_read_in_its_own_character_set(service, objects_folder, charset, encoding):
    [film] = write_study(objects_folder, accession="TX-1", patient_id="TX-1")
    with OrderingSystem(service.hl7_port) as ris:
        order = imaging_order("TX-1", "TX-1", charset=charset, name="Müller^Jürgen", reason="Übelkeit")
        assert verdict(ris.send(order, encoding=encoding)) == "AA"
    store(service.dicom_port, [film])
    assert done(service, film.study_instance_uid)["conflicts"] == []
