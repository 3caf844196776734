"""Resident memory while many objects come in, are scored and announced."""

import subprocess
import sys

import files
from objects import radiograph, slice_of_ct
from receiving_system import Receiver
from service import Service, environment

OBJECTS, OBJECTS_QUICK = 10_000, 600
OBJECTS_A_STUDY = 50
BATCHES_BEFORE_MEASURING = 0.1
ALLOWED_GROWTH_MB = 50


def run(work, arguments):
    count = OBJECTS_QUICK if arguments.quick else OBJECTS
    studies = count // OBJECTS_A_STUDY
    # One study in ten is a chest film series, so that pixels and network are part of what has to stay flat.
    films = files.write_files(work / "films", studies // 10 * OBJECTS_A_STUDY, studies // 10, radiograph, 512, 512)
    slices = files.write_files(work / "slices", (studies - studies // 10) * OBJECTS_A_STUDY, studies - studies // 10, slice_of_ct, 128, 128, seed=2)
    relabel(slices)
    folders = [films.pop(0) if films and number % 10 == 0 else slices.pop(0) for number in range(studies)]
    samples = []
    with Receiver() as receiver, Service(work / "data", "--feed", receiver.address, quiet_seconds=1) as service:
        for number, folder in enumerate(folders):
            subprocess.run(
                ["storescu", "--required", "-aec", "FIRSTREAD", "+sd", "127.0.0.1", str(service.dicom_port), str(folder)],
                env=environment(), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
            samples.append({"objects": (number + 1) * OBJECTS_A_STUDY, "resident_mb": service.resident_bytes() / 1e6})
            if number % 20 == 19:
                print(f"{samples[-1]['objects']} objects: {samples[-1]['resident_mb']:.0f} MB", file=sys.stderr, flush=True)
    warm = [sample["resident_mb"] for sample in samples[int(len(samples) * BATCHES_BEFORE_MEASURING):]]
    growth = max(warm) - warm[0]
    return {
        "objects": count, "resident_mb_at_first": warm[0], "resident_mb_at_last": warm[-1], "growth_mb": growth,
        "goal_mb": ALLOWED_GROWTH_MB, "reached": growth <= ALLOWED_GROWTH_MB, "samples": samples,
    }


def relabel(folders):
    """Gives the slices UIDs of their own: both kinds of file are numbered from one."""
    old, new = f"{files.UID_ROOT}.1.1".encode(), f"{files.UID_ROOT}.2.1".encode()
    for folder in folders:
        for path in folder.iterdir():
            path.write_bytes(path.read_bytes().replace(old, new))


def table(figures):
    return [
        f"resident memory over {figures['objects']} objects: {figures['resident_mb_at_first']:.0f} MB after the first tenth, "
        f"{figures['resident_mb_at_last']:.0f} MB at the end, growth at most {figures['growth_mb']:.0f} MB "
        f"(goal {figures['goal_mb']}): {'reached' if figures['reached'] else 'NOT reached'}"
    ]
