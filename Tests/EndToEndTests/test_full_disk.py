"""A full disk: refused with 0xA700, nothing lost of what was acknowledged, and work goes on when there is space again."""

import os
import subprocess

import pytest

from objects import radiograph, write
from part10 import data_set_bytes
from senders import echo, send, store
from service import Service
from waiting import done, eventually

OUT_OF_RESOURCES = range(0xA700, 0xA800)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 48 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "firstread-test", str(folder)], capture_output=True, text=True)
    if mounted.returncode != 0:
        pytest.skip(f"no small file system can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_is_answered_with_a700_and_recovered_from(small_disk, objects_folder):
    ballast = small_disk / "ballast"
    with Service(small_disk / "data") as service:
        ballast.write_bytes(b"\0" * 16_000_000)
        films = [write(radiograph(rows=1225, columns=1225, seed=n), objects_folder) for n in range(16)]
        statuses = [send(service.dicom_port, [film])[0].get("Status") for film in films]
        assert statuses[0] == 0x0000 and statuses[-1] in OUT_OF_RESOURCES
        assert all(status == 0x0000 or status in OUT_OF_RESOURCES for status in statuses), list(map(hex, statuses))
        assert service.is_running and echo(service.dicom_port) == 0

        # Answers are for good: each object that was acknowledged is there, whole.
        for film, status in zip(films, statuses):
            if status == 0x0000:
                [kept] = service.archived(film.sop_instance_uid)
                assert data_set_bytes(kept) == film.data_set
            else:
                assert service.archived(film.sop_instance_uid) == [], "a refused object left something behind"

        ballast.unlink()
        again = next(film for film, status in zip(films, statuses) if status != 0x0000)
        eventually(lambda: send(service.dicom_port, [again])[0].get("Status") == 0x0000, what="success after space was freed")
        for film, status in zip(films, statuses):
            if status == 0x0000 or film is again:
                assert done(service, film.study_instance_uid)["state"] == "scored"


def test_a_full_disk_survives_a_kill(small_disk, objects_folder):
    service = Service(small_disk / "data").start()
    [film] = [write(radiograph(), objects_folder)]
    store(service.dicom_port, [film])
    free = os.statvfs(small_disk)
    (small_disk / "ballast").write_bytes(b"\0" * (free.f_bavail * free.f_bsize - 65536))
    service.kill()
    (small_disk / "ballast").unlink()
    with service:
        assert done(service, film.study_instance_uid)["images"] == 1
