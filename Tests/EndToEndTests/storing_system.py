"""DICOM stores: one by pynetdicom that answers as it is told to, DCMTK's storescp, and Orthanc."""

import json
import socket
import subprocess
import threading
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pydicom
from pynetdicom import AE, evt
from pynetdicom.sop_class import BasicTextSRStorage, EnhancedSRStorage, Verification

from service import environment
from waiting import eventually

SUCCESS = 0x0000


@dataclass
class Late:
    """Success after a while."""

    seconds: float


@dataclass
class Storing:
    """One object as it came, each time it came."""

    at: float
    data: pydicom.Dataset
    answer: object

    @property
    def sop_instance_uid(self):
        return str(self.data.SOPInstanceUID)

    @property
    def study(self):
        return str(self.data.StudyInstanceUID)

    @property
    def is_kept(self):
        return isinstance(self.answer, Late) or self.answer == SUCCESS or self.answer & 0xF000 == 0xB000


class Store:
    """A storage SCP on a loopback port, which stays the same over `close` and `open`.

        with Store() as pacs:
            pacs.answer = lambda data, earlier: 0xA700 if earlier == 0 else 0x0000

    `answer` gets each data set and how often its SOP Instance UID had come before, and says the status.
    """

    def __init__(self, ae_title="PACS", answer=None, sop_classes=(BasicTextSRStorage, EnhancedSRStorage), strict_title=False):
        self.ae_title, self.sop_classes, self.strict_title = ae_title, sop_classes, strict_title
        self.answer = answer or (lambda data, earlier: SUCCESS)
        self.storings = []
        self.associations = []
        self.port = 0
        self._lock = threading.Lock()
        self._server = None

    def __enter__(self):
        return self.open()

    def __exit__(self, *_):
        self.close()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}:{self.ae_title}"

    def open(self):
        ae = AE(ae_title=self.ae_title)
        ae.require_called_aet = self.strict_title
        for sop_class in (Verification, *self.sop_classes):
            ae.add_supported_context(sop_class)
        handlers = [(evt.EVT_C_STORE, self._take), (evt.EVT_REQUESTED, lambda event: self.associations.append(event.assoc))]
        self._server = ae.start_server(("127.0.0.1", self.port), block=False, evt_handlers=handlers)
        self.port = self._server.server_address[1]
        return self

    def close(self):
        if self._server is not None:
            self._server.shutdown()
            self._server = None

    def received(self, study=None):
        with self._lock:
            return [storing for storing in self.storings if study is None or storing.study == study]

    def kept(self, study=None):
        return [storing for storing in self.received(study) if storing.is_kept]

    def _take(self, event):
        data = event.dataset
        data.file_meta = event.file_meta
        with self._lock:
            earlier = sum(storing.sop_instance_uid == data.SOPInstanceUID for storing in self.storings)
        answer = self.answer(data, earlier)
        if isinstance(answer, Late):
            time.sleep(answer.seconds)
        with self._lock:
            self.storings.append(Storing(time.time(), data, answer))
        return SUCCESS if isinstance(answer, Late) else answer


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


class Storescp:
    """DCMTK's storescp, which keeps what comes in a folder."""

    def __init__(self, folder):
        self.folder, self.port = Path(folder), free_port()

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            ["storescp", "--output-directory", str(self.folder), str(self.port)], env=environment(), stdout=subprocess.DEVNULL,
            stderr=subprocess.STDOUT)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}:STORESCP"

    def files(self):
        return sorted(self.folder.iterdir())


class Orthanc:
    """Orthanc, with a storage folder of its own and its REST API on loopback."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.port, self.http_port = free_port(), free_port()

    def __enter__(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        configuration = self.folder / "orthanc.json"
        configuration.write_text(json.dumps({
            "Name": "ORTHANC", "StorageDirectory": str(self.folder / "storage"), "IndexDirectory": str(self.folder / "storage"),
            "DicomAet": "ORTHANC", "DicomPort": self.port, "HttpPort": self.http_port, "RemoteAccessAllowed": False,
            "AuthenticationEnabled": False, "DicomAlwaysAllowStore": True, "Plugins": [],
        }))
        with open(self.folder / "log", "wb") as log:
            self.process = subprocess.Popen(["Orthanc", str(configuration)], stdout=log, stderr=subprocess.STDOUT)
        eventually(lambda: self.get("/system"), within=60, what="Orthanc answering")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}:ORTHANC"

    def get(self, path):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.http_port}{path}", timeout=5) as answer:
                content = answer.read()
        except OSError:
            return None
        return content if path.endswith("/file") else json.loads(content)

    def instances(self):
        """The data sets it holds."""
        return [pydicom.dcmread(pydicom.filebase.DicomBytesIO(self.get(f"/instances/{name}/file"))) for name in self.get("/instances") or []]
