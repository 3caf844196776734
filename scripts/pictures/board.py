"""The board's pictures: the sample studies as a reading room's night, on terminals of several sizes."""

import random
import sqlite3
import time

import terminal_page
from receiving_system import Receiver
from service import Service
from terminal import Terminal
from waiting import eventually

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


def take(folder, work, send_samples, photograph):
    """Writes the pictures of VIEWS into a folder, and returns their names."""
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
            finally:
                terminal.end()
    return [f"{name}.png" for name in VIEWS]


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
