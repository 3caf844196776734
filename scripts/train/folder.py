"""A model folder, read and written as the product does: model.json, weights.safetensors."""

from __future__ import annotations

import hashlib
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as functional
from PIL import Image
from safetensors.torch import load_file, save_file

import network

ARCHITECTURE = "efficientnet-lite0"


# The very first model's folder says in words how it was trained; this is what they say.
FIRST_MODELS_RECIPE = {
    "crop": "centre-square",
    "resize": [{"to": 240, "filter": "pillow-bilinear-8bit"}, {"to": 224, "filter": "bilinear-antialias"}],
    "normalise": {"kind": "per-image-standard", "epsilon": 0.001},
}


class ModelFolder:
    def __init__(self, folder: pathlib.Path):
        self.path = folder
        self.description = json.loads((folder / "model.json").read_text())
        if self.description["architecture"] != ARCHITECTURE:
            raise SystemExit(f"{folder}: only {ARCHITECTURE} can be evaluated here")
        if isinstance(self.description["preprocessing"], list):
            self.description["preprocessing"] = FIRST_MODELS_RECIPE
        self.labels: list[str] = self.description["labels"]
        self.network = network.lite0(len(self.labels), pretrained=False).eval()
        weights = load_file(folder / self.description["weights"])
        self.network.load_state_dict({name: value.float() for name, value in weights.items()}, strict=True)
        self.network.to(memory_format=torch.channels_last)

    def column(self, label: str) -> int:
        return self.labels.index(label)

    @property
    def sizes(self) -> list[int]:
        """The sides at which the network looks at a film; a logit is the mean over them."""
        return [self.description["input"]["height"], *self.description["input"].get("other_sizes", [])]

    def inputs(self, squares: np.ndarray, size: int) -> torch.Tensor:
        """The network's input of a size for 8-bit squares, by the folder's own recipe: its last step goes to that size."""
        images = squares
        floats: torch.Tensor | None = None
        steps = self.description["preprocessing"]["resize"]
        for step in [*steps[:-1], {**steps[-1], "to": size}]:
            side = step["to"]
            if step["filter"] == "pillow-bilinear-8bit":
                images = np.stack(
                    [np.asarray(Image.fromarray(image).resize((side, side), Image.Resampling.BILINEAR)) for image in images]
                )
                floats = None
            else:
                if floats is None:
                    floats = torch.from_numpy(images.copy()).unsqueeze(1).float() / 255
                floats = functional.interpolate(floats, size=(side, side), mode="bilinear", antialias=True)
        if floats is None:
            floats = torch.from_numpy(images.copy()).unsqueeze(1).float() / 255
        return network.standardised(floats, self.description["preprocessing"]["normalise"]["epsilon"])

    @torch.no_grad()
    def logits(self, squares: np.ndarray, batch: int = 32) -> np.ndarray:
        """[films, outputs] for [films, side, side] of 8-bit grey."""
        parts = []
        for start in range(0, len(squares), batch):
            films = np.asarray(squares[start : start + batch])
            parts.append(mean_logits(self.network, [self.inputs(films, size) for size in self.sizes]).numpy())
        return np.concatenate(parts).astype(np.float64)


@torch.no_grad()
def mean_logits(model: torch.nn.Module, inputs: list[torch.Tensor]) -> torch.Tensor:
    """[images, outputs]: the mean over the sizes, one tensor of images for each."""
    return torch.stack([model(images.contiguous(memory_format=torch.channels_last)) for images in inputs]).mean(dim=0)


def halved(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Convolutions and the classifier as 16-bit floats; what normalises stays at 32 bits. Nothing that only training needs."""
    return {
        name: (value.half() if value.ndim > 1 else value.float()).contiguous()
        for name, value in state.items()
        if not name.endswith("num_batches_tracked")
    }


def write(folder: pathlib.Path, state: dict[str, torch.Tensor], description: dict) -> None:
    """The checksum is filled in, and the reference logits, by what the stored weights give."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / description["weights"]
    save_file(halved(state), weights)
    description = {**description, "sha256": hashlib.sha256(weights.read_bytes()).hexdigest()}
    description["reference"] = {"input": {"generator": "lcg-1664525-1013904223", "seed": 1, "low": -2, "high": 2}, "logits": []}
    save(folder, description)
    model = ModelFolder(folder)
    inputs = [torch.from_numpy(reference_input(side * side)).view(1, 1, side, side) for side in model.sizes]
    reference = mean_logits(model.network, inputs)[0]
    description["reference"]["logits"] = [round(float(value), 6) for value in reference]
    save(folder, description)


def save(folder: pathlib.Path, description: dict) -> None:
    (folder / "model.json").write_text(json.dumps(description, indent=1) + "\n")


def reference_input(count: int, seed: int = 1, low: float = -2, high: float = 2) -> np.ndarray:
    """The generator that model.json names."""
    state, values = seed, np.empty(count, dtype=np.float32)
    for index in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        values[index] = low + (high - low) * (state >> 8) / 2**24
    return values
