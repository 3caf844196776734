"""Modalities: pynetdicom and DCMTK's own tools as senders."""

import subprocess
import threading
from collections import defaultdict

from pynetdicom import AE, _config
from pynetdicom.sop_class import Verification

from service import environment

# The file's data set goes out as it is, never decoded and encoded again: what was sent is known to the byte.
_config.STORE_SEND_CHUNKED_DATASET = True

LOOPBACK = "127.0.0.1"


def modality(objects=(), ae_title="MODALITY"):
    """An application entity that proposes just what the objects need."""
    ae = AE(ae_title=ae_title)
    ae.acse_timeout = ae.dimse_timeout = ae.network_timeout = 60
    ae.add_requested_context(Verification)
    syntaxes = defaultdict(set)
    for stored in objects:
        syntaxes[stored.sop_class_uid].add(stored.transfer_syntax_uid)
    for sop_class, proposed in syntaxes.items():
        for syntax in sorted(proposed):
            ae.add_requested_context(sop_class, syntax)
    return ae


def associate(port, objects=(), *, calling="MODALITY", called="FIRSTREAD"):
    return modality(objects, calling).associate(LOOPBACK, port, ae_title=called)


def send(port, objects, **titles):
    """Sends over one association and returns the answers, one for each object; an empty Dataset where none came."""
    association = associate(port, objects, **titles)
    assert association.is_established, "association not established"
    try:
        return [association.send_c_store(stored.path) for stored in objects]
    finally:
        association.release()


def store(port, objects, **titles):
    """Sends, and expects success for each."""
    answers = send(port, objects, **titles)
    assert [answer.get("Status") for answer in answers] == [0x0000] * len(objects), answers


def echo(port, **titles):
    """The status of a C-ECHO, or None where the association was not accepted."""
    association = associate(port, **titles)
    if not association.is_established:
        return None
    try:
        return association.send_c_echo().get("Status")
    finally:
        association.release()


class PersistentSender(threading.Thread):
    """Sends until each object has been acknowledged with success, through as many associations as it takes."""

    def __init__(self, port, objects, *, give_up_after, stop, pause=lambda: 0):
        super().__init__(daemon=True)
        self.port, self.objects, self.attempts_left, self.stop, self.pause = port, list(objects), give_up_after, stop, pause
        self.acknowledged = []
        self.refused = []
        self.error = None

    def run(self):
        try:
            self._run()
        except Exception as error:  # shown by the test that joins this thread
            self.error = error

    def _run(self):
        waiting = list(self.objects)
        while waiting and self.attempts_left > 0 and not self.stop.is_set():
            self.attempts_left -= 1
            association = associate(self.port, waiting)
            if not association.is_established:
                self.stop.wait(0.2)
                continue
            while waiting and not self.stop.wait(self.pause()):
                try:
                    status = association.send_c_store(waiting[0].path).get("Status")
                except (RuntimeError, ValueError):  # the association has gone
                    status = None
                if status == 0x0000:
                    self.acknowledged.append(waiting.pop(0))
                elif status is None:
                    break
                else:
                    self.refused.append(status)
                    self.stop.wait(0.2)
                    break
            if association.is_established:
                association.release()


# DCMTK's tools.

_STORESCU_PROPOSE = {
    "1.2.840.10008.1.2.1.99": "--propose-deflated",
    "1.2.840.10008.1.2.2": "--propose-big",
    "1.2.840.10008.1.2.4.50": "--propose-jpeg8",
    "1.2.840.10008.1.2.4.51": "--propose-jpeg12",
    "1.2.840.10008.1.2.4.70": "--propose-lossless",
    "1.2.840.10008.1.2.4.80": "--propose-jls-lossless",
    "1.2.840.10008.1.2.4.90": "--propose-j2k-lossless",
    "1.2.840.10008.1.2.5": "--propose-rle",
}


def dcmtk(*command, check=True):
    result = subprocess.run(
        list(map(str, command)), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=120)
    if check:
        assert result.returncode == 0, f"{command}: {result.stdout}"
    return result


def storescu(port, objects, *, calling="STORESCU", called="FIRSTREAD", check=True):
    by_syntax = defaultdict(list)
    for stored in objects:
        by_syntax[stored.transfer_syntax_uid].append(stored.path)
    for syntax, paths in by_syntax.items():
        propose = [_STORESCU_PROPOSE[syntax]] if syntax in _STORESCU_PROPOSE else []
        result = dcmtk("storescu", "--required", *propose, "-aet", calling, "-aec", called, LOOPBACK, port, *paths, check=check)
    return result


def dcmsend(port, objects, *, calling="DCMSEND", called="FIRSTREAD"):
    return dcmtk("dcmsend", "--decompress-never", "-aet", calling, "-aec", called, LOOPBACK, port, *(stored.path for stored in objects))


def echoscu(port, *, calling="ECHOSCU", called="FIRSTREAD", check=True):
    return dcmtk("echoscu", "-aet", calling, "-aec", called, LOOPBACK, port, check=check)
