"""Takes the pictures of the page: the sample studies over one night, as Chromium shows them at three in the morning.

The service's clock runs fast (faketime) while the studies come and some are read, and as fast as any clock once the pictures are taken.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from PIL import Image

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "Tests/EndToEndTests"))

from browser import chromium, row, sign_in, visit  # noqa: E402  (they need the path above)
from ordering_system import OrderingSystem, final_report  # noqa: E402
from people import READER, users_file  # noqa: E402
from service import SECONDS_TO_STOP, Service  # noqa: E402
from waiting import eventually  # noqa: E402

EVENING, NIGHT = datetime(2026, 1, 5, 22, 20), datetime(2026, 1, 6, 3, 0)
SPEED = 240
# Between one study and the next, on the fast clock.
BETWEEN = timedelta(minutes=9)
# Read so long after they came; the others wait.
READ_AFTER = {
    "01-ct-thorax": 130, "02-normal-uncompressed": 190, "04-mr-head": 110, "05-normal-japanese": 150, "06-us-abdomen": 96, "07-normal-monochrome1": 140,
    "08-hand": 80, "10-lateral-only": 70, "16-normal-rle-stat": 21, "18-effusion-cyrillic": 34, "20-pneumonia-two-films": 52, "21-effusion-chinese": 41,
}


class Night(Service):
    """A service whose clock begins at a moment and runs so many times as fast; faketime stands between us and it."""

    def __init__(self, data, *options, begin, speed, **settings):
        super().__init__(data, *options, open_access=False, variables={"FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC"}, **settings)
        self.clock = f"@{begin:%Y-%m-%d %H:%M:%S} x{speed}"

    def arguments(self):
        return ["faketime", "-f", self.clock, *super().arguments()]

    def stop(self):
        [child] = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        os.kill(int(child), signal.SIGTERM)
        self.process.wait(SECONDS_TO_STOP)


def send(service, folder):
    subprocess.run(
        ["dcmsend", "--decompress-never", "+sd", "+r", "-aec", "FIRSTREAD", "127.0.0.1", str(service.dicom_port), folder],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def night(service):
    """Sends the samples one after the other, and the reports of some of them."""
    subprocess.run(
        [REPOSITORY / ".build/release/stand-in-pacs", "order", "--to", f"127.0.0.1:{service.hl7_port}", "--orders", REPOSITORY / "SampleStudies/orders.json"],
        check=True, stdout=subprocess.DEVNULL)
    folders = sorted(path for path in (REPOSITORY / "SampleStudies").iterdir() if path.is_dir())
    # Many normal films come early, as the folders go: mixed, they are more like a night.
    folders = folders[::3] + folders[1::3] + folders[2::3]
    deeds = [(BETWEEN * index, send, folder) for index, folder in enumerate(folders)]
    deeds += [(BETWEEN * index + timedelta(minutes=READ_AFTER[folder.name]), report, folder) for index, folder in enumerate(folders) if folder.name in READ_AFTER]
    began = time.monotonic()
    for after, deed, folder in sorted(deeds, key=lambda one: one[0]):
        time.sleep(max(0, began + after.total_seconds() / SPEED - time.monotonic()))
        deed(service, folder)
    eventually(lambda: all(item["state"] not in ("receiving", "queued") for item in service.worklist()), within=120, what="all studies being done")


def report(service, folder):
    item = next(item for item in service.worklist() if item["patient_id"] == f"FR-00{folder.name[:2]}")
    with OrderingSystem(service.hl7_port) as system:
        system.send(final_report(item["accession_number"], item["patient_id"], study=item["study_instance_uid"]))


def take(page, file, has_film=False):
    page.wait_for_timeout(1200)
    page.mouse.move(0, 0)
    page.screenshot(path=file)
    # Without a film, 255 colours are not to be told from all of them, at a third of the size.
    if not has_film:
        Image.open(file).convert("RGB").quantize(255, dither=Image.Dither.NONE).save(file, optimize=True)
    print(file)


def pictures(service, folder):
    with chromium() as browser:
        def page(size, scale=1.5):
            page = visit(browser, service, size, device_scale_factor=scale, timezone_id="UTC", color_scheme="dark")
            page.clock.set_system_time(NIGHT)
            sign_in(page, READER)
            page.wait_for_selector("#rows .row")
            return page

        items = service.worklist()
        flagged = next(item for item in items if item["findings"].get("effusion", 0) > 0.5)["study_instance_uid"]
        drafted = next(item for item in items if item["draft_report"])["study_instance_uid"]

        desk = page((1280, 860))
        desk.keyboard.press("j")
        take(desk, folder / "page-list.png")
        desk.keyboard.press("t")
        desk.wait_for_selector("#waits img")
        take(desk, folder / "page-waits.png")

        study = page((1440, 900), 1)
        row(study, flagged).click()
        study.wait_for_selector("#reasons")
        study.keyboard.press("h")
        take(study, folder / "page-study.png", has_film=True)

        draft = page((1024, 768), 1)
        row(draft, drafted).click()
        draft.wait_for_selector(".draft .stamp")
        take(draft, folder / "page-draft.png", has_film=True)

        phone = page((390, 844), 2)
        take(phone, folder / "page-phone.png")


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        options = ["--drafts", "on", "--users", users_file(work / "users.json", READER)]
        with Night(work / "data", *options, begin=EVENING, speed=SPEED, quiet_seconds=0.5) as service:
            night(service)
        with Night(work / "data", *options, begin=NIGHT, speed=1) as service:
            pictures(service, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
