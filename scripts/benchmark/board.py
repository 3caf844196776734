"""The board with a long list: what it costs while nothing happens, and how soon a key is answered."""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

from latency import quantiles
from objects import radiograph, write
from senders import store
from service import BINARY, REPOSITORY, Service, environment
from waiting import eventually
from web import SCORED, STUDIES, STUDIES_QUICK, multiply

COLUMNS, ROWS = 200, 60
SETTLE_SECONDS, IDLE_SECONDS, IDLE_SECONDS_QUICK = 20, 90, 10
GOAL_IDLE_PERCENT, GOAL_KEY_MS = 1.0, 50
ESCAPE = b"\x1b"
KEYS = {
    "down": [b"j"] * 60,
    "a page down": [b" "] * 40,
    "last and first place": [b"G", b"g"] * 20,
    "filter by category": [b"c"] * 36,
    "search, each letter": [b"/", *(bytes([letter]) for letter in b"no such name"), ESCAPE] * 4,
}


def run(work, arguments):
    studies = STUDIES_QUICK if arguments.quick else STUDIES
    with Service(work / "data") as service:
        store(service.dicom_port, [write(radiograph(seed=n), work / "sent") for n in range(SCORED)])
        eventually(lambda: sum(item["state"] == "scored" for item in service.worklist()) == SCORED, within=300, what="all scored")
        service.stop()
        multiply(service.data / "worklist.sqlite", studies)
        service.start()
        sources = {"--data": ["--data", str(service.data)], "--url": ["--url", f"http://127.0.0.1:{service.http_port}"]}
        figures = {"studies": studies, "goal_idle_percent": GOAL_IDLE_PERCENT, "goal_key_ms": GOAL_KEY_MS, "boards": {}}
        for name, source in sources.items():
            board = Board(source)
            try:
                board.until(f"{studies}".encode(), 60)
                board.pass_time(SETTLE_SECONDS)
                before = board.processor_seconds
                seconds = IDLE_SECONDS_QUICK if arguments.quick else IDLE_SECONDS
                board.pass_time(seconds)
                idle = 100 * (board.processor_seconds - before) / seconds
                keys = {label: quantiles([board.answer_ms(key) for key in keys]) for label, keys in KEYS.items()}
                figures["boards"][name] = {"idle_percent": idle, "keys": keys, "resident_mb": board.resident_mb}
                print(name, figures["boards"][name], file=sys.stderr, flush=True)
            finally:
                board.end()
    return figures


class Board:
    """The board on a terminal of ours: no other program lies between its answer and the clock."""

    def __init__(self, source):
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(REPOSITORY)
            os.execve(str(BINARY), [str(BINARY), "board", *source], environment(TERM="xterm-256color", LC_ALL="C.UTF-8"))
        fcntl.ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))

    def read(self, seconds):
        """What comes within so many seconds; empty where nothing does."""
        ready, _, _ = select.select([self.terminal], [], [], max(0, seconds))
        return os.read(self.terminal, 1 << 20) if ready else b""

    def pass_time(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(end - time.monotonic())

    def until(self, text, seconds):
        seen, end = b"", time.monotonic() + seconds
        while text not in seen:
            assert time.monotonic() < end, f"the board did not show {text}"
            seen += self.read(0.1)

    def answer_ms(self, key):
        """From a key to the first byte of its answer; the clock in the title, which moves on with each second, is kept out."""
        self.pass_time((1.2 - time.time() % 1) % 1 if time.time() % 1 > 0.8 or time.time() % 1 < 0.2 else 0.03)
        began = time.monotonic()
        os.write(self.terminal, key)
        answer = self.read(1)
        took = 1e3 * (time.monotonic() - began)
        assert answer, f"no answer to {key}"
        return took

    @property
    def processor_seconds(self):
        with open(f"/proc/{self.pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def resident_mb(self):
        with open(f"/proc/{self.pid}/status") as file:
            return next(int(line.split()[1]) / 1e3 for line in file if line.startswith("VmRSS"))

    def end(self):
        os.kill(self.pid, signal.SIGTERM)
        os.close(self.terminal)
        os.waitpid(self.pid, 0)


def table(figures):
    lines = [f"{figures['studies']} studies, {COLUMNS}×{ROWS}     {'p50':>38} {'p99':>9} {'max':>9}"]
    for source, board in figures["boards"].items():
        for label, q in board["keys"].items():
            lines.append(f"  {source + ', ' + label:48} {q['p50']:6.1f} ms {q['p99']:6.1f} ms {q['max']:6.1f} ms")
        lines.append(f"  {source + ', idle':48} {board['idle_percent']:6.2f} % of a core, {board['resident_mb']:.0f} MB resident")
    return lines + [f"  goals: idle {figures['goal_idle_percent']:g} %, a key {figures['goal_key_ms']} ms"]
