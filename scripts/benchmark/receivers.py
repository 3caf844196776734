"""The receivers that are compared, each as a process on a free loopback port with an empty folder of its own."""

import json
import socket
import subprocess
import sys
import time
from pathlib import Path

from service import Service, environment


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Peer:
    """A receiver with a command line: `with Peer(...) as receiver: receiver.port`."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True)
        self.port = free_port()
        self.process = None

    def __enter__(self):
        self.process = subprocess.Popen(
            list(map(str, self.command())), env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 30
        while True:
            assert self.process.poll() is None, f"{self.command()[0]} ended with {self.process.returncode}"
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                assert time.monotonic() < deadline, f"{self.command()[0]} does not listen"
                time.sleep(0.05)
        time.sleep(0.5)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def process_id(self):
        return self.process.pid


class Storescp(Peer):
    """DCMTK's storescp as it comes; forks for each association where there are several, for it serves one at a time."""

    several = False

    def command(self):
        return ["storescp", *(["--fork"] if self.several else []), "-od", self.folder, self.port]


class StorescpBitPreserving(Peer):
    several = False

    def command(self):
        return ["storescp", *(["--fork"] if self.several else []), "+B", "-pdu", 131072, "-od", self.folder, self.port]


class Orthanc(Peer):
    def command(self):
        configuration = {
            "Name": "bench", "StorageDirectory": str(self.folder / "db"), "IndexDirectory": str(self.folder / "db"),
            "DicomPort": self.port, "HttpPort": free_port(), "RemoteAccessAllowed": False, "AuthenticationEnabled": False,
            "DicomCheckCalledAet": False, "DicomAlwaysAllowStore": True, "DicomAlwaysAllowEcho": True, "Plugins": [],
            "StorageCompression": False,
        }
        path = self.folder / "orthanc.json"
        if not path.exists():
            path.write_text(json.dumps(configuration))
        return ["Orthanc", path]


class Pynetdicom(Peer):
    def command(self):
        return [sys.executable, Path(__file__).with_name("pynetdicom_receiver.py"), self.port, self.folder]


class FirstRead:
    """Ours: the whole service. No study completes while it is measured, so that scoring takes no share of the processor."""

    fsync = "off"

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True)
        self.service = Service(self.folder / "data", "--fsync", self.fsync, quiet_seconds=86400)

    def __enter__(self):
        self.service.start()
        return self

    def __exit__(self, *_):
        self.service.stop()

    @property
    def port(self):
        return self.service.dicom_port

    @property
    def process_id(self):
        return self.service.process.pid


class FirstReadSynced(FirstRead):
    fsync = "on"


def processor_seconds(process_id):
    """User and system time of a process so far, its ended children included."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / 100
