"""The gate: a linear head on the trained network's features that tells upright frontal chest films from everything else.

The output that was trained along gave the features their sense of it. Its last weights are fitted anew here, because films that are
soft, noisy or made up of several (the repository's synthetic films, films of films, old detectors) must pass as well.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as functional

import films as source
import network
import views

PER_GROUP = 350
COMPONENTS = 120
SMALL = 128
# How strongly the last weights are held small; the features are standardised.
PENALTY = 30.0


@torch.no_grad()
def features(model: torch.nn.Module, images: torch.Tensor, batch: int = 32) -> np.ndarray:
    """[images, 1280]: what the last layer sees, the mean over the sizes at which the network looks, for images in 0…1 of any size."""
    sizes = (source.INPUT, *source.OTHER_SIZES)
    parts = []
    for start in range(0, len(images), batch):
        total = 0
        for size in sizes:
            resized = functional.interpolate(images[start : start + batch], size=(size, size), mode="bilinear", antialias=True)
            inputs = network.standardised(resized).contiguous(memory_format=torch.channels_last)
            total = total + model.extract_features(inputs).mean(dim=(2, 3)).numpy()
        parts.append(total / len(sizes))
    return np.concatenate(parts).astype(np.float64)


def soft(squares: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """As many films as given, made of them: neighbours mixed in the space of their eigen-images, which keeps no fine structure."""
    small = functional.interpolate(
        torch.from_numpy(squares.copy()).unsqueeze(1).float() / 255, size=(SMALL, SMALL), mode="bilinear", antialias=True
    )
    flat = small.numpy().reshape(len(squares), -1).astype(np.float64)
    mean = flat.mean(axis=0)
    _, vectors = np.linalg.eigh((flat - mean) @ (flat - mean).T)
    images = vectors[:, ::-1][:, : min(COMPONENTS, len(squares) // 3)].T @ (flat - mean)
    images /= np.linalg.norm(images, axis=1, keepdims=True)
    latent = (flat - mean) @ images.T
    mixed = np.empty_like(latent)
    for index, place in enumerate(latent):
        near = np.argsort(((latent - place) ** 2).sum(axis=1))[1:12]
        chosen = [index, *random.choice(near, random.integers(0, 4), replace=False)]
        weights = random.dirichlet(np.full(len(chosen), 6.0))
        mixed[index] = weights @ latent[chosen]
    made = (mean + mixed @ images).reshape(-1, 1, SMALL, SMALL)
    large = functional.interpolate(torch.from_numpy(made).float(), size=(source.SIDE, source.SIDE), mode="bicubic")
    return (large.clamp(0, 1) * 255).round().to(torch.uint8).numpy()[:, 0]


def examples(films: source.Films, seed: int) -> tuple[torch.Tensor, np.ndarray]:
    """Pictures in 0…1, 256 px on a side, and 1 for a frontal chest film, 0 for none."""
    random = np.random.default_rng(seed)
    torch_random = torch.Generator().manual_seed(seed)
    positives, negatives = [], []
    groups: dict[tuple[bool, bool], list[int]] = {}
    for index in films.indices("train"):
        film = films.table[index]
        groups.setdefault((film.is_child, film.label("abnormal") == 1), []).append(index)
    for group in groups.values():
        chosen = np.sort(random.permutation(group)[:PER_GROUP])
        squares = np.asarray(films.pixels[chosen])
        softened = soft(squares, random)
        positives += [squares, softened]
        negatives += [views.not_frontal_chest(squares, random), views.not_frontal_chest(softened, random)]
    raw = np.concatenate(positives + negatives)
    labels = np.concatenate([np.ones(sum(map(len, positives))), np.zeros(sum(map(len, negatives)))])
    images = torch.from_numpy(raw).unsqueeze(1).float() / 255
    varied = [views.varied(images[start : start + 64], source.SIDE, torch_random) for start in range(0, len(images), 64)]
    return torch.cat([images, *varied]), np.concatenate([labels, labels])


def fitted(inputs: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights and bias of a logistic regression with a small penalty, by Newton's method; the classes weigh alike."""
    mean, deviation = inputs.mean(axis=0), inputs.std(axis=0) + 1e-6
    design = np.concatenate([(inputs - mean) / deviation, np.ones((len(inputs), 1))], axis=1)
    weight = np.where(labels == 1, 0.5 / labels.mean(), 0.5 / (1 - labels.mean()))
    penalty = np.full(design.shape[1], PENALTY)
    penalty[-1] = 0
    solution = np.zeros(design.shape[1])
    for _ in range(30):
        probability = 1 / (1 + np.exp(-np.clip(design @ solution, -30, 30)))
        gradient = design.T @ (weight * (probability - labels)) + penalty * solution
        curvature = (design * (weight * probability * (1 - probability))[:, None]).T @ design + np.diag(penalty + 1e-6)
        step = np.linalg.solve(curvature, gradient)
        solution -= step
        if np.abs(step).max() < 1e-6:
            break
    weights = solution[:-1] / deviation
    return weights, float(solution[-1] - weights @ mean)


def fit(model: torch.nn.Module, films: source.Films, seed: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    """The gate's row of the last layer, and its bias."""
    images, labels = examples(films, seed)
    weights, bias = fitted(features(model, images), labels)
    return torch.from_numpy(weights).float(), torch.tensor(bias).float()
