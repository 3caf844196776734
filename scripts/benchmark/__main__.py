"""Runs the benchmarks named, prints one table, and with --json the figures instead."""

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "Tests/EndToEndTests"))

# Without it DCMTK 3.6.7 waits 45 ms on every C-STORE, on both sides: it has to hold for ours and for the peers.
os.environ["TCP_NODELAY"] = "1"

import board  # noqa: E402  (they need the path above)
import latency  # noqa: E402
import listener  # noqa: E402
import memory  # noqa: E402
import order  # noqa: E402
import simulation  # noqa: E402
import web  # noqa: E402

PARTS = {
    "listener": (listener, "objects/s and MB/s of the DICOM listener beside storescp, Orthanc and pynetdicom"),
    "latency": (latency, "from a study's completion to its place and to its feed message"),
    "memory": (memory, "resident memory over 10,000 objects"),
    "order": (order, "ordering 100,000 and 1,000,000 open studies"),
    "simulation": (simulation, "a million studies of a simulated reading room"),
    "board": (board, "the terminal board with 10,000 studies: idle, and keys"),
    "web": (web, "the list's JSON for 50 clients, and a change at 200 open pages"),
}


def processor():
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def main():
    parts = "\n".join(f"  {name:10} {what}" for name, (_, what) in PARTS.items())
    parser = argparse.ArgumentParser(
        prog="scripts/bench", formatter_class=argparse.RawDescriptionHelpFormatter,
        description=f"Benchmarks side by side with the peers they name.\n\nParts:\n{parts}",
        epilog="Examples:\n  scripts/bench listener --quick\n  scripts/bench listener --rounds 5 --json > listener.json")
    parser.add_argument("parts", nargs="*", metavar="PART", help="which parts to run (default: all)")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON instead of the table")
    parser.add_argument("--quick", action="store_true", help="small numbers: shows that it runs, measures little")
    parser.add_argument("--rounds", type=int, help="interleaved rounds of the listener (default 3; quick: 1)")
    parser.add_argument("--peers", metavar="NAME,…", help=f"only these receivers of the listener: {', '.join(listener.RECEIVERS)}")
    parser.add_argument("--folder", type=Path, default=REPOSITORY / ".build", help="where objects are written and received (default: .build)")
    arguments = parser.parse_args()
    unknown = [name for name in arguments.parts if name not in PARTS]
    if unknown:
        parser.error(f"no such part: {', '.join(unknown)} (there are {', '.join(PARTS)})")

    figures = {"machine": {"processor": processor(), "cores": os.cpu_count(), "system": platform.platform()}}
    failed = False
    for name in arguments.parts or PARTS:
        work = Path(tempfile.mkdtemp(prefix="bench-", dir=arguments.folder))
        try:
            figures[name] = PARTS[name][0].run(work, arguments)
        except (AssertionError, OSError) as error:
            print(f"scripts/bench: {name}: {error}", file=sys.stderr)
            failed = True
        finally:
            shutil.rmtree(work, ignore_errors=True)
    if arguments.json:
        json.dump(figures, sys.stdout, indent=1)
        print()
    else:
        machine = figures["machine"]
        print(f"{machine['processor']}, {machine['cores']} cores, {machine['system']}")
        for name in figures:
            if name in PARTS:
                print()
                print("\n".join(PARTS[name][0].table(figures[name])))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
