"""The networks' forward passes beside ONNX Runtime, OpenVINO and PyTorch: same weights, same input, answers compared."""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
BINARY = REPOSITORY / ".build/release/firstread"
HERE = Path(__file__).resolve().parent / "kernel_peers"
ENVIRONMENT = REPOSITORY / ".build/venv-kernel"

NETWORKS = ["densenet121", "efficientnet-lite0"]
BASE = "onnxruntime"
PEERS = [BASE, "openvino f32", "openvino bf16", "pytorch", "pytorch compiled"]
OWN = ["openblas", "native", "native bf16"]
# (threads, images at a time)
SETTINGS = [(1, 1), (2, 1), (1, 8), (2, 8)]


def install():
    """The peers' environment, made when it is missing or its lists have changed."""
    lists = [HERE / "requirements.txt", HERE / "requirements-no-deps.txt"]
    wanted = "".join(path.read_text() for path in lists)
    stamp = ENVIRONMENT / "requirements.made"
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    print("Making the peers' Python environment (torch is large; minutes)", file=sys.stderr)
    if not (ENVIRONMENT / "bin/python").exists():
        subprocess.run(["python3", "-m", "venv", str(ENVIRONMENT)], check=True)
    pip = [str(ENVIRONMENT / "bin/pip"), "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--requirement", str(lists[0])], check=True)
    subprocess.run([*pip, "--no-deps", "--requirement", str(lists[1])], check=True)
    stamp.write_text(wanted)


class Contender:
    """A process that runs rounds when asked; `absent` says why there is none."""

    def __init__(self, name, network, folder, threads, batch):
        self.name, self.absent, self.difference, self.process = name, None, None, None
        environment = {key: value for key, value in os.environ.items() if key not in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")}
        if name in OWN:
            engine, _, precision = name.partition(" ")
            arguments = [str(BINARY), "model", "time", "--model", str(folder / network), "--engine", engine, "--precision", precision or "f32"]
            arguments += ["--threads", str(threads), "--batch", str(batch)]
            first = subprocess.run([*arguments, "--rounds", "1", "--json"], capture_output=True, text=True, env=environment)
            if first.returncode != 0 and "is not available" in first.stderr:
                self.absent = first.stderr.strip().partition("not available: ")[2]
                return
            first.check_returncode()
            once = json.loads(first.stdout)
            expected = json.loads((folder / network / "model.json").read_text())["reference"]["logits"]
            self.difference = max(abs(a - b) for a, b in zip(once["logits"], expected))
            command = [*arguments, "--interactive"]
        else:
            command = [str(ENVIRONMENT / "bin/python"), str(HERE / "peer.py"), str(folder), network, name, str(threads), str(batch)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
        if name not in OWN:
            word, _, rest = (self.process.stdout.readline().strip() or "absent it stopped").partition(" ")
            if word == "absent":
                self.absent = rest
            else:
                self.difference = float(rest)

    def ask(self, rounds):
        self.process.stdin.write(f"{rounds}\n")
        self.process.stdin.flush()
        return [float(value) for value in self.process.stdout.readline().split()]

    def close(self):
        if self.process is None:
            return
        self.process.stdin.close()
        self.process.wait()


def spread(values):
    """The median, and the middle half."""
    if len(values) < 3:
        return statistics.median(values), min(values), max(values)
    low, _, high = statistics.quantiles(values, n=4)
    return statistics.median(values), low, high


def measure(network, folder, threads, batch, rounds, passes):
    print(f"kernel: {network}, {threads} threads, {batch} images", file=sys.stderr)
    contenders = [Contender(name, network, folder, threads, batch) for name in PEERS + OWN]
    present = [each for each in contenders if not each.absent]
    times = {each.name: [] for each in present}
    for each in present:
        each.ask(2)
    for number in range(rounds):
        # There and back: what the machine does meanwhile falls on all alike.
        for each in present if number % 2 == 0 else reversed(present):
            times[each.name].append(statistics.median(each.ask(passes)))
    for each in contenders:
        each.close()
    rows = []
    for each in contenders:
        row = {"contender": each.name, "threads": threads, "batch": batch, "difference": each.difference, "absent": each.absent}
        if not each.absent:
            median, low, high = spread([a / b for a, b in zip(times[each.name], times[BASE])])
            row |= {"median_ms": statistics.median(times[each.name]), "best_ms": min(times[each.name]), "ratio": median, "ratio_low": low, "ratio_high": high}
        rows.append(row)
    return rows


def run(work, arguments):
    install()
    folder = work / "networks"
    folder.mkdir()
    subprocess.run([str(ENVIRONMENT / "bin/python"), str(HERE / "networks.py"), str(folder)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    rounds, passes = (3, 2) if arguments.quick else (arguments.rounds or 15, 5)
    figures = {"rounds": rounds, "passes": passes, "networks": {}, "profile": {}}
    for network in NETWORKS:
        figures["networks"][network] = [
            row for threads, batch in SETTINGS for row in measure(network, folder, threads, batch, rounds, passes if batch == 1 else max(1, passes // 2))
        ]
        profile = subprocess.run(
            [str(BINARY), "model", "time", "--model", str(folder / network), "--engine", "native", "--profile", "--json"], check=True,
            capture_output=True, text=True)  # fmt: skip
        answer = json.loads(profile.stdout)
        figures["profile"][network] = answer["profile"]
        figures["kernels"] = answer["core"]
        figures["peak_gflops"] = max(figures.get("peak_gflops", 0), answer["peak_gflops"])
    return figures


def table(figures):
    best = figures["peak_gflops"]
    yield f"kernel: milliseconds, and the ratio to ONNX Runtime in the same round (median, middle half) of {figures['rounds']} rounds"
    yield f"one core's peak with {figures['kernels']}: {best:.0f} GFLOP/s"
    for network, rows in figures["networks"].items():
        yield ""
        yield f"{network:18} {'threads':>7} {'batch':>5} {'median':>9} {'best':>9} {'ratio':>6} {'middle half':>13}  largest difference from PyTorch"
        for row in rows:
            head = f"{row['contender']:18} {row['threads']:>7} {row['batch']:>5}"
            if row["absent"]:
                yield f"{head} not available: {row['absent']}"
            else:
                yield f"{head} {row['median_ms']:>9.2f} {row['best_ms']:>9.2f} {row['ratio']:>6.2f} {row['ratio_low']:>6.2f}–{row['ratio_high']:<6.2f}  {row['difference']:.1e}"
        yield f"{network}, native, one thread, layer by layer (best of each)"
        for layer in figures["profile"][network]:
            yield f"  {layer['kind']:22} {layer['ms']:>8.3f} ms {layer['gflops']:>7.1f} GFLOP/s, {100 * layer['gflops'] / best:>4.0f} % of the peak"
