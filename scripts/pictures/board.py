"""The board's pictures: the sample studies as a reading room's night, on terminals of several sizes."""

import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from PIL import Image

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "Tests/EndToEndTests"))

import terminal_page  # noqa: E402  (they need the path above)
from receiving_system import Receiver  # noqa: E402
from service import Service  # noqa: E402
from terminal import Terminal  # noqa: E402
from waiting import eventually  # noqa: E402

# Studies an hour before now, the oldest first: a department whose evening was busy.
ARRIVED = [9, 12, 14, 15, 13, 14, 16, 15, 12, 13, 15, 17, 18, 16, 14, 12, 10, 9, 8, 6, 5, 4, 4]
READ = [8, 10, 13, 15, 14, 13, 15, 16, 13, 12, 13, 15, 17, 17, 15, 13, 11, 10, 8, 6, 5, 3, 2]
MINUTES_OPEN = {"critical": (4, 19), "urgent": (8, 55), "routine": (20, 230), "likely-normal": (30, 400), "unscored": (10, 200)}
PLACES = ["ER", "ER", "ICU", "WARD 3", "WARD 7", "CLINIC"]
VIEWS = {
    "board-80x24": (80, 24, {}, []),
    "board-200x60": (200, 60, {"COLORTERM": "truecolor"}, ["Down", "Down"]),
    "board-study": (160, 46, {"COLORTERM": "truecolor"}, ["Enter"]),
    "board-no-colour": (120, 34, {"NO_COLOR": "1"}, ["Down"]),
}


def send_samples(service):
    orders = REPOSITORY / "SampleStudies/orders.json"
    if orders.exists():
        subprocess.run(
            [REPOSITORY / ".build/release/stand-in-pacs", "order", "--to", f"127.0.0.1:{service.hl7_port}", "--orders", orders], check=True)
    folders = sorted(path for path in (REPOSITORY / "SampleStudies").iterdir() if path.is_dir())
    for folder in folders:
        subprocess.run(
            ["dcmsend", "--decompress-never", "+sd", "+r", "-aec", "FIRSTREAD", "127.0.0.1", str(service.dicom_port), folder], check=True)
    eventually(
        lambda: len(items := service.worklist()) == len(folders) and all(item["state"] in ("scored", "unscored") for item in items),
        within=300, what="all sample studies being done")


def photograph(address, picture, width, height):
    """Chromium refuses to run as root inside its own sandbox; the pages are ours alone."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1.5",
             f"--user-data-dir={profile}", f"--window-size={width},{height}", "--virtual-time-budget=6000", f"--screenshot={picture}", address],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)


def pictures(folder, work):
    with Receiver() as receiver, Service(work / "night", "--feed", receiver.address, "--feed", "127.0.0.1:9", "--drafts", "on") as service:
        send_samples(service)
        service.stop()
        make_night(service.data / "worklist.sqlite")
        service.start()
        items = [item for item in service.worklist() if item["state"] == "scored"]
        service.post(f"/api/v1/studies/{items[1]['study_instance_uid']}/claim", {"by": "Dr. Adler"})
        service.post(f"/api/v1/studies/{items[-1]['study_instance_uid']}/pin", {"by": "Dr. Brandt", "reason": "waits in theatre"})
        time.sleep(3)
        for name, (columns, rows, variables, keys) in VIEWS.items():
            terminal = Terminal(work / name, columns, rows)
            try:
                terminal.board("--url", f"http://127.0.0.1:{service.http_port}", **variables)
                terminal.shows(f"{len(service.worklist())} waiting", "listener")
                terminal.press(*keys or ["g"])
                if "Enter" in keys:
                    eventually(lambda: "heat map" in terminal.screen, what="the film")
                time.sleep(1)
                page = work / f"{name}.html"
                page.write_text(terminal_page.page(terminal.colours))
                photograph(page.as_uri(), folder / f"{name}.png", *terminal_page.size(columns, rows))
                if "Enter" not in keys:
                    reduce(folder / f"{name}.png")
                print(folder / f"{name}.png")
            finally:
                terminal.end()


def reduce(picture):
    """Without a film, 255 colours are not to be told from all of them, at a third of the size."""
    Image.open(picture).convert("RGB").quantize(255, dither=Image.Dither.NONE).save(picture, optimize=True)


def make_night(database):
    """Lets the open studies have waited, and adds the day's studies that have been read: the samples all came a moment ago."""
    chance, now = random.Random(3), int(time.time())
    hour = now - now % 3600
    with sqlite3.connect(database) as connection:
        connection.row_factory = sqlite3.Row
        studies = [dict(row) for row in connection.execute("SELECT * FROM study ORDER BY received_at")]
        for study in studies:
            waited = int(60e6 * chance.uniform(*MINUTES_OPEN[study["category"]]))
            connection.execute(
                "UPDATE study SET received_at = received_at - ?, completed_at = completed_at - ?, location = ? WHERE study_instance_uid = ?",
                (waited, waited, chance.choice(PLACES), study["study_instance_uid"]))
        arrivals = [hour - 3600 * (23 - index) + chance.randrange(3600) for index, count in enumerate(ARRIVED) for _ in range(count)]
        readings = sorted(hour - 3600 * (23 - index) + chance.randrange(3600) for index, count in enumerate(READ) for _ in range(count))
        for number, (came, read) in enumerate(zip(sorted(arrivals), readings)):
            copy = dict(studies[number % len(studies)])
            copy.update(study_instance_uid=f"2.25.{number + 1}", state="reported", received_at=came * 10**6, completed_at=came * 10**6, reported_at=read * 10**6)
            connection.execute(f"INSERT INTO study ({', '.join(copy)}) VALUES ({', '.join('?' * len(copy))})", list(copy.values()))


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work:
        pictures(folder, Path(work))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
