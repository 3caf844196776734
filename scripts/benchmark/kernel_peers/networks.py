"""The benchmark's networks with seeded weights, in every form that a contender reads.

    python networks.py FOLDER

writes FOLDER/NAME/{model.json, weights.safetensors} for firstread, NAME-b1.onnx and NAME-b8.onnx for ONNX Runtime and OpenVINO,
and NAME.logits.npy, what PyTorch makes of the input.
"""

import hashlib
import json
import pathlib
import sys
import warnings

import numpy as np
import torch
from safetensors.torch import save_file

REFERENCE = pathlib.Path(__file__).resolve().parents[2] / "reference"
sys.path.insert(0, str(REFERENCE))

import generate  # noqa: E402  (it needs the path above)
import seeded  # noqa: E402

SIDE = 224
SEED = 1
BATCHES = (1, 8)
# name: (architecture as model.json has it, maker, outputs, the input's lowest and highest value)
NETWORKS = {
    "densenet121": ("densenet121-torchxrayvision", generate.torchxrayvision_densenet, 18, -1024.0, 1024.0),
    "efficientnet-lite0": ("efficientnet-lite0", generate.lite0, 12, -2.0, 2.0),
}


def network(name: str) -> torch.nn.Module:
    _, make, outputs, _, _ = NETWORKS[name]
    return seeded.fill(make(outputs)).eval()


def images(name: str, batch: int) -> np.ndarray:
    *_, low, high = NETWORKS[name]
    one = seeded.congruential(SEED, SIDE * SIDE, low, high).reshape(1, 1, SIDE, SIDE)
    return np.ascontiguousarray(np.repeat(one, batch, axis=0))


class Logits(torch.nn.Module):
    """torchxrayvision's class normalises its input's range and its answers where it is told to; here it must not."""

    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def forward(self, x):
        if not hasattr(self.inner, "features"):
            return self.inner(x)
        features = torch.nn.functional.relu(self.inner.features(x))
        return self.inner.classifier(torch.nn.functional.adaptive_avg_pool2d(features, (1, 1)).flatten(1))


def write(name: str, folder: pathlib.Path) -> None:
    architecture, _, outputs, low, high = NETWORKS[name]
    model = network(name)
    with torch.no_grad():
        logits = Logits(model)(torch.from_numpy(images(name, 1)))[0]
    own = folder / name
    own.mkdir(parents=True, exist_ok=True)
    tensors = {key: value.contiguous() for key, value in model.state_dict().items() if value.dtype.is_floating_point}
    save_file(tensors, own / "weights.safetensors")
    description = {
        "name": name, "version": "seeded", "architecture": architecture, "weights": "weights.safetensors",
        "sha256": hashlib.sha256((own / "weights.safetensors").read_bytes()).hexdigest(),
        "labels": [f"output-{index}" for index in range(outputs)],
        "input": {"channels": 1, "height": SIDE, "width": SIDE, "made_for": {"modality": ["DX"], "body_part": "CHEST", "view": ["PA"]}},
        "preprocessing": {
            "crop": "centre-square", "resize": [{"to": SIDE, "filter": "bilinear-antialias"}],
            "normalise": {"kind": "range", "low": -1024, "high": 1024},
        },
        "reference": {
            "input": {"generator": "lcg-1664525-1013904223", "seed": SEED, "low": low, "high": high},
            "logits": [float(value) for value in logits],
        },
    }  # fmt: skip
    (own / "model.json").write_text(json.dumps(description, indent=1))
    np.save(folder / f"{name}.logits.npy", logits.numpy())
    for batch in BATCHES:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            torch.onnx.export(
                Logits(model).eval(), (torch.from_numpy(images(name, batch)),), str(folder / f"{name}-b{batch}.onnx"), dynamo=False,
                opset_version=17, input_names=["x"], output_names=["y"])  # fmt: skip


if __name__ == "__main__":
    for each in NETWORKS:
        write(each, pathlib.Path(sys.argv[1]))
