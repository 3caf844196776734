"""Weights, inputs and films that a formula gives: the tests compute the same ones in Swift, so nothing large is stored.

The Swift side is Tests/InferenceTests/Seeded.swift.
"""

import math

import numpy as np
import torch

GOLDEN = 0x9E3779B97F4A7C15
MASK = (1 << 64) - 1


def fnv1a(name: str) -> int:
    """FNV-1a, 64 bits: each tensor has its own stream, whatever the order."""
    value = 0xCBF29CE484222325
    for byte in name.encode():
        value = (value ^ byte) * 0x100000001B3 & MASK
    return value


def uniform(name: str, count: int) -> np.ndarray:
    """Splitmix64's top 24 bits as doubles in [-1, 1)."""
    with np.errstate(over="ignore"):
        z = np.uint64(fnv1a(name)) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(GOLDEN)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float64) / 2**23 - 1


# torchxrayvision's input goes from -1024 to 1024; a trained stem's variance is of this size.
STEM_VARIANCE = {"features.norm0.running_var": 700_000.0}


def tensor(name: str, shape: tuple[int, ...]) -> np.ndarray:
    u = uniform(name, math.prod(shape))
    if name.endswith(".running_var"):
        values = (1 + 0.5 * u) * STEM_VARIANCE.get(name, 1.0)
    elif len(shape) == 4:
        # He et al. 2015 where a rectifier follows; a projection has none, and would make rounding grow from block to block.
        gain = 3 if "_project_conv" in name else 6
        values = math.sqrt(gain / math.prod(shape[1:])) * u
    elif len(shape) == 2:
        values = 4 * math.sqrt(3 / shape[1]) * u
    elif name.endswith(".weight"):
        values = 1 + 0.2 * u
    else:
        values = 0.2 * u
    return values.astype(np.float32).reshape(shape)


def fill(network: torch.nn.Module) -> torch.nn.Module:
    """Gives every tensor of the network its seeded values."""
    state = network.state_dict()
    for name, value in state.items():
        if value.dtype.is_floating_point:
            state[name] = torch.from_numpy(tensor(name, tuple(value.shape)))
    network.load_state_dict(state)
    return network.eval()


def congruential(seed: int, count: int, low: float, high: float) -> np.ndarray:
    """The input of model.json's `reference` (Models/README.md)."""
    values = np.empty(count, np.float32)
    s = seed
    for index in range(count):
        s = (1664525 * s + 1013904223) & 0xFFFFFFFF
        values[index] = low + (high - low) * (s >> 8) / 2**24
    return values


def film(rows: int, columns: int) -> np.ndarray:
    """An 8-bit grey image: a slope, a coarse pattern and noise, all from integers."""
    y, x = np.mgrid[0:rows, 0:columns].astype(np.int64)
    noise = (x * 7919 + y * 104729 + x * y * 31) % 97
    coarse = ((x // 13 + y // 17) % 5) * 29
    slope = (x * 60) // columns + (y * 40) // rows
    return np.minimum(noise // 2 + coarse + slope, 255).astype(np.uint8)
