"""The figures of the card, as pure functions of labels, scores and patients."""

from __future__ import annotations

import dataclasses

import numpy as np
from scipy import stats


def auroc(labels: np.ndarray, scores: np.ndarray, weights: np.ndarray | None = None) -> float:
    """The chance that an abnormal film scores higher than a normal one; ties count half (Mann and Whitney 1947).

    `weights`: how often each film counts, for bootstraps."""
    weights = np.ones(len(labels)) if weights is None else weights
    order = np.argsort(scores, kind="stable")
    labels, scores, weights = labels[order], scores[order], weights[order]
    _, starts = np.unique(scores, return_index=True)
    negative = np.add.reduceat(weights * (labels == 0), starts)
    positive = np.add.reduceat(weights * (labels == 1), starts)
    below = np.cumsum(negative) - negative
    pairs = positive.sum() * negative.sum()
    return float((positive * (below + negative / 2)).sum() / pairs) if pairs else float("nan")


@dataclasses.dataclass(frozen=True)
class Interval:
    value: float
    low: float
    high: float

    def __str__(self) -> str:
        def short(value: float) -> str:
            return f"{value:.3f}".removeprefix("0") if value < 1 else f"{value:.2f}"

        return f"{short(self.value)} [{short(self.low)}, {short(self.high)}]"


def patient_draws(patients: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """[draws, films]: how often each film counts when patients are drawn with replacement."""
    _, number = np.unique(patients, return_inverse=True)
    random = np.random.default_rng(seed)
    count = number.max() + 1
    return np.stack([np.bincount(random.integers(count, size=count), minlength=count)[number] for _ in range(draws)])


def auroc_interval(labels, scores, patients, draws: int = 2000, seed: int = 1) -> Interval:
    """AUROC with its 95 % interval, by a bootstrap over patients."""
    values = [auroc(labels, scores, weights) for weights in patient_draws(patients, draws, seed)]
    low, high = np.nanpercentile(values, (2.5, 97.5))
    return Interval(auroc(labels, scores), float(low), float(high))


def share_in_favour(labels, ours, theirs, patients, draws: int = 2000, seed: int = 1) -> float:
    """Paired bootstrap over patients: the share of draws in which our AUROC is the higher one (equal counts half)."""
    wins = 0.0
    for weights in patient_draws(patients, draws, seed):
        difference = auroc(labels, ours, weights) - auroc(labels, theirs, weights)
        wins += 1.0 if difference > 0 else 0.5 if difference == 0 else 0.0
    return wins / draws


def clopper_pearson(successes: int, trials: int) -> Interval:
    """An observed share with its exact 95 % interval (Clopper and Pearson 1934)."""
    low = stats.beta.ppf(0.025, successes, trials - successes + 1) if successes > 0 else 0.0
    high = stats.beta.ppf(0.975, successes + 1, trials - successes) if successes < trials else 1.0
    return Interval(successes / trials if trials else float("nan"), float(low), float(high))


def sigmoid(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits))


def platt(logits: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """a and b of sigmoid(a · logit + b) with the least cross entropy (Platt 1999), by Newton's method."""
    design = np.stack([logits, np.ones_like(logits)], axis=1)
    solution = np.array([1.0, 0.0])
    for _ in range(100):
        probability = sigmoid(design @ solution)
        gradient = design.T @ (probability - labels)
        curvature = (design * (probability * (1 - probability))[:, None]).T @ design + 1e-9 * np.eye(2)
        step = np.linalg.solve(curvature, gradient)
        solution = solution - step
        if np.abs(step).max() < 1e-10:
            break
    return float(solution[0]), float(solution[1])


def temperature(logits: np.ndarray, labels: np.ndarray) -> float:
    """t of sigmoid(logit / t) with the least cross entropy (Guo et al. 2017)."""
    candidates = np.exp(np.linspace(np.log(0.1), np.log(10), 2001))
    losses = [cross_entropy(sigmoid(logits / t), labels) for t in candidates]
    return float(candidates[int(np.argmin(losses))])


def calibrated(calibration: dict | None, logits: np.ndarray) -> np.ndarray:
    """Probabilities by a calibration as model.json has it; None: the sigmoid alone."""
    if calibration is None:
        return sigmoid(logits)
    if calibration["kind"] == "temperature":
        return sigmoid(logits / calibration["t"])
    return sigmoid(calibration["a"] * logits + calibration["b"])


def cross_entropy(probabilities: np.ndarray, labels: np.ndarray) -> float:
    clipped = np.clip(probabilities, 1e-7, 1 - 1e-7)
    return float(-(labels * np.log(clipped) + (1 - labels) * np.log(1 - clipped)).mean())


def reliability(probabilities: np.ndarray, labels: np.ndarray, bins: int = 10) -> list[tuple[int, float, float]]:
    """For tenths of the films by probability: how many, the mean probability, the share that is abnormal."""
    order = np.argsort(probabilities, kind="stable")
    return [
        (len(part), float(probabilities[part].mean()), float(labels[part].mean()))
        for part in np.array_split(order, bins)
        if len(part)
    ]


def calibration_error(probabilities: np.ndarray, labels: np.ndarray) -> float:
    """Expected calibration error over ten bins of equally many films."""
    total = len(labels)
    return sum(count / total * abs(mean - share) for count, mean, share in reliability(probabilities, labels))


def predictive_values(sensitivity: float, specificity: float, prevalence: float) -> tuple[float, float]:
    """Positive and negative predictive value (Bayes)."""
    positive = sensitivity * prevalence + (1 - specificity) * (1 - prevalence)
    negative = specificity * (1 - prevalence) + (1 - sensitivity) * prevalence
    ppv = sensitivity * prevalence / positive if positive else float("nan")
    npv = specificity * (1 - prevalence) / negative if negative else float("nan")
    return ppv, npv
