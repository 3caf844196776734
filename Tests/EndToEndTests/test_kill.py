"""The power cut, again and again: what was acknowledged is never lost, nothing is done twice that a receiver can see."""

import random
import re
import threading
import time
from collections import Counter, defaultdict

import pytest

from contract import DONE
from feed_options import IMPATIENT
from objects import radiograph, slice_of_ct, write, write_study
from part10 import data_set_bytes
from receiving_system import ACCEPT, ERROR, SILENCE, WRONG_ID
from senders import PersistentSender, store
from waiting import eventually

SEED = 20260105
STUDIES, IMAGES_PER_STUDY, ASSOCIATIONS = 50, 10, 8
LATE_STUDIES = 10


class TroubledReceiver:
    """Answers AE, nothing, or with the wrong MSA-2 now and then; each message gets through in the end."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.silences_left = 3
        self.troubles = Counter()

    def __call__(self, delivery, earlier):
        chance = self.random.random()
        if earlier >= 2 or chance > 0.2:
            return ACCEPT
        if chance < 0.03 and self.silences_left:
            self.silences_left -= 1
            trouble = SILENCE
        else:
            trouble = WRONG_ID if chance < 0.08 else ERROR
        self.troubles[trouble] += 1
        return trouble


class Killer(threading.Thread):
    """Kills the service at random moments and starts it again, until told to stop."""

    def __init__(self, service, seed, at_most):
        super().__init__(daemon=True)
        self.service, self.random, self.at_most = service, random.Random(seed), at_most
        self.enough = threading.Event()
        self.kills = 0
        self.error = None

    def run(self):
        try:
            while self.kills < self.at_most and not self.enough.wait(self.random.uniform(0.05, 2.5)):
                self.service.kill()
                self.kills += 1
                time.sleep(self.random.uniform(0, 0.3))
                self.service.start()
        except BaseException as error:  # shown by the test that joins this thread
            self.error = error

    def finish(self):
        self.enough.set()
        self.join(120)
        assert not self.is_alive() and self.error is None, self.error


def make_objects(folder):
    """Studies that complete by number, so that each has to be done exactly once however long the pauses are."""
    objects = []
    for number in range(STUDIES):
        make = slice_of_ct if number % 2 else radiograph
        objects += write_study(
            folder, IMAGES_PER_STUDY, make=make, rows=64, columns=64, NumberOfStudyRelatedInstances=IMAGES_PER_STUDY,
            accession=f"KILL-{number}", patient_id=f"KILL-P{number}")
    return objects


def kept_files(service):
    """The files in the data folder by the SOP Instance UID in their names."""
    files = defaultdict(list)
    for path in service.data.rglob("*"):
        uid = re.match(r"[0-9][0-9.]+[0-9](?=\.dcm$|~|$)", path.name)
        if uid and path.is_file():
            files[uid.group()].append(path)
    return files


@pytest.mark.timeout(400)
def test_nothing_acknowledged_is_lost_while_the_service_is_killed(start_service, receiver, objects_folder):
    chance = random.Random(SEED)
    receiver.answer = TroubledReceiver(SEED)
    objects = make_objects(objects_folder)
    studies = list(dict.fromkeys(stored.study_instance_uid for stored in objects))
    service = start_service("--feed", receiver.address, *IMPATIENT, quiet_seconds=3600)

    # A study's images are spread over all associations, in random order: the hardest case for its assembly.
    chance.shuffle(objects)
    stop = threading.Event()
    killer = Killer(service, SEED + 1, at_most=12)
    senders = [
        PersistentSender(
            service.dicom_port, objects[n::ASSOCIATIONS], give_up_after=400, stop=stop,
            pause=lambda chance=random.Random(SEED + 2 + n): chance.uniform(0.02, 0.3))
        for n in range(ASSOCIATIONS)
    ]
    for thread in (*senders, killer):
        thread.start()
    for sender in senders:
        sender.join(180)
    stop.set()
    killer.finish()
    assert [sender.error for sender in senders] == [None] * ASSOCIATIONS
    assert [sender.refused for sender in senders] == [[]] * ASSOCIATIONS
    acknowledged = [stored for sender in senders for stored in sender.acknowledged]
    assert len(acknowledged) == len(objects), "not everything was acknowledged in the end"
    assert killer.kills >= 3

    # On disk, byte for byte, once.
    files = kept_files(service)
    for stored in acknowledged:
        [kept] = files[stored.sop_instance_uid]
        assert data_set_bytes(kept) == stored.data_set

    # Recorded once, and each study done once.
    def all_done():
        items = service.worklist()
        return len(items) == STUDIES and all(item["state"] in DONE for item in items) and items

    items = eventually(all_done, within=90, every=0.5, what="every study being done")
    assert {item["images"] for item in items} == {IMAGES_PER_STUDY}
    assert {item["study_instance_uid"] for item in items} == set(studies)
    assert all(item["conflicts"] == [] for item in items)

    # Announced, each under one control ID, however often it was sent.
    eventually(lambda: all(receiver.accepted(study) for study in studies), within=120, every=0.5, what="every study being announced")
    for study in studies:
        assert len({delivery.control_id for delivery in receiver.received(study)}) == 1
    assert receiver.answer.troubles[ERROR] and receiver.answer.troubles[WRONG_ID]

    late_images(service, receiver, objects_folder, items)


def late_images(service, receiver, folder, items):
    """Some studies get one more image, the service dies twice more: two announcements each, in order."""
    service.stop()
    service.quiet_seconds = 1
    service.start()
    late = [item for item in items if item["modality"] == "CR"][:LATE_STUDIES]
    films = [
        write(radiograph(study=item["study_instance_uid"], accession=item["accession_number"], patient_id=item["patient_id"],
                         rows=64, columns=64), folder)
        for item in late
    ]
    store(service.dicom_port, films)
    killer = Killer(service, SEED + 100, at_most=2)
    killer.start()
    killer.join(60)
    killer.finish()

    def announced_again(study):
        return len({delivery.control_id for delivery in receiver.accepted(study)}) == 2

    for item in late:
        study = item["study_instance_uid"]
        eventually(lambda: announced_again(study), within=90, every=0.5, what="the second announcement of a late study")
        order = [delivery.control_id for delivery in receiver.received(study)]
        runs = [control_id for n, control_id in enumerate(order) if n == 0 or order[n - 1] != control_id]
        assert len(runs) == 2, f"messages of a study out of order: {order}"
        assert service.study(study)["images"] == IMAGES_PER_STUDY + 1


def test_a_kill_between_object_and_answer_does_not_count_twice(start_service, objects_folder):
    service = start_service()
    [film] = write_study(objects_folder)
    for _ in range(3):
        store(service.dicom_port, [film])
        service.kill()
        service.start()
    assert eventually(lambda: service.study(film.study_instance_uid), what="the study on the list")["images"] == 1
    assert len(service.archived(film.sop_instance_uid)) == 1
