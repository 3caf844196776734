"""What each choice of the training brought: short runs on a fifth of the patients, each with one choice undone.

    python ablate.py --films ../../../shared/data/cxr --cache ../../.build/train --work ../../.build/train/ablations

A run takes a few minutes on two cores; one that was stopped goes on. The figures are rough: a fifth of the films, one seed.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as functional

import figures
import films as source
import fit
import network

BASE = fit.Plan(stages=((128, 6),), steps=60, fraction=0.2, average=0.99, cycles=0)
RUNS = {
    "as chosen": BASE,
    "films drawn as often as there are": dataclasses.replace(BASE, balanced=False),
    "higher resolution at the end": dataclasses.replace(BASE, stages=((128, 4), (192, 2))),
    "mined labels at their word": dataclasses.replace(BASE, smoothing=False),
    "unstated labels taken for absent": dataclasses.replace(BASE, masking=False),
    "corners and markers left": dataclasses.replace(BASE, markers=False),
    "half of the films mirrored": dataclasses.replace(BASE, flips=True),
    "no negatives for the gate": dataclasses.replace(BASE, negatives=0),
}
MEASURED = (("nih14", "abnormal"), ("rxtorax", "effusion"), ("kermany", "pneumonia"))


@torch.no_grad()
def scores(model: torch.nn.Module, squares: np.ndarray, side: int, zooms: tuple[float, ...] = (1.0,)) -> np.ndarray:
    """Mean logits over the zooms (test-time averaging)."""
    parts = []
    for start in range(0, len(squares), 64):
        images = torch.from_numpy(squares[start : start + 64].copy()).unsqueeze(1).float() / 255
        total = 0
        for zoom in zooms:
            edge = round(images.shape[-1] * (1 - 1 / zoom) / 2)
            part = images[..., edge : images.shape[-1] - edge, edge : images.shape[-1] - edge]
            part = functional.interpolate(part, size=(side, side), mode="bilinear", antialias=True)
            total = total + model(network.standardised(part).contiguous(memory_format=torch.channels_last))
        parts.append((total / len(zooms)).numpy())
    return np.concatenate(parts)


def measured(films: source.Films, indices: np.ndarray, logits: np.ndarray) -> dict[str, float]:
    found = {}
    table = [films.table[index] for index in indices]
    for dataset, label in MEASURED:
        chosen = np.array([film.dataset == dataset for film in table])
        truth = np.array([film.label(label) for film in table])[chosen]
        found[f"{dataset} {label}"] = figures.auroc(truth, logits[chosen, source.OUTPUTS.index(label)])
    normal = np.array([film.label("abnormal") == 0 for film in table])
    one, other = (np.array([film.dataset == name for film in table]) & normal for name in ("nih14", "covid_radiography"))
    both = one | other
    told = figures.auroc(one[both].astype(float), logits[both, 0])
    found["source of normal films"] = max(told, 1 - told)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--films", type=pathlib.Path, required=True)
    parser.add_argument("--cache", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    films = source.Films.read(arguments.films, arguments.cache)
    random = np.random.default_rng(3)
    indices = np.array(
        [
            index
            for index, film in enumerate(films.table)
            if film.split in ("val", "test") and (film.dataset in dict(MEASURED) or film.dataset == "covid_radiography" and random.random() < 0.15)
        ]
    )
    squares = np.asarray(films.pixels[indices])
    results: dict[str, dict[str, float]] = {}
    for name, plan in RUNS.items():
        work = arguments.work / name.replace(" ", "-")
        model = fit.fit(plan, films, arguments.cache, work)
        side = plan.side(plan.epochs - 1)
        results[name] = measured(films, indices, scores(model.eval(), squares, side))
        if plan is BASE:
            state = torch.load(work / "state.pt", weights_only=True)
            raw = network.lite0(len(source.OUTPUTS), pretrained=False).eval()
            raw.load_state_dict(state["model"])
            results["the last weights, not their average"] = measured(films, indices, scores(raw, squares, side))
            # As 144 is to 224.
            second = scores(model, squares, side * 9 // 14)
            results["a second look, smaller by a third"] = measured(films, indices, scores(model, squares, side) + second)
            results["the mean of three zooms (three times the time)"] = measured(
                films, indices, scores(model, squares, side, zooms=(1.0, 1.06, 1.12))
            )
        (arguments.work / "ablations.json").write_text(json.dumps(results, indent=1) + "\n")
        print(table(results), flush=True)


def table(results: dict[str, dict[str, float]]) -> str:
    columns = list(next(iter(results.values())))
    lines = ["| " + " | ".join(["run", *columns]) + " |", "|---" * (len(columns) + 1) + "|"]
    lines += ["| " + " | ".join([name, *(f"{row[column]:.3f}" for column in columns)]) + " |" for name, row in results.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
