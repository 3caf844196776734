"""From trained weights to a model folder: calibration, thresholds and gate, all set on validation films.

    python finish.py --films ../../../shared/data/cxr --work ../../.build/train/run --name cxr-lite0 --version 1.0
"""

from __future__ import annotations

import argparse
import pathlib

import numpy as np
import torch

import figures
import films as source
import fit
import folder as folders
import gate as gates
import network

# An abnormal film in fifty may be ruled out: the sensitivity that issue and literature speak of for normal films.
SENSITIVITY = 0.98
# A finding is urgent where no more than one film in twenty without it gets there.
SPECIFICITY = 0.95
# Of real films the gate may refuse one in two hundred.
FALSE_REFUSALS = 0.005
ADULTS_FROM = 18


def description(name: str, version: str) -> dict:
    labels = [label if label in source.SHOWN else "" for label in source.OUTPUTS]
    return {
        "name": name,
        "version": version,
        "architecture": folders.ARCHITECTURE,
        "weights": "weights.safetensors",
        "sha256": "",
        "labels": labels,
        "input": {
            "channels": 1,
            "height": source.INPUT,
            "width": source.INPUT,
            "other_sizes": list(source.OTHER_SIZES),
            "made_for": {"modality": ["CR", "DX", "RG"], "body_part": "CHEST", "view": ["PA", "AP"]},
        },
        "preprocessing": {
            "crop": "centre-square",
            # The training films are 256 px: a larger film is first made as soft as they are.
            "resize": [{"to": side, "filter": "bilinear-antialias"} for side in sorted({source.SIDE, source.INPUT}, reverse=True)],
            "normalise": {"kind": "per-image-standard", "epsilon": 0.001},
        },
    }


def calibrations(labels: list[str], logits: np.ndarray, targets: np.ndarray, adults: np.ndarray) -> dict:
    """A slope and a shift where only adults have the finding. Where children have it too, and far oftener, a shift that fits the
    mixture would make adults' probabilities too high: there a temperature alone."""
    found = {}
    for column, label in enumerate(labels):
        if not label:
            continue
        known = ~np.isnan(targets[:, column])
        scores, truth = logits[known, column], targets[known, column]
        if adults[known][truth == 1].all():
            a, b = figures.platt(scores, truth)
            found[label] = {"kind": "platt", "a": round(a, 6), "b": round(b, 6)}
        else:
            found[label] = {"kind": "temperature", "t": round(figures.temperature(scores, truth), 6)}
    return found


def rule_out(probabilities: np.ndarray, abnormal: np.ndarray) -> tuple[float, figures.Interval]:
    """The highest threshold that keeps SENSITIVITY of the abnormal films, half way to the next film."""
    of_abnormal = np.sort(probabilities[abnormal == 1])
    missed = int(np.floor(len(of_abnormal) * (1 - SENSITIVITY)))
    at = of_abnormal[missed]
    lower = probabilities[probabilities < at]
    below = float((at + lower.max()) / 2) if len(lower) else float(at)
    below = float(f"{below:.4g}")
    return below, figures.clopper_pearson(int((of_abnormal >= below).sum()), len(of_abnormal))


def write(films: source.Films, state: dict[str, torch.Tensor], out: pathlib.Path, name: str, version: str) -> None:
    """The folder with the gate's weights, not yet calibrated."""
    made = description(name, version)
    trained = network.lite0(len(source.OUTPUTS), pretrained=False).eval()
    trained.load_state_dict(state)
    state = dict(state)
    state["_fc.weight"], state["_fc.bias"] = state["_fc.weight"].clone(), state["_fc.bias"].clone()
    place = source.OUTPUTS.index(source.GATE)
    state["_fc.weight"][place], state["_fc.bias"][place] = gates.fit(trained.to(memory_format=torch.channels_last), films)
    folders.write(out, state, made)


def calibrate(films: source.Films, out: pathlib.Path, approved_on: str) -> dict:
    """Calibration, thresholds and the gate's limit of a written folder."""
    model = folders.ModelFolder(out)
    made = model.description
    validation = films.indices("val")
    targets = films.targets()[validation]
    logits = model.logits(films.pixels[validation])
    adults = np.array([not films.table[index].is_child for index in validation])
    made["calibration"] = calibrations(model.labels, logits, targets, adults)

    urgent = {}
    for label in source.SHOWN[1:]:
        column = source.OUTPUTS.index(label)
        absent = targets[:, column] == 0
        probabilities = figures.calibrated(made["calibration"][label], logits[:, column])
        # Films of the sources that know both, so that "without it" is no other hospital's normal film.
        both = np.array([films.table[index].dataset in ("nih14", "rxtorax", "kermany") for index in validation])
        urgent[label] = float(f"{np.quantile(probabilities[absent & both], SPECIFICITY):.3g}")
    column = source.OUTPUTS.index("abnormal")
    probabilities = figures.calibrated(made["calibration"]["abnormal"], logits[:, column])
    below, kept = rule_out(probabilities[adults], targets[adults, column])
    made["thresholds"] = {
        "urgent": urgent,
        "rule_out": {
            "label": "abnormal",
            "below": below,
            "minimum_age": ADULTS_FROM,
            "sensitivity": {
                "observed": round(kept.value, 4),
                "low": round(kept.low, 4),
                "high": round(kept.high, 4),
                "abnormal": int((targets[adults, column] == 1).sum()),
                "films": "adults, validation",
            },
        },
    }
    gate = source.OUTPUTS.index(source.GATE)
    made["gate"] = {"output": gate, "refuse_below": float(f"{np.quantile(logits[:, gate], FALSE_REFUSALS):.4g}")}
    made["approved"] = {"by": "the makers of FirstRead, for research only", "on": approved_on}
    reference = made.pop("reference")
    made["reference"] = reference
    folders.save(out, made)
    return made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--films", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, help="the training run's folder; without: the weights of --out stay, and are calibrated anew")
    parser.add_argument("--cache", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, required=True, help="the model folder to write")
    parser.add_argument("--name", default="cxr-lite0")
    parser.add_argument("--version", default="1.0")
    parser.add_argument("--approved-on", required=True, help="day, as 2026-11-26")
    arguments = parser.parse_args()
    if not (arguments.cache or arguments.work):
        parser.error("--cache is needed without --work")
    films = source.Films.read(arguments.films, arguments.cache or arguments.work.parent)
    if arguments.work:
        state = fit.mean_of(torch.load(arguments.work / "state.pt", weights_only=True)["ends"])
        write(films, state, arguments.out, arguments.name, arguments.version)
    made = calibrate(films, arguments.out, arguments.approved_on)
    print(made["calibration"], made["thresholds"], made["gate"], sep="\n")


if __name__ == "__main__":
    main()
