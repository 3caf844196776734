"""From a study's completion to its place on the list, and to the arrival of its feed message at the receiving system."""

import json
import sys
import time
from datetime import datetime

from objects import radiograph, write
from receiving_system import Receiver
from senders import associate
from service import Service
from waiting import eventually

STUDIES, STUDIES_QUICK = 500, 30
STUDIES_PER_SECOND = 5


def run(work, arguments):
    count = STUDIES_QUICK if arguments.quick else STUDIES
    films = [write(radiograph(seed=n, rows=512, columns=512, NumberOfStudyRelatedInstances=1), work / "sent") for n in range(count)]
    with Receiver() as receiver, Service(work / "data", "--feed", receiver.address, quiet_seconds=3600) as service:
        association = associate(service.dicom_port, films[:1])
        assert association.is_established, "association not established"
        began = time.monotonic()
        for number, film in enumerate(films):
            # A steady pace: what is measured is the way of a study, not a queue that the sender made.
            time.sleep(max(0, began + number / STUDIES_PER_SECOND - time.monotonic()))
            assert association.send_c_store(film.path).get("Status") == 0x0000
            if number % 50 == 49:
                print(f"{number + 1} of {count} studies sent", file=sys.stderr, flush=True)
        association.release()
        eventually(lambda: len(receiver.received()) >= count, within=120, what="a message for each study")
        arrived = {delivery.field("IPC", 3): delivery.at for delivery in reversed(receiver.received())}
        to_place, to_message = [], []
        for film in films:
            told = service.explain(film.study_instance_uid)
            completed = moment(told["completed_at"])
            to_place.append(1e3 * (moment(placed(told)) - completed))
            to_message.append(1e3 * (arrived[film.study_instance_uid] - completed))
    return {
        "studies": count, "studies_per_second": STUDIES_PER_SECOND,
        "completion_to_place_ms": quantiles(to_place), "completion_to_message_ms": quantiles(to_message),
    }


def placed(told):
    """The time of the event that gave the study its place."""
    for event in told["history"]:
        if event["event"] in ("scored", "unscored"):
            return event["time"]
    raise AssertionError(f"no scoring in the history: {json.dumps(told['history'])[:400]}")


def moment(text):
    return datetime.fromisoformat(text).timestamp()


def quantiles(values):
    ordered = sorted(values)
    return {name: ordered[min(len(ordered) - 1, int(share * len(ordered)))] for name, share in (("p50", 0.5), ("p99", 0.99), ("max", 1.0))}


def table(figures):
    lines = [f"{'from completion to':20} {'p50':>9} {'p99':>9} {'max':>9}   ({figures['studies']} studies, {figures['studies_per_second']} a second)"]
    for what, key in (("place on the list", "completion_to_place_ms"), ("feed message", "completion_to_message_ms")):
        q = figures[key]
        lines.append(f"{what:20} {q['p50']:6.1f} ms {q['p99']:6.1f} ms {q['max']:6.1f} ms")
    return lines
