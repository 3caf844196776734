"""The list's JSON asked for by many clients at once, and how soon a change reaches every open page."""

import asyncio
import json
import sqlite3
import sys
import time

from latency import quantiles
from objects import radiograph, write
from senders import store
from service import Service
from waiting import eventually

STUDIES, STUDIES_QUICK = 10_000, 500
SCORED = 100
CLIENTS = 50
PAUSE_SECONDS = 1.0
ROUNDS, ROUNDS_QUICK = 20, 3
PAGES = 200
CHANGES, CHANGES_QUICK = 30, 5
GOAL_LIST_MS, GOAL_EVENT_MS = 50, 200

ASKED = {
    "whole, gzip": ("/api/v1/worklist", {"Accept-Encoding": "gzip"}),
    "whole, plain": ("/api/v1/worklist", {}),
    "first 100": ("/api/v1/worklist?limit=100", {}),
    "unchanged (304)": ("/api/v1/worklist", {"If-None-Match": None}),
}


def run(work, arguments):
    studies = STUDIES_QUICK if arguments.quick else STUDIES
    with Service(work / "data") as service:
        store(service.dicom_port, [write(radiograph(seed=n), work / "sent") for n in range(SCORED)])
        eventually(lambda: sum(item["state"] == "scored" for item in service.worklist()) == SCORED, within=300, what="all scored")
        service.stop()
        multiply(service.data / "worklist.sqlite", studies)
        service.start()
        figures = {"studies": studies, "clients": CLIENTS, "pages": PAGES, "goal_list_ms": GOAL_LIST_MS, "goal_event_ms": GOAL_EVENT_MS}
        figures["lists"] = asyncio.run(lists(service.http_port, ROUNDS_QUICK if arguments.quick else ROUNDS))
        uid = service.worklist("--limit", "1")[0]["study_instance_uid"]
        figures["event_ms"] = asyncio.run(events(service.http_port, uid, CHANGES_QUICK if arguments.quick else CHANGES))
        figures["resident_mb"] = service.resident_bytes() / 1e6
    return figures


def multiply(database, wanted):
    """Copies the studies that were received and scored until there are so many; each copy has a UID and an arrival of its own."""
    with sqlite3.connect(database) as connection:
        columns = [row[1] for row in connection.execute("PRAGMA table_info(study)")]
        rows = connection.execute(f"SELECT {', '.join(columns)} FROM study").fetchall()
        uid, received = columns.index("study_instance_uid"), columns.index("received_at")
        copies = []
        for number in range(wanted - len(rows)):
            copy = list(rows[number % len(rows)])
            copy[uid] = f"{copy[uid]}.{number}"
            copy[received] -= number * 1_000_000
            copies.append(copy)
        connection.executemany(f"INSERT INTO study VALUES ({', '.join('?' * len(columns))})", copies)


async def lists(port, rounds):
    figures = {}
    for name, (path, headers) in ASKED.items():
        clients = [await Client.connect(port) for _ in range(CLIENTS)]
        _, head, body = await clients[0].get(path, {key: value for key, value in headers.items() if value})
        headers = {key: value or head["etag"] for key, value in headers.items()}
        times = []

        async def ask(client, delay):
            # Spread over the second, as pages are that were opened one after the other.
            await asyncio.sleep(delay)
            for _ in range(rounds):
                began = time.monotonic()
                status, head, _ = await client.get(path, headers)
                times.append(1e3 * (time.monotonic() - began))
                assert status in (200, 304), status
                if "If-None-Match" in headers:
                    headers["If-None-Match"] = head["etag"]
                await asyncio.sleep(max(0, PAUSE_SECONDS - (time.monotonic() - began)))

        await asyncio.gather(*(ask(client, PAUSE_SECONDS * number / CLIENTS) for number, client in enumerate(clients)))
        for client in clients:
            client.close()
        figures[name] = {"bytes": body, **quantiles(times)}
        print(name, figures[name], file=sys.stderr, flush=True)
    return figures


class Client:
    """Keeps one connection and reads answers of known length into nowhere: what is measured is the server, not a JSON reader."""

    @classmethod
    async def connect(cls, port):
        self = cls()
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        return self

    async def get(self, path, headers):
        lines = [f"GET {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        self.writer.write("\r\n".join(lines).encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        left = length = int(fields.get("content-length", 0))
        while left:
            left -= len(await self.reader.read(min(left, 1 << 20)))
        return int(head[0].split()[1]), fields, length

    def close(self):
        self.writer.close()


async def events(port, uid, changes):
    """From the moment a claim is sent to the moment each page has heard of it."""
    pages = [await asyncio.open_connection("127.0.0.1", port) for _ in range(PAGES)]
    heard = [[] for _ in pages]

    async def listen(reader, times):
        while line := await reader.readline():
            if line.startswith(b"data:"):
                times.append((time.monotonic(), json.loads(line[5:])["change"]))

    listeners = []
    for (reader, writer), times in zip(pages, heard):
        writer.write(b"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        listeners.append(asyncio.create_task(listen(reader, times)))
    while not all(heard):
        await asyncio.sleep(0.05)
    await asyncio.sleep(2)
    taken = []
    for number in range(changes):
        before = [len(times) for times in heard]
        began = time.monotonic()
        await post(port, f"/api/v1/studies/{uid}/{'release' if number % 2 else 'claim'}", {"by": "Dr. Bench"})
        while any(len(times) == count for times, count in zip(heard, before)):
            await asyncio.sleep(0.005)
            assert time.monotonic() < began + 10, "a page has not heard of a change within 10 s"
        taken += [1e3 * (times[count][0] - began) for times, count in zip(heard, before)]
        await asyncio.sleep(0.7)
    for listener in listeners:
        listener.cancel()
    for _, writer in pages:
        writer.close()
    return {"changes": changes, **quantiles(taken)}


async def post(port, path, body):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    text = json.dumps(body)
    writer.write(f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n{text}".encode())
    status = (await reader.readline()).split()[1]
    assert status == b"200", status
    writer.close()


def table(figures):
    lines = [f"{figures['studies']} studies, {figures['clients']} clients, each once a second     {'bytes':>10} {'p50':>9} {'p99':>9} {'max':>9}"]
    for name, q in figures["lists"].items():
        lines.append(f"  {name:48} {q['bytes']:10} {q['p50']:6.1f} ms {q['p99']:6.1f} ms {q['max']:6.1f} ms")
    q = figures["event_ms"]
    lines.append(f"  {'a change at ' + str(figures['pages']) + ' open pages':48} {'':10} {q['p50']:6.1f} ms {q['p99']:6.1f} ms {q['max']:6.1f} ms")
    lines.append(f"  goals: list {figures['goal_list_ms']} ms, change {figures['goal_event_ms']} ms; resident memory {figures['resident_mb']:.0f} MB")
    return lines
