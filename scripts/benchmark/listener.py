"""Objects per second of the DICOM listener, beside its peers in the same run."""

import os
import statistics
import subprocess
import sys
import time

import files
import receivers
from service import environment

RECEIVERS = {
    "firstread --fsync off": receivers.FirstRead,
    "firstread --fsync on": receivers.FirstReadSynced,
    "storescp": receivers.Storescp,
    "storescp +B": receivers.StorescpBitPreserving,
    "orthanc": receivers.Orthanc,
    "pynetdicom": receivers.Pynetdicom,
}
WRITER = "writer, same syncs"
ASSOCIATIONS = (1, 8)

# What was set out to be reached: ours over the other's, in the median of a run's rounds.
GOALS = [
    ("CR 2000x2000", 1, "firstread --fsync off", "orthanc", 4.0),
    ("CT 512x512", 1, "firstread --fsync off", "storescp +B", 0.9),
    ("CR 2000x2000", 8, "firstread --fsync on", WRITER, 0.8),
    ("CT 512x512", 8, "firstread --fsync on", WRITER, 0.8),
]


def run(work, arguments):
    rounds = arguments.rounds or (1 if arguments.quick else 3)
    chosen = [name.strip() for name in arguments.peers.split(",")] if arguments.peers else list(RECEIVERS)
    unknown = set(chosen) - set(RECEIVERS)
    assert not unknown, f"no such receiver: {', '.join(unknown)} (there are {', '.join(RECEIVERS)})"
    measured = []
    for subject, parameters in files.SUBJECTS.items():
        count = parameters["quick"] if arguments.quick else parameters["count"]
        folders = files.write_files(
            work / "sent" / subject.replace(" ", "-"), count, max(ASSOCIATIONS), parameters["make"], parameters["rows"], parameters["columns"])
        size = files.megabytes(folders)
        os.sync()
        for round_number in range(rounds):
            for associations in ASSOCIATIONS:
                # Each round in another order, so that none always comes after the same neighbour.
                for name in chosen[round_number % len(chosen):] + chosen[:round_number % len(chosen)]:
                    measured.append(one(work / "received", name, folders, count, size, associations, subject, round_number))
                if "firstread --fsync on" in chosen:
                    measured.append(written(work / "received", folders, count, size, associations, subject, round_number))
    return {"runs": measured, "summary": summary(measured), "goals": goals(measured)}


def one(folder, name, folders, count, size, associations, subject, round_number):
    """Sends everything to one receiver; fails where it has not kept every object."""
    folder = fresh(folder)
    kind = RECEIVERS[name]
    if kind in (receivers.Storescp, receivers.StorescpBitPreserving):
        kind = type(kind.__name__, (kind,), {"several": associations > 1})
    with kind(folder) as receiver:
        before = receivers.processor_seconds(receiver.process_id)
        seconds = send(receiver.port, folders, associations)
        processor = receivers.processor_seconds(receiver.process_id) - before
    kept = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    assert kept >= 0.99 * size, f"{name} kept {kept:.0f} of {size:.0f} MB"
    empty(folder)
    return record(name, subject, associations, round_number, count, size, seconds, processor)


def fresh(folder):
    """A folder of its own for each run."""
    number = sum(1 for _ in folder.parent.glob(f"{folder.name}-*")) + 1
    return folder.with_name(f"{folder.name}-{number}")


def empty(folder):
    """Gives the disk's space back and keeps the names: ext4 passes over inodes deleted minutes ago, one by one, when it looks for
    a free one, and whoever is measured after a large deletion pays for it."""
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_size > 4096:
            os.truncate(path, 0)
    os.sync()


def send(port, folders, associations):
    """`storescu` processes, one an association; the time from the first one's start to the last one's end."""
    shares = [folders[n::associations] for n in range(associations)]
    commands = [
        ["storescu", "--required", "-aec", "FIRSTREAD", "+sd", "127.0.0.1", str(port), *map(str, share)] for share in shares
    ]
    began = time.perf_counter()
    processes = [
        subprocess.Popen(command, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for command in commands
    ]
    outputs = [process.communicate(timeout=600)[0] for process in processes]
    seconds = time.perf_counter() - began
    for process, output in zip(processes, outputs):
        assert process.returncode == 0, f"storescu ended with {process.returncode}: {output[-300:]!r}"
    return seconds


def written(folder, folders, count, size, associations, subject, round_number):
    """A single writer with the same syncs: each file, its folder, and one append to a journal."""
    folder = fresh(folder)
    folder.mkdir(parents=True)
    paths = [path for share in folders for path in sorted(share.iterdir())]
    journal = os.open(folder / "journal", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    entry = b"\0" * 4096
    began = time.perf_counter()
    targets = {}
    for path in paths:
        content = path.read_bytes()
        if path.parent.name not in targets:
            (folder / path.parent.name).mkdir()
            targets[path.parent.name] = os.open(folder / path.parent.name, os.O_RDONLY | os.O_DIRECTORY)
        target = targets[path.parent.name]
        file = os.open(path.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=target)
        os.write(file, content)
        os.fsync(file)
        os.close(file)
        os.fsync(target)
        os.write(journal, entry)
        os.fsync(journal)
    seconds = time.perf_counter() - began
    for target in (*targets.values(), journal):
        os.close(target)
    empty(folder)
    return record(WRITER, subject, associations, round_number, count, size, seconds, None)


def record(name, subject, associations, round_number, count, size, seconds, processor):
    print(f"{subject}  {associations} associations  round {round_number + 1}  {name}: {seconds:.2f} s", file=sys.stderr, flush=True)
    return {
        "receiver": name, "subject": subject, "associations": associations, "round": round_number, "seconds": seconds,
        "objects_per_second": count / seconds, "megabytes_per_second": size / seconds,
        "processor_ms_per_object": None if processor is None else 1e3 * processor / count,
    }


def of(measured, subject, associations, name):
    return {
        row["round"]: row for row in measured
        if (row["subject"], row["associations"], row["receiver"]) == (subject, associations, name)
    }


def summary(measured):
    rows = []
    for subject, associations, name in dict.fromkeys((row["subject"], row["associations"], row["receiver"]) for row in measured):
        runs = of(measured, subject, associations, name)
        rates = [row["objects_per_second"] for row in runs.values()]
        processor = [row["processor_ms_per_object"] for row in runs.values() if row["processor_ms_per_object"] is not None]
        rows.append({
            "subject": subject, "associations": associations, "receiver": name, "rounds": len(rates),
            "objects_per_second": statistics.median(rates), "lowest": min(rates), "highest": max(rates),
            "megabytes_per_second": statistics.median(row["megabytes_per_second"] for row in runs.values()),
            "processor_ms_per_object": statistics.median(processor) if processor else None,
        })
    return rows


def goals(measured):
    """Ratios round by round, so that what slows the machine for a while slows both sides of a ratio."""
    rows = []
    for subject, associations, ours, other, goal in GOALS:
        left, right = of(measured, subject, associations, ours), of(measured, subject, associations, other)
        ratios = [left[n]["objects_per_second"] / right[n]["objects_per_second"] for n in left if n in right]
        if ratios:
            rows.append({
                "subject": subject, "associations": associations, "ours": ours, "other": other, "goal": goal,
                "ratio": statistics.median(ratios), "lowest": min(ratios), "highest": max(ratios),
                "reached": statistics.median(ratios) >= goal,
            })
    return rows


def table(figures):
    lines = [f"{'objects':13} {'assoc.':>6} {'receiver':22} {'objects/s':>10} {'(range)':>17} {'MB/s':>8} {'CPU ms/object':>14}"]
    for row in figures["summary"]:
        processor = "" if row["processor_ms_per_object"] is None else f"{row['processor_ms_per_object']:.2f}"
        spread = f"({row['lowest']:.0f}–{row['highest']:.0f})"
        lines.append(
            f"{row['subject']:13} {row['associations']:6} {row['receiver']:22} {row['objects_per_second']:10.1f} {spread:>17} "
            f"{row['megabytes_per_second']:8.1f} {processor:>14}")
    for row in figures["goals"]:
        lines.append(
            f"{row['subject']}, {row['associations']} associations: {row['ours']} / {row['other']} = {row['ratio']:.2f} "
            f"({row['lowest']:.2f}–{row['highest']:.2f}), goal {row['goal']:g}: {'reached' if row['reached'] else 'NOT reached'}")
    return lines
