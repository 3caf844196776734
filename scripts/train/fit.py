"""The training run: balanced draws of films, growing resolution, averaged weights, a checkpoint after every epoch.

    python fit.py --films ../../../shared/data/cxr --work ../../.build/train/run

Started again with the same --work it goes on where it stopped. The same seed draws the same films in the same order.
"""

from __future__ import annotations

import argparse
import copy
import dataclasses
import json
import math
import pathlib
import time

import numpy as np
import torch
import torch.nn.functional as functional

import films as source
import network
import views

# How often a source is drawn. By their numbers alone, children and one source of adults' normals would be nine in ten films,
# and the network would learn to tell the sources apart.
SHARES = {"kermany": 0.28, "covid_radiography": 0.18, "nih14": 0.27, "rxtorax": 0.20, "tb512": 0.05, "ieee8023": 0.02}
# In the cycles at the end: children's films as often as adults', for by then each adult's film has been seen far more often.
CYCLE_SHARES = {"kermany": 0.42, "covid_radiography": 0.12, "nih14": 0.22, "rxtorax": 0.19, "tb512": 0.03, "ieee8023": 0.02}
# The share of films that the cycles show as they will be scored, so that the statistics of batch normalisation fit them.
CYCLE_PLAIN = 0.5
# NIH labels are mined from reports: about one in ten is wrong.
SMOOTHING = {"nih14": 0.05, "rxtorax": 0.05}
LEAST_SMOOTHING = 0.01
HELPER_WEIGHT = 0.3
GATE_WEIGHT = 0.5


@dataclasses.dataclass(frozen=True)
class Plan:
    """One run. `stages`: side of the network's input and epochs at it."""

    stages: tuple[tuple[int, int], ...] = ((128, 9), (160, 5), (224, 4))
    steps: int = 150
    batch: int = 32
    negatives: int = 3
    rate: float = 6e-4
    decay: float = 0.02
    average: float = 0.998
    # After the last stage: epochs of their own, each from `cycle_rate` down to a twentieth, whose averaged weights are averaged
    # with those before (Izmailov et al. 2018). Off: tried, and no better (see the card).
    cycles: int = 0
    cycle_side: int = source.INPUT
    cycle_rate: float = 1.5e-4
    seed: int = 1
    fraction: float = 1.0
    balanced: bool = True
    smoothing: bool = True
    masking: bool = True
    markers: bool = True
    flips: bool = False

    @property
    def descent(self) -> int:
        """Epochs of the stages, before the cycles."""
        return sum(epochs for _, epochs in self.stages)

    @property
    def epochs(self) -> int:
        return self.descent + self.cycles

    def side(self, epoch: int) -> int:
        for side, epochs in self.stages:
            if epoch < epochs:
                return side
            epoch -= epochs
        return self.cycle_side

    def rate_at(self, step: int) -> float:
        """One epoch of warming up, then half a cosine down to a hundredth; then the cycles."""
        warm, all_steps = self.steps, self.steps * self.descent
        if step >= all_steps:
            return self.cycle_rate * (1 - 0.95 * (step % self.steps) / self.steps)
        if step < warm:
            return self.rate * (step + 1) / warm
        done = (step - warm) / max(1, all_steps - warm)
        return self.rate * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * done)))


class Draws:
    """Which films a step sees."""

    def __init__(self, films: source.Films, plan: Plan):
        self.plan = plan
        train = films.indices("train")
        if plan.fraction < 1:
            patients = sorted({films.table[index].patient for index in train})
            kept = np.random.default_rng(7).permutation(len(patients))[: int(len(patients) * plan.fraction)]
            chosen = {patients[index] for index in kept}
            train = np.array([index for index in train if films.table[index].patient in chosen])
        groups: dict[tuple[str, bool], list[int]] = {}
        for index in train:
            film = films.table[index]
            groups.setdefault((film.dataset, film.label("abnormal") == 1), []).append(index)
        self.groups = {key: np.array(value) for key, value in groups.items()}
        self.count = len(train)
        # Within a source, normal and abnormal alike where it has both.
        both = {dataset: sum(key[0] == dataset for key in groups) for dataset, _ in groups}
        self.keys = sorted(groups)

        def weights(shares: dict[str, float]) -> np.ndarray:
            if plan.balanced:
                weight = [shares[key[0]] / both[key[0]] for key in self.keys]
            else:
                weight = [float(len(groups[key])) for key in self.keys]
            return np.array(weight) / sum(weight)

        self.weights, self.cycle_weights = weights(SHARES), weights(CYCLE_SHARES)

    def at(self, step: int) -> tuple[np.ndarray, np.random.Generator]:
        random = np.random.default_rng((self.plan.seed, step))
        weights = self.weights if step < self.plan.steps * self.plan.descent else self.cycle_weights
        chosen = random.choice(len(self.keys), size=self.plan.batch, p=weights)
        return np.array([random.choice(self.groups[self.keys[group]]) for group in chosen]), random


def weighted_loss(logits: torch.Tensor, targets: torch.Tensor, smoothing: torch.Tensor) -> torch.Tensor:
    """Masked multi-label cross entropy: the mean over the films that state a label, label by label."""
    known = ~targets.isnan()
    smoothed = torch.where(known, targets, 0.0) * (1 - 2 * smoothing) + smoothing
    losses = functional.binary_cross_entropy_with_logits(logits, smoothed, reduction="none") * known
    means = losses.sum(dim=0) / known.sum(dim=0).clamp(min=1)
    weights = torch.tensor([1.0] * len(source.SHOWN) + [HELPER_WEIGHT] * len(source.HELPERS) + [GATE_WEIGHT])
    return (means * weights).sum()


class Average:
    """Exponential moving average of weights and of batch normalisation's statistics."""

    def __init__(self, model: torch.nn.Module):
        self.model = copy.deepcopy(model).eval()

    @torch.no_grad()
    def update(self, model: torch.nn.Module, step: int, decay: float) -> None:
        decay = min(decay, (step + 1) / (step + 10))
        for own, other in zip(self.model.state_dict().values(), model.state_dict().values()):
            if own.is_floating_point():
                own.lerp_(other, 1 - decay)
            else:
                own.copy_(other)


def batch_of(plan: Plan, draws: Draws, films: source.Films, pixels: np.ndarray, targets: np.ndarray, step: int, side: int):
    indices, random = draws.at(step)
    torch_random = torch.Generator().manual_seed(plan.seed * 1_000_003 + step)
    raw = np.stack([pixels[index] for index in indices])
    wanted = targets[indices].copy()
    if not plan.masking:
        wanted = np.nan_to_num(wanted, nan=0.0)
    smoothing = np.array([SMOOTHING.get(films.table[index].dataset, LEAST_SMOOTHING) for index in indices], np.float32)
    if not plan.smoothing:
        smoothing[:] = 0
    if plan.negatives:
        raw[: plan.negatives] = views.not_frontal_chest(raw[: plan.negatives], random)
        wanted[: plan.negatives] = np.nan
        wanted[: plan.negatives, -1] = 0
        smoothing[: plan.negatives] = LEAST_SMOOTHING
    images = torch.from_numpy(raw).unsqueeze(1).float() / 255
    plain = 0.0 if step < plan.steps * plan.descent else CYCLE_PLAIN
    images = views.varied(images, side, torch_random, flips=plan.flips, markers=plan.markers, plain=plain)
    return network.standardised(images), torch.from_numpy(wanted), torch.from_numpy(smoothing)[:, None]


def fit(plan: Plan, films: source.Films, cache: pathlib.Path, work: pathlib.Path, log=print) -> torch.nn.Module:
    work.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(plan.seed)
    draws = Draws(films, plan)
    targets = films.targets()
    model = network.lite0(len(source.OUTPUTS)).to(memory_format=torch.channels_last)
    average = Average(model)
    matrices = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    optimiser = torch.optim.AdamW(
        [{"params": matrices, "weight_decay": plan.decay}, {"params": others, "weight_decay": 0.0}], lr=plan.rate
    )
    state = work / "state.pt"
    first = 0
    # What the averaged weights were at the end of the descent and of each cycle.
    ends: list[dict[str, torch.Tensor]] = []
    if state.is_file():
        saved = torch.load(state, weights_only=True)
        if saved["plan"] != json.dumps(dataclasses.asdict(plan)):
            raise SystemExit(f"{state} is of another plan: give another --work, or remove it")
        model.load_state_dict(saved["model"])
        average.model.load_state_dict(saved["average"])
        optimiser.load_state_dict(saved["optimiser"])
        first = saved["epoch"] + 1
        ends = saved["ends"]
        log(f"going on after epoch {first} of {plan.epochs}")
    log(f"{draws.count} films, {plan.epochs} epochs of {plan.steps} steps of {plan.batch} films")
    for epoch in range(first, plan.epochs):
        side = plan.side(epoch)
        # An eighth larger than the network's input, as 256 is to 224: room to turn and shift. There is no more than 256.
        pixels = source.resized(films.pixels, min(side * 8 // 7, source.SIDE), cache)
        started, total = time.monotonic(), 0.0
        model.train()
        # Dropout is the only other use of torch's own generator.
        torch.manual_seed(plan.seed * 7919 + epoch)
        for step in range(epoch * plan.steps, (epoch + 1) * plan.steps):
            images, wanted, smoothing = batch_of(plan, draws, films, pixels, targets, step, side)
            for group in optimiser.param_groups:
                group["lr"] = plan.rate_at(step)
            optimiser.zero_grad()
            loss = weighted_loss(model(images.contiguous(memory_format=torch.channels_last)), wanted, smoothing)
            loss.backward()
            optimiser.step()
            average.update(model, step if epoch < plan.descent else step % plan.steps, plan.average)
            total += loss.item()
        if epoch >= plan.descent - 1:
            ends.append(copy.deepcopy(average.model.state_dict()))
            average = Average(model)
        torch.save(
            {
                "plan": json.dumps(dataclasses.asdict(plan)),
                "epoch": epoch,
                "model": model.state_dict(),
                "average": average.model.state_dict(),
                "optimiser": optimiser.state_dict(),
                "ends": ends,
            },
            state.with_suffix(".part"),
        )
        state.with_suffix(".part").rename(state)
        seconds = time.monotonic() - started
        log(f"epoch {epoch + 1}/{plan.epochs} side {side} loss {total / plan.steps:.4f} {seconds:.0f} s", flush=True)
    average.model.load_state_dict(mean_of(ends))
    return average.model


def mean_of(states: list[dict[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    """Element by element; whole numbers (how many batches were seen) from the last."""
    return {
        name: torch.stack([state[name] for state in states]).mean(dim=0) if value.is_floating_point() else value
        for name, value in states[-1].items()
    }


def plan_from(text: argparse.Namespace) -> Plan:
    stages = tuple((int(side), int(epochs)) for side, epochs in (stage.split("x") for stage in text.stages.split(",")))
    return Plan(
        stages=stages, steps=text.steps, seed=text.seed, fraction=text.fraction, rate=text.rate, average=text.average,
        balanced=not text.unbalanced, smoothing=not text.no_smoothing, masking=not text.no_masking,
        markers=not text.no_masked_corners, flips=text.flips, cycles=text.cycles,
    )  # fmt: skip


def arguments(parser: argparse.ArgumentParser) -> None:
    standard = Plan()
    stages = ",".join(f"{side}x{epochs}" for side, epochs in standard.stages)
    parser.add_argument("--films", type=pathlib.Path, required=True, help="folder with labels.csv and images-*.tar")
    parser.add_argument("--work", type=pathlib.Path, required=True, help="checkpoints; a run that was stopped goes on from here")
    parser.add_argument("--cache", type=pathlib.Path, help="decoded films (default: beside --work)")
    parser.add_argument("--stages", default=stages, help=f"SIDExEPOCHS,… (default {stages})")
    parser.add_argument("--steps", type=int, default=standard.steps, help="steps in an epoch, each of 32 films")
    parser.add_argument("--cycles", type=int, default=standard.cycles, help="epochs whose weights are averaged at the end")
    parser.add_argument("--seed", type=int, default=standard.seed)
    parser.add_argument("--rate", type=float, default=standard.rate, help="highest learning rate")
    parser.add_argument("--average", type=float, default=standard.average, help="decay of the weights' average; 0: none")
    parser.add_argument("--fraction", type=float, default=1.0, help="share of the training patients, for ablations")
    parser.add_argument("--unbalanced", action="store_true", help="draw films as often as there are")
    parser.add_argument("--no-smoothing", action="store_true", help="take mined labels at their word")
    parser.add_argument("--no-masking", action="store_true", help="take a label that a source does not state for absent")
    parser.add_argument("--no-masked-corners", action="store_true", help="leave corners and markers as they are")
    parser.add_argument("--flips", action="store_true", help="mirror half of the films")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments(parser)
    text = parser.parse_args()
    cache = text.cache or text.work.parent
    films = source.Films.read(text.films, cache)
    fit(plan_from(text), films, cache, text.work)


if __name__ == "__main__":
    main()
