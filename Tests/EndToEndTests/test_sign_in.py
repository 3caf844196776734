"""Sign-in over HTTP: who comes in, who may do what, and what is said to everybody else."""

import json
import stat

import pytest

from objects import write_study
from people import ADMIN, LEAD, PASSWORDS, READER, Client, user, users_file
from refusals import ports, refused
from senders import store
from service import firstread
from waiting import done, eventually


@pytest.fixture
def users(tmp_path):
    return users_file(tmp_path / "users.json")


@pytest.fixture
def guarded(start_service, users):
    return start_service("--users", users, open_access=False)


@pytest.fixture
def study(guarded, objects_folder):
    [film] = write_study(objects_folder)
    store(guarded.dicom_port, [film])
    return done(guarded, film.study_instance_uid)["study_instance_uid"]


PATHS = ["/api/v1/worklist", "/api/v1/events", "/api/v1/room", "/api/v1/explain/1.2", "/api/v1/studies/1.2/images/1.3/film.png",
         "/api/v1/studies/1.2/images/1.3/heatmap.png?finding=abnormal", "/api/v1/reports/R1", "/api/v1/waits", "/api/v1/waits.svg", "/api/v1/log", "/api/v1/session"]
ACTS = ["studies/1.2/claim", "studies/1.2/release", "studies/1.2/pin", "studies/1.2/unpin", "reports/R1/sign", "reports/R1/reject", "reports/R1/correct", "alarms/disk-low/acknowledge"]


def test_nothing_is_shown_or_done_without_a_session(guarded, study):
    client = Client(guarded.http_port)
    for path in PATHS:
        assert client.ask("GET", path)[0] == 401, path
    for act in ACTS:
        assert client.ask("POST", f"/api/v1/{act}", {"by": READER, "reason": "x", "text": "x"})[0] == 401, act
    for cookie in ["firstread_session=", "firstread_session=" + "A" * 43, "firstread_session=' OR 1=1"]:
        assert client.ask("GET", "/api/v1/worklist", Cookie=cookie)[0] == 401


def test_whoever_signs_in_sees_the_list(guarded, study):
    client = Client(guarded.http_port).sign_in(READER)
    status, items, _ = client.ask("GET", "/api/v1/worklist")
    assert status == 200 and [item["study_instance_uid"] for item in items] == [study]
    status, session, _ = client.ask("GET", "/api/v1/session")
    assert (status, session["name"], session["roles"]) == (200, READER, ["reader"])


def test_the_cookie_can_be_read_by_no_script_and_goes_to_no_other_site(guarded):
    _, _, headers = Client(guarded.http_port).try_to_sign_in(READER, PASSWORDS[READER])
    parts = {part.strip() for part in headers["Set-Cookie"].split(";")[1:]}
    # On loopback there is no TLS that it could wait for.
    assert parts == {"HttpOnly", "SameSite=Strict", "Path=/"}


def test_behind_a_tls_proxy_the_cookie_asks_for_tls(start_service, users):
    service = start_service("--users", users, "--trusted-proxy", "127.0.0.1", open_access=False)
    _, _, headers = Client(service.http_port).try_to_sign_in(READER, PASSWORDS[READER])
    assert "Secure" in {part.strip() for part in headers["Set-Cookie"].split(";")}


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(guarded):
    client = Client(guarded.http_port)
    answers = [client.try_to_sign_in(*attempt)[:2] for attempt in [("Nobody", "eleven blue herons"), (READER, "eleven blue heron"), ("", "")]]
    assert answers[0][0] == 401 and answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("body", [{}, [], {"name": READER}, {"name": READER, "password": 1}, {"name": READER, "password": "x" * 20_000}])
def test_what_is_no_sign_in_is_refused(guarded, body):
    assert Client(guarded.http_port).ask("POST", "/api/v1/session", body)[0] in (400, 413)


def test_after_five_failures_not_even_the_right_password_helps(guarded):
    client = Client(guarded.http_port)
    for _ in range(5):
        assert client.try_to_sign_in(READER, "wrong")[0] == 401
    status, body, headers = client.try_to_sign_in(READER, PASSWORDS[READER])
    assert status == 429 and 0 < int(headers["Retry-After"]) <= 900 and "try again in" in body["what_to_do"]
    # The address is the same, whatever the name.
    assert client.try_to_sign_in(LEAD, PASSWORDS[LEAD])[0] == 429


def test_behind_a_proxy_one_address_does_not_shut_out_another(start_service, users):
    service = start_service("--users", users, "--trusted-proxy", "127.0.0.1", open_access=False)
    client = Client(service.http_port)
    for _ in range(5):
        client.try_to_sign_in("Nobody", "wrong", X_Forwarded_For="10.0.0.9, 10.0.0.7")
    assert client.try_to_sign_in(READER, PASSWORDS[READER], X_Forwarded_For="10.0.0.8, 10.0.0.7")[0] == 429
    assert client.try_to_sign_in(READER, PASSWORDS[READER], X_Forwarded_For="10.0.0.7, 10.0.0.8")[0] == 200


def test_without_a_trusted_proxy_nobody_chooses_an_address(guarded):
    client = Client(guarded.http_port)
    for attempt in range(5):
        client.try_to_sign_in("Nobody", "wrong", X_Forwarded_For=f"10.0.0.{attempt}")
    assert client.try_to_sign_in(READER, PASSWORDS[READER], X_Forwarded_For="10.0.0.99")[0] == 429


@pytest.mark.parametrize("headers", [
    {"X_CSRF_Token": None}, {"X_CSRF_Token": "A" * 43}, {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"}, {"Sec_Fetch_Site": "same-site"},
])
def test_an_act_that_another_site_may_have_sent_is_refused(guarded, study, headers):
    client = Client(guarded.http_port).sign_in(READER)
    assert client.ask("POST", f"/api/v1/studies/{study}/claim", {}, **headers)[0] == 403
    assert guarded.study(study)["reader"] is None
    assert client.ask("POST", f"/api/v1/studies/{study}/claim", {}, Origin=f"http://127.0.0.1:{guarded.http_port}")[0] == 200


def test_a_form_of_another_site_is_refused_for_its_type(guarded, study):
    client = Client(guarded.http_port).sign_in(READER)
    assert client.ask("POST", f"/api/v1/studies/{study}/claim", {}, Content_Type="text/plain")[0] == 415
    assert client.ask("POST", f"/api/v1/studies/{study}/claim", {}, Content_Type="application/x-www-form-urlencoded")[0] == 415


def test_each_role_has_its_rights(guarded, study):
    people = {name: Client(guarded.http_port).sign_in(name) for name in PASSWORDS}
    wanted = [
        ("GET", "/api/v1/worklist", None, {READER, LEAD, ADMIN}),
        ("POST", f"/api/v1/studies/{study}/pin", {"reason": "asked for by phone"}, {LEAD, ADMIN}),
        ("POST", "/api/v1/reports/R1/sign", {}, {READER}),
        ("POST", "/api/v1/reports/R1/reject", {"reason": "x"}, {READER}),
        ("POST", "/api/v1/reports/R1/correct", {"text": "x"}, {READER}),
        ("POST", "/api/v1/alarms/disk-low/acknowledge", {}, {LEAD, ADMIN}),
        ("GET", "/api/v1/log", None, {ADMIN}),
    ]
    for method, path, body, allowed in wanted:
        assert {name for name, client in people.items() if client.ask(method, path, body)[0] != 403} == allowed, path
    assert people[READER].ask("POST", f"/api/v1/studies/{study}/claim", {"by": LEAD})[0] == 400


def test_only_a_lead_gives_back_what_another_reads(guarded, study):
    reader, lead, admin = (Client(guarded.http_port).sign_in(name) for name in (READER, LEAD, ADMIN))
    assert lead.ask("POST", f"/api/v1/studies/{study}/claim", {})[0] == 200
    status, body, _ = reader.ask("POST", f"/api/v1/studies/{study}/claim", {})
    assert status == 409 and LEAD in body["error"]
    assert reader.ask("POST", f"/api/v1/studies/{study}/release", {})[0] == 409
    assert admin.ask("POST", f"/api/v1/studies/{study}/release", {})[0] == 200


def test_signing_out_ends_the_session(guarded):
    client = Client(guarded.http_port).sign_in(READER)
    assert client.ask("DELETE", "/api/v1/session", X_CSRF_Token=None)[0] == 403
    status, _, headers = client.ask("DELETE", "/api/v1/session")
    assert status == 204 and "Max-Age=0" in headers["Set-Cookie"]
    assert client.ask("GET", "/api/v1/worklist")[0] == 401


def test_a_session_ends_when_nothing_is_done(start_service, users):
    service = start_service("--users", users, "--session-minutes", 0.05, open_access=False)
    client = Client(service.http_port).sign_in(READER)
    assert client.ask("GET", "/api/v1/worklist")[0] == 200
    eventually(lambda: client.ask("GET", "/api/v1/worklist", X_Unattended="1")[0] == 401, what="the end of the session")


def test_whoever_is_removed_is_out_at_once(guarded, users):
    reader, lead = Client(guarded.http_port).sign_in(READER), Client(guarded.http_port).sign_in(LEAD)
    assert user("remove", READER, "--users", users).returncode == 0
    assert reader.ask("GET", "/api/v1/worklist")[0] == 401
    assert reader.try_to_sign_in(READER, PASSWORDS[READER])[0] == 401
    assert lead.ask("GET", "/api/v1/worklist")[0] == 200


def test_another_password_ends_the_sessions_of_the_old_one(guarded, users):
    client = Client(guarded.http_port).sign_in(READER)
    assert user("password", READER, "--users", users, password="twelve red kites").returncode == 0
    assert client.ask("GET", "/api/v1/worklist")[0] == 401
    assert client.try_to_sign_in(READER, PASSWORDS[READER])[0] == 401
    assert client.try_to_sign_in(READER, "twelve red kites")[0] == 200


def test_a_users_file_that_is_spoilt_shuts_nobody_out_and_says_so(guarded, users):
    client = Client(guarded.http_port).sign_in(READER)
    users.write_text("{")
    assert client.ask("GET", "/api/v1/worklist")[0] == 200
    assert "the users file cannot be read" in guarded.log


def test_every_sign_in_refusal_and_sign_out_is_logged_without_secrets(guarded):
    client = Client(guarded.http_port)
    client.try_to_sign_in("my password by mistake", "x")
    client.try_to_sign_in(READER, "not the password")
    client.sign_in(READER)
    client.ask("DELETE", "/api/v1/session")
    _, lines, _ = Client(guarded.http_port).sign_in(ADMIN).ask("GET", "/api/v1/log")
    assert [(line["name"], line["act"]) for line in reversed(lines)] == [
        ("", "sign-in-refused"), (READER, "sign-in-refused"), (READER, "sign-in"), (READER, "sign-out"), (ADMIN, "sign-in")]
    for sentence in ["name or password is wrong", "signed in", "signed out"]:
        assert sentence in guarded.log
    kept = guarded.log + json.dumps(lines)
    for secret in [PASSWORDS[READER], "not the password", "my password by mistake", client.cookie.split("=")[1], client.csrf]:
        assert secret not in kept


def test_every_answer_forbids_scripts_and_frames_from_elsewhere(guarded):
    client = Client(guarded.http_port)
    for path in ["/", "/assets/page.js", "/api/v1/worklist", "/nothing"]:
        headers = client.ask("GET", path)[2]
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "script-src 'self'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        assert headers["Cache-Control"] == "no-store" and headers["X-Content-Type-Options"] == "nosniff" and headers["Referrer-Policy"] == "no-referrer"


def test_an_open_service_answers_to_names_of_this_machine_only(service):
    client = Client(service.http_port)
    assert client.ask("GET", "/api/v1/session")[1] == {"open": True}
    for host in [f"evil.example:{service.http_port}", "127.0.0.1.evil.example"]:
        assert client.ask("GET", "/api/v1/worklist", Host=host)[0] == 403
    assert client.ask("GET", "/api/v1/worklist", Host="localhost")[0] == 200
    assert client.ask("POST", "/api/v1/studies/1.2/claim", {"by": "x"}, Origin="http://evil.example")[0] == 403


def test_open_and_users_exclude_each_other(tmp_path, users):
    assert "--users" in refused(*ports(tmp_path / "data"), "--users", users)


def test_a_users_file_that_is_none_keeps_the_service_from_starting(tmp_path):
    file = tmp_path / "users.json"
    for text in [None, "{", '{"users": [{"name": "A", "roles": ["reader"], "password_hash": "plain"}]}']:
        if text is not None:
            file.write_text(text)
        result = firstread("serve", "--data", tmp_path / "data", "--dicom-port", 0, "--hl7-port", 0, "--http-port", 0, "--users", file)
        assert result.returncode in (1, 64) and str(file) in result.stderr and "plain" not in result.stderr


def test_the_users_file_is_its_owners_alone_and_holds_no_password(users):
    assert stat.S_IMODE(users.stat().st_mode) == 0o600
    text = users.read_text()
    assert text.count("$scrypt$ln=15,r=8,p=3$") == 3 and not any(password in text for password in PASSWORDS.values())
    assert user("list", "--users", users).stdout.splitlines() == [f"{READER}\treader", f"{LEAD}\tlead", f"{ADMIN}\tadmin"]


@pytest.mark.parametrize(("arguments", "password", "word"), [
    (["add", "New", "--role", "reader"], "short", "12 characters"), (["add", READER, "--role", "lead"], "eleven blue herons", "already"),
    (["add", "New", "--role", "king"], "eleven blue herons", "king"), (["remove", "Nobody"], None, "Nobody"), (["password", "Nobody"], "eleven blue herons", "Nobody"),
    (["add", " x", "--role", "reader"], "eleven blue herons", "name"), (["add", "New", "--role", "reader"], None, "--password-stdin"),
])
def test_what_the_users_file_does_not_take_is_refused_in_a_sentence(users, arguments, password, word):
    before = users.read_bytes()
    result = user(*arguments, "--users", users, password=password)
    assert result.returncode in (1, 64) and word in result.stderr
    assert users.read_bytes() == before
