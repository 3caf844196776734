"""People who sign in: a users file as `firstread user` makes it, and a program that signs in over HTTP."""

import json
import subprocess
import urllib.error
import urllib.request

from service import BINARY, environment

READER, LEAD, ADMIN = "Dr. Adler", "Lena Brandt", "Ivo Castor"
PASSWORDS = {READER: "eleven blue herons", LEAD: "seven grey geese", ADMIN: "three white storks"}
ROLES = {READER: "reader", LEAD: "lead", ADMIN: "admin"}


def user(*arguments, password=None):
    return subprocess.run(
        [str(BINARY), "user", *map(str, arguments), *(["--password-stdin"] if password is not None else [])],
        input=None if password is None else f"{password}\n", env=environment(), capture_output=True, text=True, timeout=60, start_new_session=True)


def users_file(path, *names):
    for name in names or PASSWORDS:
        result = user("add", name, "--role", ROLES[name], "--users", path, password=PASSWORDS[name])
        assert result.returncode == 0, result.stderr
    return path


class Client:
    """A program that uses the API: keeps its cookie, sends its CSRF token.

        client = Client(service.http_port).sign_in(READER)
        status, body, headers = client.ask("POST", "/api/v1/studies/1.2/claim", {})
    """

    def __init__(self, port):
        self.port, self.cookie, self.csrf = port, None, None

    def ask(self, method, path, body=None, **headers):
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookie:
            headers.setdefault("Cookie", self.cookie)
        if method != "GET" and self.csrf:
            headers.setdefault("X-CSRF-Token", self.csrf)
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", method=method, data=None if body is None else json.dumps(body).encode(),
            headers={name: value for name, value in headers.items() if value is not None})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return self._taken(answer.status, answer.read(), answer.headers)
        except urllib.error.HTTPError as error:
            return self._taken(error.code, error.read(), error.headers)

    @staticmethod
    def _taken(status, body, headers):
        is_json = headers.get("Content-Type", "").startswith("application/json")
        return status, json.loads(body) if is_json and body else body, headers

    def try_to_sign_in(self, name, password, **headers):
        return self.ask("POST", "/api/v1/session", {"name": name, "password": password}, **headers)

    def sign_in(self, name):
        status, body, headers = self.try_to_sign_in(name, PASSWORDS[name])
        assert status == 200, body
        self.cookie, self.csrf = headers["Set-Cookie"].split(";")[0], body["csrf"]
        return self
