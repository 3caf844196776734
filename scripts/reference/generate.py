#!/usr/bin/env python3
"""Makes the stored outputs that Tests/InferenceTests hold the Swift code against.

    python3 -m venv venv
    venv/bin/pip install -r requirements.txt
    venv/bin/pip install --no-deps -r requirements-no-deps.txt
    venv/bin/python generate.py

Writes Tests/InferenceTests/Fixtures: logits of both networks with seeded weights, of the shipped model, and what Pillow and
torch make of seeded films. Two runs give the same files.
"""

import argparse
import importlib.metadata
import json
import pathlib

import numpy as np
import torch
from efficientnet_lite_pytorch import EfficientNet
from efficientnet_lite_pytorch.utils import get_same_padding_conv2d
from PIL import Image
from safetensors.torch import load_file

import seeded

ROOT = pathlib.Path(__file__).resolve().parents[2]
SIZE = 224


def torchxrayvision_densenet(outputs: int) -> torch.nn.Module:
    # The registry's torchvision is built for CUDA: beside a CPU torch its compiled operators don't load, and its Python
    # part asks for two of them by name at import. DenseNet calls neither.
    if torch.version.cuda is None and not importlib.metadata.version("torchvision").endswith("+cpu"):
        declarations = torch.library.Library("torchvision", "DEF")
        for operator in ("nms", "qnms"):
            declarations.define(f"{operator}(Tensor boxes, Tensor scores, float threshold) -> Tensor")
    import torchxrayvision

    network = torchxrayvision.models.DenseNet(num_classes=outputs, in_channels=1)
    network.op_threshs = None
    return network


def lite0(outputs: int) -> torch.nn.Module:
    network = EfficientNet.from_name("efficientnet-lite0", num_classes=outputs)
    convolution = get_same_padding_conv2d(image_size=SIZE)
    network._conv_stem = convolution(1, 32, kernel_size=3, stride=2, bias=False)
    return network


def logits(network: torch.nn.Module, values: np.ndarray, side: int = SIZE) -> list[float]:
    with torch.no_grad():
        return network(torch.from_numpy(values.reshape(1, 1, side, side)))[0].tolist()


def seeded_networks() -> list[dict]:
    cases = []
    for architecture, network, outputs, low, high in (
        ("efficientnet-lite0", lite0(6), 6, -2.0, 2.0),
        ("densenet121-torchxrayvision", torchxrayvision_densenet(18), 18, -1024.0, 1024.0),
    ):
        seeded.fill(network)
        for seed in (1, 2024):
            values = seeded.congruential(seed, SIZE * SIZE, low, high)
            cases.append(
                {
                    "architecture": architecture,
                    "outputs": outputs,
                    "seed": seed,
                    "low": low,
                    "high": high,
                    "logits": logits(network, values),
                }
            )
    return cases


def as_trained(pixels: np.ndarray, size: int) -> np.ndarray:
    """The shipped model's preprocessing for one of its sizes, in the libraries it was trained with."""
    rows, columns = pixels.shape
    side = min(rows, columns)
    top, left = (rows - side) // 2, (columns - side) // 2
    small = antialiased(pixels[top : top + side, left : left + side].astype(np.float32) / 255, 256)
    small = antialiased(small, size)
    return ((small - small.mean()) / (small.std(ddof=1) + 0.001)).astype(np.float32)


def antialiased(values: np.ndarray, size: int) -> np.ndarray:
    image = torch.from_numpy(values)[None, None]
    return torch.nn.functional.interpolate(image, size=(size, size), mode="bilinear", antialias=True)[0, 0].numpy()


def shipped_model(folder: pathlib.Path) -> list[dict]:
    description = json.loads((folder / "model.json").read_text())
    network = lite0(len(description["labels"]))
    weights = {name: value.float() for name, value in load_file(folder / description["weights"]).items()}
    missing = network.load_state_dict(weights, strict=False)
    assert not missing.unexpected_keys and all(name.endswith("num_batches_tracked") for name in missing.missing_keys)
    network.eval()
    sizes = [description["input"]["height"], *description["input"].get("other_sizes", [])]
    cases = []
    for rows, columns in ((300, 260), (1021, 1400), (240, 240), (113, 200)):
        film = seeded.film(rows, columns)
        looks = [logits(network, as_trained(film, size), size) for size in sizes]
        cases.append({"rows": rows, "columns": columns, "logits": np.mean(looks, axis=0).tolist()})
    return cases


def resampled(fixtures: pathlib.Path) -> list[dict]:
    cases = []
    for rows, columns, size in ((128, 128, 120), (37, 53, 24), (500, 411, 64), (60, 60, 80), (64, 200, 64), (1500, 1100, 48)):
        pixels = seeded.film(rows, columns)
        name = f"{rows}x{columns}-to-{size}"
        pillow = np.asarray(Image.fromarray(pixels).resize((size, size), Image.Resampling.BILINEAR))
        (fixtures / f"{name}.pillow.u8").write_bytes(pillow.tobytes())
        floats = antialiased(pixels.astype(np.float32) / 255, size)
        (fixtures / f"{name}.torch.f32").write_bytes(floats.astype("<f4").tobytes())
        cases.append({"name": name, "rows": rows, "columns": columns, "size": size})
    return cases


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--fixtures", type=pathlib.Path, default=ROOT / "Tests/InferenceTests/Fixtures")
    arguments.add_argument("--model", type=pathlib.Path, default=ROOT / "Models/cxr-lite0")
    arguments.add_argument("--shipped-model-only", action="store_true", help="the shipped model has changed, and nothing else")
    options = arguments.parse_args()
    torch.set_num_threads(1)
    options.fixtures.mkdir(parents=True, exist_ok=True)
    if options.shipped_model_only:
        reference = json.loads((options.fixtures / "reference.json").read_text())
        reference["shipped_model"] = shipped_model(options.model)
        (options.fixtures / "reference.json").write_text(json.dumps(reference, indent=1) + "\n")
        return
    reference = {
        "made_with": {name: importlib.metadata.version(name) for name in ("torch", "torchxrayvision", "efficientnet-lite-pytorch", "pillow")},
        "seeded_networks": seeded_networks(),
        "shipped_model": shipped_model(options.model),
        "resampled": resampled(options.fixtures),
    }
    (options.fixtures / "reference.json").write_text(json.dumps(reference, indent=1) + "\n")


if __name__ == "__main__":
    main()
