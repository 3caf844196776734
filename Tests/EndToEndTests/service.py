"""FirstRead as a process: started, asked, stopped, killed."""

import json
import os
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
BINARY = Path(os.environ.get("FIRSTREAD_BINARY", REPOSITORY / ".build/release/firstread"))
READY = re.compile(r"^ready dicom=(\d+) hl7=(\d+) http=(\d+)$")

SECONDS_TO_START = 60
SECONDS_TO_STOP = 20  # the contract's


def environment(**more):
    """The environment of every program: without TCP_NODELAY DCMTK 3.6.7 waits 45 ms on each C-STORE."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FIRSTREAD_")}
    return {**kept, "TCP_NODELAY": "1", **more}


def firstread(*arguments, timeout=60, **variables):
    """Runs one command to its end."""
    return subprocess.run(
        [str(BINARY), *map(str, arguments)],
        cwd=REPOSITORY,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=timeout,
    )


class Service:
    """`firstread serve` on free loopback ports and a data folder of its own.

        with Service(folder, "--feed", "127.0.0.1:2600") as service:
            storescu(service, files)
            assert service.worklist()[0]["state"] == "scored"

    A restart keeps the ports, as a real one does, so that senders and receivers find it again.
    """

    def __init__(self, data, *options, open_access=True, quiet_seconds=1, variables=None):
        self.data = Path(data)
        self.options = [str(option) for option in options]
        self.open_access = open_access
        self.quiet_seconds = quiet_seconds
        self.variables = variables or {}
        self.dicom_port = self.hl7_port = self.http_port = 0
        self.process = None
        self.log_path = self.data.parent / f"{self.data.name}.log"

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, error, trace):
        if not self.is_running:
            return
        if kind is None:
            self.stop()
        else:
            self.kill()

    @property
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    @property
    def log(self):
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def arguments(self):
        arguments = [str(BINARY), "serve", "--data", str(self.data)]
        arguments += ["--dicom-port", str(self.dicom_port), "--hl7-port", str(self.hl7_port), "--http-port", str(self.http_port)]
        if self.quiet_seconds is not None:
            arguments += ["--study-quiet-seconds", str(self.quiet_seconds)]
        if self.open_access:
            arguments.append("--open")
        return arguments + self.options

    def start(self):
        """Starts it and waits until it takes work."""
        assert not self.is_running, "already running"
        self._lines = []
        self._ready = threading.Event()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.arguments(),
                cwd=REPOSITORY,
                env=environment(**self.variables),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        threading.Thread(target=self._read_output, args=(self.process, self._lines, self._ready), daemon=True).start()
        if not self._ready.wait(SECONDS_TO_START) or not self._ports():
            status = self.process.poll()
            self.kill()
            raise AssertionError(f"no ready line; exit status {status}; output {self._lines!r}; log:\n{self.log[-4000:]}")
        self.dicom_port, self.hl7_port, self.http_port = self._ports()
        return self

    @staticmethod
    def _read_output(process, lines, ready):
        """Lines and event are this process's own: the thread of one that was killed may outlive the start of the next."""
        for line in process.stdout:
            lines.append(line.rstrip("\n"))
            if READY.match(lines[-1]):
                ready.set()
        ready.set()  # ended: nothing more will come

    def _ports(self):
        for line in self._lines:
            found = READY.match(line)
            if found:
                return tuple(map(int, found.groups()))
        return None

    def stop(self):
        """SIGTERM; it has to finish what is in hand and exit with 0 in time. Returns how long that took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running {SECONDS_TO_STOP} s after SIGTERM; log:\n{self.log[-4000:]}")
        assert status == 0, f"exit status {status} after SIGTERM; log:\n{self.log[-4000:]}"
        return time.monotonic() - began

    def kill(self):
        """SIGKILL: the power cut."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def restart(self):
        self.stop()
        return self.start()

    # What it answers

    def command(self, name, *arguments):
        return firstread(name, *arguments, "--data", self.data)

    def worklist(self, *arguments):
        result = self.command("worklist", "--json", *arguments)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    def study(self, study_instance_uid, *arguments):
        """The item of one study, or None."""
        return next((item for item in self.worklist(*arguments) if item["study_instance_uid"] == study_instance_uid), None)

    def explain(self, study):
        result = self.command("explain", study, "--json")
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    def http(self, path):
        """(status, body as text) of a GET."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")

    def post(self, path, body):
        """(status, body as text) of a POST with JSON."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.http_port}{path}", data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")

    def worklist_over_http(self):
        status, body = self.http("/api/v1/worklist")
        assert status == 200, body
        return json.loads(body)

    # What it keeps

    def archived(self, sop_instance_uid):
        """The files kept for a SOP Instance UID, wherever in the data folder they are."""
        return sorted(
            path for path in self.data.rglob(f"*{sop_instance_uid}*")
            if path.is_file() and re.search(rf"(^|[^0-9.]){re.escape(sop_instance_uid)}([^0-9]|\.dcm|$)", path.name)
        )

    def resident_bytes(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("no VmRSS")
