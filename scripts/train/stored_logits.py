"""What PyTorch gets for the 64 synthetic films of the repository, and for the shared test films: figures that the end-to-end
tests hold `firstread score` against.

    python stored_logits.py --model ../../Models/cxr-lite0 --films ../../../shared/data/cxr --cache ../../.build/train
"""

from __future__ import annotations

import argparse
import json
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as functional

import films as source
import folder as folders
import network

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/EndToEndTests"))
import synthetic_films  # noqa: E402


def logits(model: folders.ModelFolder, pixels: np.ndarray, bits: int) -> list[float]:
    """The model's recipe on a film of any size, its whole range shown: 0 black to 1 white."""
    values = torch.from_numpy(pixels.astype(np.float32) / np.float32((1 << bits) - 1))
    rows, columns = values.shape
    side = min(rows, columns)
    top, left = (rows - side) // 2, (columns - side) // 2
    image = values[top : top + side, left : left + side][None, None]
    steps = model.description["preprocessing"]["resize"]
    assert all(step["filter"] == "bilinear-antialias" for step in steps), steps

    def resized(image: torch.Tensor, side: int) -> torch.Tensor:
        return functional.interpolate(image, size=(side, side), mode="bilinear", antialias=True)

    for step in steps[:-1]:
        image = resized(image, step["to"])
    epsilon = model.description["preprocessing"]["normalise"]["epsilon"]
    return folders.mean_logits(model.network, [network.standardised(resized(image, size), epsilon) for size in model.sizes])[0].tolist()


def named(model: folders.ModelFolder, values) -> dict[str, float]:
    return {label: round(float(value), 5) for label, value in zip(model.labels, values) if label}


def write(path: pathlib.Path, model: folders.ModelFolder, films: dict) -> None:
    made_by = {key: model.description[key] for key in ("name", "version", "sha256")}
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(values)}" for name, values in films.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'{{"model": {json.dumps(made_by)}, "torch": "{torch.__version__}", "films": {{\n{lines}\n}}}}\n')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--films", type=pathlib.Path, help="the shared films; without: only the synthetic ones")
    parser.add_argument("--cache", type=pathlib.Path, help="decoded films")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "Tests/EndToEndTests/fixtures")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    model = folders.ModelFolder(arguments.model)
    synthetic = {film.name: named(model, logits(model, film.pixels, film.bits)) for film in synthetic_films.films()}
    write(arguments.out / "synthetic-logits.json", model, synthetic)
    if arguments.films:
        films = source.Films.read(arguments.films, arguments.cache or arguments.films)
        chosen = [index for index in films.indices("test") if films.table[index].dataset in ("nih14", "rxtorax", "kermany")]
        found = model.logits(films.pixels[np.array(chosen)])
        shared = {films.table[index].file: named(model, row) for index, row in zip(chosen, found)}
        write(arguments.out / "shared-test-logits.json", model, shared)


if __name__ == "__main__":
    main()
