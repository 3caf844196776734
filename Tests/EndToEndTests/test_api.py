"""The API against its own document: schemathesis asks the real service whatever the document allows, and what it does not."""

import subprocess
import sys
from pathlib import Path

import pytest
from service import REPOSITORY
from test_reports import drafted, optimist, send_film  # noqa: F401  (optimist is a fixture)
from web_client import WebClient

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance"
EXAMPLES = 15
# A stream that never ends is heard in test_events.
LEFT_OUT = "/events"

CONFIGURATION = """
[parameters]
uid = "{uid}"
sop = "{sop}"
study = "{uid}"
finding = "abnormal"

[[operations]]
include-name = "POST /alarms/{{id}}/acknowledge"
parameters = {{ id = "disk-low" }}

[[operations]]
include-path-regex = "^/reports/"
parameters = {{ id = "{report}" }}
"""


@pytest.mark.timeout(900)
def test_whatever_is_asked_the_answer_is_one_that_the_document_has(start_service, objects_folder, optimist, tmp_path):  # noqa: F811
    service = start_service("--model", optimist.path, "--drafts", "on", "--low-disk-megabytes", "1073741823")
    film = send_film(service, objects_folder)
    report = drafted(service, film.study_instance_uid)
    assert WebClient(service).alarm("disk-low")
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(CONFIGURATION.format(uid=film.study_instance_uid, sop=film.sop_instance_uid, report=report))
    result = subprocess.run(
        [
            Path(sys.executable).parent / "schemathesis", "--config-file", configuration, "run", f"{WebClient(service).base}openapi.json",
            "--exclude-path", LEFT_OUT, "--checks", CHECKS, "--max-examples", str(EXAMPLES), "--phases", "coverage,fuzzing", "--no-color", "--request-timeout", "30",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=840)
    assert result.returncode == 0, result.stdout[-6000:] + result.stderr[-2000:]
    assert " error " not in service.log, "the service's log has an error"


def test_the_document_is_served_and_names_its_version(service):
    answer = WebClient(service).ask("openapi.json")
    assert answer.status == 200 and answer.json["openapi"].startswith("3.1") and answer.json["servers"] == [{"url": "/api/v1"}]


def test_another_method_or_address_is_an_error_in_json(service):
    web = WebClient(service)
    for answer in (web.ask("worklist", {}), web.ask("nothing"), web.ask("studies")):
        assert answer.status in (404, 405) and answer.json["what_to_do"]
