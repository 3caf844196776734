"""A page's part: asks the API, and listens to its events."""

import contextlib
import http.client
import json
import socket
import threading
import urllib.error
import urllib.request


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)


class WebClient:
    """Asks a service that runs with `--open`."""

    def __init__(self, service):
        self.base = f"http://127.0.0.1:{service.http_port}/api/v1/"
        self.port = service.http_port

    def ask(self, path, body=None, **headers):
        """GET, or POST where there is a body; headers with _ for -."""
        fields = {name.replace("_", "-"): value for name, value in headers.items()}
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            fields.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(self.base + path, data=data, headers=fields)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Answer(answer.status, answer.headers, answer.read())
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.headers, error.read())

    def list(self, query=""):
        answer = self.ask("worklist" + query)
        assert answer.status == 200, answer.body
        return answer.json

    def item(self, uid):
        return next((item for item in self.list() if item["study_instance_uid"] == uid), None)

    def act(self, uid, act, by, **more):
        return self.ask(f"studies/{uid}/{act}", {"by": by, **more})

    def room(self):
        answer = self.ask("room")
        assert answer.status == 200, answer.body
        return answer.json

    def alarm(self, kind):
        return next((alarm for alarm in self.room()["alarms"] if alarm["kind"] == kind), None)


class Events:
    """An open page: what it has heard, until it is closed.

        with Events(service) as page:
            eventually(lambda: page.changes, what="the first event")
    """

    def __init__(self, service):
        self.port = service.http_port
        self.changes = []
        self.comments = 0

    def __enter__(self):
        self.reader = None
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.connection.request("GET", "/api/v1/events")
        # The answer takes it from the connection.
        self.socket = self.connection.sock
        self.answer = self.connection.getresponse()
        self.status = self.answer.status
        self.content_type = self.answer.headers["Content-Type"]
        if self.status == 200:
            self.reader = threading.Thread(target=self._read, daemon=True)
            self.reader.start()
        return self

    def _read(self):
        try:
            name = None
            for line in self.answer:
                line = line.decode().rstrip("\n")
                if line.startswith("event: "):
                    name = line[7:]
                elif line.startswith("data: "):
                    assert name == "worklist"
                    self.changes.append(json.loads(line[6:])["change"])
                elif line.startswith(":"):
                    self.comments += 1
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            pass  # closed

    def __exit__(self, *_):
        # The reader holds the answer's lock while it waits: closing alone would wait for the next event.
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        if self.reader:
            self.reader.join()
        self.answer.close()
        self.connection.close()
