"""How fast the list is ordered: the ranking core on one core, without a database."""

import json
import subprocess
from pathlib import Path

BINARY = Path(__file__).resolve().parents[2] / ".build/release/firstread"

# What the product promises: (studies waiting, places wanted or all, milliseconds).
GOALS = [(100_000, None, 20), (1_000_000, 50, 100), (1_000_000, None, None)]
POLICIES = ["fifo", "class", "class-capped", "delay-cost"]


def run(work, arguments):
    rounds = 3 if arguments.quick else 20
    rows = []
    for studies, first, goal in GOALS:
        for policy in POLICIES:
            command = ["taskset", "-c", "0", str(BINARY), "rank-time", "--studies", str(studies), "--rounds", str(rounds), "--policy", policy, "--json"]
            if first:
                command += ["--first", str(first)]
            figures = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            rows.append({**figures, "goal_ms": goal})
    return {"rounds": rounds, "rows": rows}


def table(figures):
    yield f"order: milliseconds to order the list on one core, {figures['rounds']} rounds; weighing (once for each study that changes) apart"
    yield f"{'studies':>9} {'places':>9} {'policy':13} {'median':>8} {'best':>8} {'goal':>6} {'weighing':>9} {'bytes/study':>12}"
    for row in figures["rows"]:
        goal = "" if row["goal_ms"] is None else f"<{row['goal_ms']}"
        yield (
            f"{row['studies']:>9} {row['places']:>9} {row['policy']:13} {row['median_ms']:>8.2f} {row['min_ms']:>8.2f} {goal:>6} "
            f"{row['weigh_ms']:>9.0f} {row['bytes_per_study']:>12}"
        )
