"""How fast a reading room is simulated: one replication of about a million studies under each policy, on one core."""

import json
import resource
import subprocess
import time
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
BINARY = REPOSITORY / ".build/release/firstread"
POLICIES = ["fifo", "class", "class-capped", "delay-cost"]
GOAL_SECONDS = 10


def run(work, arguments):
    scenario = json.loads((REPOSITORY / "docs/scenarios/million.json").read_text())
    if arguments.quick:
        scenario["days"] = 10
    file = work / "million.json"
    file.write_text(json.dumps(scenario))
    rows = []
    for policy in POLICIES:
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        start = time.monotonic()
        command = ["taskset", "-c", "0", str(BINARY), "simulate", "--scenario", str(file), "--policy", policy, "--json"]
        outcome = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        rows.append({
            "policy": policy, "studies": outcome["arrivals"], "load": outcome["load"], "seconds": time.monotonic() - start,
            "cpu_seconds": resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before,
        })
    return {"goal_seconds": GOAL_SECONDS, "rows": rows}


def table(figures):
    yield f"simulation: one replication on one core, statistics included; goal: 1,000,000 studies in under {figures['goal_seconds']} s"
    yield f"{'policy':13} {'studies':>9} {'load':>6} {'seconds':>8} {'cpu':>6} {'studies/s':>10}"
    for row in figures["rows"]:
        yield (
            f"{row['policy']:13} {row['studies']:>9} {row['load']:>6.2f} {row['seconds']:>8.2f} {row['cpu_seconds']:>6.2f} "
            f"{row['studies'] / row['seconds']:>10.0f}"
        )
