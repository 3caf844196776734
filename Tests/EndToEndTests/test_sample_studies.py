"""SampleStudies/ is what its table says, and FirstRead treats each study as it is meant to."""

import json
import sys

import pytest

from senders import dcmtk
from service import BINARY, REPOSITORY, firstread
from waiting import done

sys.path.insert(0, str(REPOSITORY / "scripts/samples"))
from headers import uid  # noqa: E402
from studies import STUDIES  # noqa: E402

SAMPLE_STUDIES = REPOSITORY / "SampleStudies"


def films(study):
    return sorted((SAMPLE_STUDIES / study.folder).glob("*.dcm"))


@pytest.mark.parametrize("study", STUDIES, ids=lambda study: study.folder)
def test_a_study_is_scored_or_left_alone_as_its_table_says(study):
    result = firstread("score", "--json", *films(study))
    assert result.returncode == 0, result.stderr
    reasons = [image["unscored_reason"] for image in json.loads(result.stdout)]
    if study.expected == "scored":
        assert None in reasons
    else:
        assert all(study.expected.lower() in reason.lower() for reason in reasons)


def test_names_in_every_character_set_and_the_orders_reach_the_list(service):
    ordered = dcmtk(BINARY.with_name("stand-in-pacs"), "order", "--to", f"127.0.0.1:{service.hl7_port}", "--orders", SAMPLE_STUDIES / "orders.json")
    assert "orders placed" in ordered.stdout
    foreign = [study for study in STUDIES if not study.patient.name.isascii()]
    assert len(foreign) >= 6
    for study in foreign:
        dcmtk("dcmsend", "--decompress-never", "-aec", "FIRSTREAD", "127.0.0.1", service.dicom_port, *films(study))
    for study in foreign:
        item = done(service, uid("study", study.folder))
        assert item["patient_name"] == study.patient.name
        assert item["study_description"] == study.description
        assert item["conflicts"] == []
        assert item["order_priority"] == (study.order.priority if study.order else "ROUTINE")
        assert item["patient_class"] == (study.order.patient_class if study.order else "unknown")
