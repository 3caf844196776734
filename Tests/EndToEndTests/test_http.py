"""Health, figures and the list over HTTP."""

import json

from prometheus_client.parser import text_string_to_metric_families

from contract import WORKLIST_KEYS
from objects import write_study
from senders import store
from waiting import done


def samples(service):
    status, text = service.http("/metrics")
    assert status == 200
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text) for sample in family.samples
    }


def test_health_answers_200(service):
    assert service.http("/healthz")[0] == 200


def test_metrics_are_prometheus_text_and_go_with_the_work(service, objects_folder):
    before = samples(service)
    assert before and all(name.startswith(("firstread_", "process_")) for name, _ in before)
    films = write_study(objects_folder, 3)
    store(service.dicom_port, films)
    done(service, films[0].study_instance_uid)
    after = samples(service)
    grown = {key for key in after if after[key] - before.get(key, 0) == 3}
    assert grown, "no figure grew by the three objects that came"


def test_metrics_carry_no_patient_data(service, objects_folder):
    [film] = write_study(objects_folder, PatientName="Unmistakable^Name", patient_id="SECRETID")
    store(service.dicom_port, [film])
    done(service, film.study_instance_uid)
    text = service.http("/metrics")[1]
    assert "Unmistakable" not in text and "SECRETID" not in text


def test_the_list_needs_a_session_or_open(start_service):
    service = start_service(open_access=False)
    status, body = service.http("/api/v1/worklist")
    assert status == 401 and "[" not in body[:1]
    assert service.http("/healthz")[0] == 200


def test_the_list_is_json_with_the_keys_of_the_contract(service, objects_folder):
    assert service.worklist_over_http() == []
    [film] = write_study(objects_folder)
    store(service.dicom_port, [film])
    done(service, film.study_instance_uid)
    status, body = service.http("/api/v1/worklist")
    assert status == 200
    [item] = json.loads(body)
    assert set(item) == WORKLIST_KEYS


def test_an_unknown_path_is_404(service):
    assert service.http("/nothing/here")[0] == 404
    assert service.http("/../../etc/passwd")[0] in (400, 404)
