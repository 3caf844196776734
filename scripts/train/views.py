"""What a film may look like from one epoch to the next, and what is no frontal chest film at all.

Never mirrored: the heart is on one side. Everything works on batches of floats in 0…1, [images, 1, side, side].
"""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as functional
from PIL import Image, ImageDraw


def varied(
    films: torch.Tensor, side: int, random: torch.Generator, flips: bool = False, markers: bool = True, plain: float = 0.0
) -> torch.Tensor:
    """Rotated, scaled, shifted, stretched; darker or lighter; blurred or sharpened; noisy; corners and patches masked.

    `plain`: the share of films that are only resized, as they are when they are scored."""
    count = len(films)

    def uniform(low: float, high: float) -> torch.Tensor:
        return torch.rand(count, generator=random) * (high - low) + low

    def chance(probability: float) -> torch.Tensor:
        return torch.rand(count, generator=random) < probability

    angle, scale = uniform(-10, 10) * (math.pi / 180), uniform(0.82, 1.1)
    aspect, shear = uniform(0.94, 1.06), uniform(-0.06, 0.06)
    cosine, sine = angle.cos() * scale, angle.sin() * scale
    mirror = torch.where(chance(0.5), -1.0, 1.0) if flips else torch.ones(count)
    transform = torch.stack(
        [
            torch.stack([cosine * aspect * mirror, -sine + shear, uniform(-0.08, 0.08)], dim=1),
            torch.stack([sine * mirror, cosine / aspect, uniform(-0.08, 0.08)], dim=1),
        ],
        dim=1,
    )
    grid = functional.affine_grid(transform, [count, 1, side, side], align_corners=False)
    padding = "zeros" if torch.rand(1, generator=random) < 0.7 else "border"
    images = functional.grid_sample(films, grid, mode="bilinear", padding_mode=padding, align_corners=False)
    images = in_another_light(images, random)
    if markers:
        images = masked(images, random)
    if plain > 0:
        as_scored = functional.interpolate(films, size=(side, side), mode="bilinear", antialias=True)
        images = torch.where(chance(plain).view(-1, 1, 1, 1), as_scored, images)
    return images


def in_another_light(images: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    count = len(images)
    side = images.shape[-1]
    gamma = torch.exp(torch.rand(count, 1, 1, 1, generator=random) * 0.9 - 0.45)
    images = images.clamp(0, 1) ** gamma
    # Films of one source are sharper than those of another: sharpness must say nothing.
    kind = torch.rand(count, generator=random)
    widths = (0.5 + torch.rand(1, generator=random).item()) * side / 224
    blurred = gaussian(images, widths)
    images = torch.where((kind < 0.3).view(-1, 1, 1, 1), blurred, images)
    sharper = (kind > 0.8).view(-1, 1, 1, 1)
    images = torch.where(sharper, images + (images - blurred) * 0.8, images)
    noisy = (torch.rand(count, 1, 1, 1, generator=random) < 0.25) * torch.rand(count, 1, 1, 1, generator=random) * 0.03
    images = images + noisy * torch.randn(images.shape, generator=random)
    # Window too narrow: the darkest and the lightest parts are cut off.
    low = torch.rand(count, 1, 1, 1, generator=random) * 0.1 - 0.05
    high = 1 - (torch.rand(count, 1, 1, 1, generator=random) * 0.15 - 0.05)
    return ((images - low) / (high - low)).clamp(0, 1)


def gaussian(images: torch.Tensor, sigma: float) -> torch.Tensor:
    radius = max(1, math.ceil(2.5 * sigma))
    taps = torch.exp(-(torch.arange(-radius, radius + 1) ** 2) / (2 * sigma**2))
    taps = (taps / taps.sum()).view(1, 1, 1, -1)
    images = functional.conv2d(functional.pad(images, (radius, radius, 0, 0), mode="replicate"), taps)
    return functional.conv2d(functional.pad(images, (0, 0, radius, radius), mode="replicate"), taps.transpose(2, 3))


def masked(images: torch.Tensor, random: torch.Generator) -> torch.Tensor:
    """Corners, where side markers and hospitals' names stand, and small patches anywhere."""
    images = images.clone()
    side = images.shape[-1]

    def number(low: float, high: float) -> float:
        return torch.rand(1, generator=random).item() * (high - low) + low

    for image in images[:, 0]:
        for top in (True, False):
            for left in (True, False):
                if number(0, 1) < 0.2:
                    height, width = int(number(0.06, 0.2) * side), int(number(0.06, 0.25) * side)
                    rows = slice(0, height) if top else slice(side - height, side)
                    columns = slice(0, width) if left else slice(side - width, side)
                    image[rows, columns] = number(0, 1) if number(0, 1) < 0.3 else 0
        if number(0, 1) < 0.15:
            height, width = int(number(0.06, 0.2) * side), int(number(0.06, 0.2) * side)
            row, column = int(number(0, side - height)), int(number(0, side - width))
            image[row : row + height, column : column + width] = number(0, 1)
    return images


def not_frontal_chest(films: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """One 8-bit image for each film, of the same size, that the gate must refuse: films turned, inverted or cut to pieces,
    and images that formulas give. Test zoos are made of other things (see `zoo.py`)."""
    return np.stack([NEGATIVES[random.integers(len(NEGATIVES))](film, random) for film in films])


def _turned(film: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return np.rot90(film, random.integers(1, 4)).copy()


def _upside_down(film: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return film[::-1].copy()


def _inverted(film: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return 255 - film


def _detail(film: np.ndarray, random: np.random.Generator) -> np.ndarray:
    side = len(film)
    part = int(side * random.uniform(0.15, 0.4))
    row, column = random.integers(side - part, size=2)
    detail = Image.fromarray(film[row : row + part, column : column + part])
    return np.asarray(detail.resize((side, side), Image.Resampling.BILINEAR))


def _shuffled(film: np.ndarray, random: np.random.Generator) -> np.ndarray:
    side = len(film)
    cells = int(random.integers(2, 6))
    edge = side // cells
    tiles = [
        film[row * edge : (row + 1) * edge, column * edge : (column + 1) * edge] for row in range(cells) for column in range(cells)
    ]
    order = random.permutation(len(tiles))
    out = np.zeros_like(film)
    for place, tile in enumerate(order):
        row, column = divmod(place, cells)
        out[row * edge : (row + 1) * edge, column * edge : (column + 1) * edge] = tiles[tile]
    return out


def _screen(film: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A viewer's window: panels, lines of text, the film small in it or not at all."""
    side = len(film)
    paper = int(random.integers(256))
    canvas = Image.new("L", (side, side), paper)
    draw = ImageDraw.Draw(canvas)
    ink = int((paper + random.integers(80, 176)) % 256)
    if random.random() < 0.5:
        small = int(side * random.uniform(0.2, 0.5))
        place = tuple(int(value) for value in random.integers(0, side - small, 2))
        canvas.paste(Image.fromarray(film).resize((small, small), Image.Resampling.BILINEAR), place)
    for _ in range(int(random.integers(2, 7))):
        x, y = (int(value) for value in random.integers(0, side, 2))
        draw.rectangle((x, y, x + int(random.integers(8, side)), y + int(random.integers(4, side // 3))), outline=ink,
                       fill=int(random.integers(256)) if random.random() < 0.4 else None)
    for _ in range(int(random.integers(4, 30))):
        words = "".join(chr(int(code)) for code in random.integers(48, 123, random.integers(3, 24)))
        draw.text(tuple(int(value) for value in random.integers(0, side, 2)), words, fill=ink)
    return np.asarray(canvas)


def _noise(film: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Noise of a random colour: white, pink, clouds."""
    side = len(film)
    spectrum = np.fft.rfft2(random.standard_normal((side, side)))
    frequency = np.hypot(np.fft.fftfreq(side)[:, None], np.fft.rfftfreq(side)[None]) + 1 / side
    values = np.fft.irfft2(spectrum * frequency ** -random.uniform(0, 2.2), s=(side, side))
    low, high = np.percentile(values, (1, 99))
    return (np.clip((values - low) / (high - low + 1e-9), 0, 1) * 255).astype(np.uint8)


def _shapes(film: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Ellipses in a body of their own on black: what a slice or a phantom looks like."""
    side = len(film)
    row, column = np.mgrid[0:side, 0:side] / side - 0.5
    image = np.zeros((side, side))

    def ellipse(limit: float) -> np.ndarray:
        turn = random.uniform(0, math.pi)
        x, y = random.uniform(-limit, limit, 2)
        a, b = random.uniform(0.05, 0.48, 2)
        u = (column - x) * math.cos(turn) + (row - y) * math.sin(turn)
        v = (row - y) * math.cos(turn) - (column - x) * math.sin(turn)
        return (u / a) ** 2 + (v / b) ** 2 < 1

    body = (column / random.uniform(0.25, 0.48)) ** 2 + (row / random.uniform(0.25, 0.48)) ** 2 < 1
    image[body] = random.uniform(0.2, 0.8)
    for _ in range(int(random.integers(1, 12))):
        image[ellipse(0.35) & (body | (random.random() < 0.2))] += random.uniform(-0.5, 0.5)
    texture = _noise(film, random) / 255 * random.uniform(0, 0.3)
    return (np.clip(image + texture * (image > 0), 0, 1) * 255).astype(np.uint8)


def _slope(film: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Nearly nothing: a slope, a step wedge, a grid, a film that missed the patient."""
    side = len(film)
    row, column = np.mgrid[0:side, 0:side] / side
    turn = random.uniform(0, 2 * math.pi)
    values = column * math.cos(turn) + row * math.sin(turn)
    kind = random.integers(3)
    if kind == 1:
        values = np.floor(values * random.integers(3, 12))
    elif kind == 2:
        values = np.sin(column * random.uniform(5, 120)) * np.sin(row * random.uniform(5, 120))
    values = (values - values.min()) / (np.ptp(values) + 1e-9)
    values = random.uniform(0, 0.6) + values * random.uniform(0.02, 0.4) + random.standard_normal((side, side)) * 0.02
    return (np.clip(values, 0, 1) * 255).astype(np.uint8)


def _mosaic(film: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """The same film two or three times over, as a sheet of small pictures."""
    side = len(film)
    cells = int(random.integers(2, 4))
    edge = -(-side // cells)
    small = np.asarray(Image.fromarray(film).resize((edge, edge), Image.Resampling.BILINEAR))
    return np.tile(small, (cells, cells))[:side, :side]


# Turned and inverted films are the likeliest in a hospital, and come more often.
NEGATIVES = (
    _turned, _turned, _turned, _upside_down, _upside_down, _inverted, _inverted, _inverted,
    _detail, _detail, _shuffled, _screen, _screen, _noise, _shapes, _shapes, _slope, _mosaic,
)  # fmt: skip
