"""Settings: where they come from, and what is refused, in one clear sentence."""

import json
import re
import socket

import pytest

from objects import write_study
from ordering_system import OrderingSystem
from refusals import ports, refused
from senders import associate, echo, store
from service import BINARY, SECONDS_TO_STOP, Service, firstread
from waiting import done


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class ConfiguredService(Service):
    """A service that gets its ports from elsewhere than the command line."""

    def arguments(self):
        return [str(BINARY), "serve", "--data", str(self.data), *self.options]


def test_file_is_overruled_by_environment_and_environment_by_flag(start_service, tmp_path):
    file_port, environment_port, flag_port, hl7_port = (free_port() for _ in range(4))
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"study-quiet-seconds": 1, "ae-title": "FROMFILE", "allow-ae": ["ONE", "TWO"], "log-level": "info"}))
    service = start_service("--config", config, quiet_seconds=None)
    assert echo(service.dicom_port, calling="ONE", called="FROMFILE") == 0
    assert echo(service.dicom_port, calling="THREE", called="FROMFILE") is None

    # The ports tell which source won: flag over environment over file.
    for name, in_file, variables, flags, expected in [
        ("file", file_port, {}, (), file_port),
        ("environment", file_port, {"FIRSTREAD_HTTP_PORT": str(environment_port)}, (), environment_port),
        ("flag", file_port, {"FIRSTREAD_HTTP_PORT": str(environment_port)}, ("--http-port", flag_port), flag_port),
    ]:
        config.write_text(json.dumps({"http-port": in_file, "dicom-port": 0, "hl7-port": 0, "open": True}))
        other = ConfiguredService(tmp_path / name, "--config", config, *flags, variables=variables)
        with other:
            assert other.http_port == expected, name


def test_a_list_in_the_environment_is_read(start_service):
    service = start_service(variables={"FIRSTREAD_ALLOW_AE": "ONLYME"})
    assert echo(service.dicom_port, calling="ONLYME") == 0
    assert echo(service.dicom_port, calling="STRANGER") is None


@pytest.mark.parametrize(("key", "nearest"), [("dicom-prot", "dicom-port"), ("feeds", "feed"), ("studyQuietSeconds", "study-quiet-seconds")])
def test_an_unknown_key_is_refused_with_the_nearest_known_one(tmp_path, key, nearest):
    config = tmp_path / "config.json"
    config.write_text(json.dumps({key: 1}))
    sentence = refused(*ports(tmp_path / "data"), "--config", config)
    assert key in sentence and nearest in sentence.replace(key, "")


@pytest.mark.parametrize("content", ["", "[]", "{", '{"dicom-port": "many"}', '{"dicom-port": 70000}', '{"study-quiet-seconds": -1}'])
def test_a_config_file_that_makes_no_sense_is_refused_and_named(tmp_path, content):
    config = tmp_path / "config.json"
    config.write_text(content)
    sentence = refused("--data", tmp_path / "data", "--hl7-port", 0, "--http-port", 0, "--open", "--config", config)
    assert "config.json" in sentence or "dicom-port" in sentence or "study-quiet-seconds" in sentence


def test_a_config_file_that_is_not_there_is_refused(tmp_path):
    assert "missing.json" in refused(*ports(tmp_path / "data"), "--config", tmp_path / "missing.json")


@pytest.mark.parametrize("option", ["--dicom-port", "--hl7-port", "--http-port"])
def test_a_port_in_use_is_refused_by_number(tmp_path, option):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        others = [name for name in ("--dicom-port", "--hl7-port", "--http-port") if name != option]
        sentence = refused("--data", tmp_path / "data", "--open", option, port, *(part for name in others for part in (name, 0)))
        assert str(port) in sentence and "use" in sentence


def test_a_second_service_on_the_same_data_folder_is_refused(service, objects_folder):
    sentence = refused(*ports(service.data))
    assert str(service.data) in sentence
    [film] = write_study(objects_folder)
    store(service.dicom_port, [film])
    done(service, film.study_instance_uid)


def test_a_data_folder_that_cannot_be_made_is_refused(tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("a file, no folder")
    assert str(blocker) in refused(*ports(blocker / "data"))


def test_open_is_refused_where_others_could_reach_it(tmp_path):
    sentence = refused(*ports(tmp_path / "data"), "--http-host", "0.0.0.0")
    assert "--open" in sentence and "0.0.0.0" in sentence


@pytest.mark.parametrize(("option", "value"), [
    ("--feed", "nowhere"), ("--feed", "host:99999"), ("--feed-format", "xml"), ("--policy", "random"), ("--fsync", "maybe"),
    ("--study-quiet-seconds", "soon"), ("--ae-title", "A" * 17), ("--log-level", "loud"),
])
def test_a_value_that_is_none_is_refused_and_named(tmp_path, option, value):
    sentence = refused(*ports(tmp_path / "data"), option, value)
    assert option.lstrip("-") in sentence or value in sentence


@pytest.mark.parametrize(("option", "value"), [
    ("--study-quiet-seconds", "1e300"), ("--study-quiet-seconds", "nan"), ("--study-quiet-seconds", "inf"), ("--study-quiet-seconds", 604_801),
    ("--feed-retry-hours", "1e300"), ("--feed-retry-hours", "nan"), ("--feed-retry-hours", 8761),
    ("--feed-answer-seconds", "1e300"), ("--feed-answer-seconds", "nan"), ("--feed-answer-seconds", 0), ("--feed-answer-seconds", 3601),
    ("--max-object-megabytes", 2**62), ("--max-hl7-kilobytes", 2**62), ("--minimum-free-megabytes", 2**62), ("--minimum-free-megabytes", "-1"),
    ("--max-associations", 2**62), ("--max-associations", 0), ("--acse-seconds", 2**62), ("--dimse-seconds", 2**62),
    ("--scoring-workers", 2**62), ("--max-scoring-attempts", 2**62),
])
def test_a_number_out_of_bounds_is_refused_with_the_bounds(tmp_path, option, value):
    sentence = refused(*ports(tmp_path / "data"), f"{option}={value}")
    assert f"{option} must lie in" in sentence


def test_help_names_every_setting_of_the_contract():
    text = firstread("serve", "--help").stdout
    for name in [
        "config", "data", "model", "dicom-host", "dicom-port", "ae-title", "allow-ae", "hl7-host", "hl7-port", "http-host", "http-port",
        "open", "feed", "feed-format", "feed-retry-hours", "study-quiet-seconds", "policy", "policy-file", "fsync", "log-level",
    ]:
        assert re.search(rf"--{name}\b", text), name


@pytest.mark.parametrize("command", ["serve", "score", "worklist", "explain", "board"])
def test_each_command_has_help(command):
    result = firstread(command, "--help")
    assert result.returncode == 0 and "USAGE" in result.stdout


def test_wrong_use_exits_with_2_or_64():
    for arguments in (["no-such-command"], ["serve", "--no-such-flag"], ["score"], ["worklist"]):
        assert firstread(*arguments).returncode in (2, 64), arguments


def test_a_list_of_a_folder_that_holds_none_is_refused(tmp_path):
    result = firstread("worklist", "--json", "--data", tmp_path / "empty")
    assert result.returncode == 1 and str(tmp_path / "empty") in result.stderr


def test_sigterm_ends_it_with_0_in_time_though_peers_linger(start_service):
    service = start_service()
    association = associate(service.dicom_port)
    assert association.is_established
    silent = socket.create_connection(("127.0.0.1", service.dicom_port))
    with OrderingSystem(service.hl7_port):
        assert service.stop() < SECONDS_TO_STOP
    association.abort()
    silent.close()


def test_no_patient_data_in_the_log(start_service, objects_folder):
    service = start_service("--log-level", "debug")
    [film] = write_study(objects_folder, PatientName="Unmistakable^Name", patient_id="UNMISTAKABLE-ID", PatientBirthDate="19230405")
    store(service.dicom_port, [film])
    done(service, film.study_instance_uid)
    service.stop()
    for secret in ("Unmistakable", "UNMISTAKABLE-ID", "19230405"):
        assert secret not in service.log
