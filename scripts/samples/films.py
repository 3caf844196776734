"""The films the eigen-images are fitted on: read, freed of markers, laid over each other. They stay in memory and in `--work`."""

import csv
import io
import tarfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from scipy import ndimage

SIDE = 256
MOST_FILMS = 1500
MOST_BEYOND_EDGE = 16
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE].astype(np.float32)


def _any(row, *labels):
    return any(row[label] == "1" for label in labels)


# Only NIH films (free with attribution) and Kermany's (CC BY 4.0); the sets of other or unclear origin are left out.
CLASSES = {
    "adult-normal": lambda row: row["dataset"] == "covid_radiography" and row["no_finding"] == "1",
    "adult-effusion": lambda row: row["dataset"] in ("rxtorax", "nih14") and row["effusion"] == "1",
    "adult-pneumonia": lambda row: row["dataset"] == "nih14" and _any(row, "pneumonia", "edema", "infiltration", "consolidation"),
    "child-normal": lambda row: row["dataset"] == "kermany" and row["no_finding"] == "1",
    "child-pneumonia": lambda row: row["dataset"] == "kermany" and row["pneumonia"] == "1",
}


@dataclass
class Collection:
    """Every film of the folder: `pixels` (count × 256 × 256, 8 bits, centre squares) and its rows of labels.csv."""

    pixels: np.ndarray
    rows: list

    @classmethod
    def read(cls, folder):
        folder = Path(folder)
        with open(folder / "labels.csv", newline="") as table:
            rows = list(csv.DictReader(table))
        place = {row["file"]: number for number, row in enumerate(rows)}
        pixels = np.zeros((len(rows), SIDE, SIDE), np.uint8)
        for name in sorted({row["shard"] for row in rows}):
            with tarfile.open(folder / name) as tar:
                for member in tar:
                    number = place.get(member.name.removeprefix("./"))
                    if number is not None:
                        pixels[number] = _centre_square(Image.open(io.BytesIO(tar.extractfile(member).read())))
        return cls(pixels, rows)

    def members(self, name):
        """Places of the films of a class, at most `MOST_FILMS` of them, drawn with a fixed seed."""
        places = np.array([number for number, row in enumerate(self.rows) if CLASSES[name](row)])
        if len(places) > MOST_FILMS:
            places = np.sort(np.random.default_rng(1).choice(places, MOST_FILMS, replace=False))
        return places


def _centre_square(image):
    image = image.convert("L")
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    image = image.crop((left, top, left + side, top + side))
    return np.asarray(image if side == SIDE else image.resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def prepared(collection, name):
    """The films of a class without markers, laid over each other (float32); and their places in the collection.

    A film that fits badly or that had to be moved beyond its edge is left out.
    """
    places = collection.members(name)
    films, fit, beyond = aligned(np.stack([without_markers(collection.pixels[place]) for place in places]))
    kept = (fit > np.percentile(fit, 20)) & (beyond <= MOST_BEYOND_EDGE)
    return films[kept], places[kept]


def without_markers(film):
    """Paints over what is small, sharp and much brighter than its surroundings: letters, arrows, electrodes, necklaces."""
    film = film.astype(np.float32)
    ground = ndimage.grey_opening(ndimage.median_filter(film, 3), size=(13, 13))
    excess = film - ground
    near_edge = np.minimum(np.minimum(COLUMNS, SIDE - 1 - COLUMNS), ROWS) < 0.24 * SIDE
    regions, count = ndimage.label(excess > np.where(near_edge, 35, 65))
    if not count:
        return film
    numbers = np.arange(1, count + 1)
    size, peak = ndimage.sum(regions > 0, regions, numbers), ndimage.maximum(excess, regions, numbers)
    marker = np.isin(regions, numbers[(size < 500) & (peak > 55)])
    cover = ndimage.gaussian_filter(ndimage.binary_dilation(marker, iterations=3).astype(np.float32), 1.5)
    cover = np.clip(1.5 * cover, 0, 1)
    return film * (1 - cover) + ndimage.gaussian_filter(ground, 4) * cover


def standardised(pictures):
    return (pictures - pictures.mean((-2, -1), keepdims=True)) / (pictures.std((-2, -1), keepdims=True) + 1e-6)


def aligned(films):
    """Shifts and scales each film to the mean of its class, sought at a quarter of the size.

    With them: how well each fits (1 is the best of them), and by how many pixels it was drawn out beyond its edge.
    """
    small = np.stack([ndimage.zoom(ndimage.gaussian_filter(film, 1.5), 0.25, order=1) for film in films])
    side, reach = SIDE // 4, 10
    middle = (side - 1) / 2
    window = np.hanning(side)[:, None] * np.hanning(side)
    grid = np.mgrid[:side, :side].astype(np.float32) - middle
    places = np.tile(np.array([1.0, 0, 0], np.float32), (len(films), 1))
    target = standardised(standardised(small).mean(0))
    for _ in range(3):
        wanted = np.conj(np.fft.rfft2(standardised(target) * window))
        best = np.full(len(films), -np.inf)
        for scale in (0.82, 0.88, 0.94, 1.0, 1.06, 1.12, 1.18):
            scaled = np.stack([ndimage.map_coordinates(film, grid * scale + middle, order=1, mode="nearest") for film in small])
            match = np.fft.fftshift(np.fft.irfft2(np.fft.rfft2(standardised(standardised(scaled) * window)) * wanted), (1, 2))
            near = slice(side // 2 - reach, side // 2 + reach + 1)
            match = match[:, near, near].reshape(len(films), -1)
            peak = match.argmax(1)
            value = match[np.arange(len(films)), peak]
            better = value > best
            best[better] = value[better]
            across = 2 * reach + 1
            places[better] = np.stack([np.full(len(films), scale), peak // across - reach, peak % across - reach], 1)[better]
        moved = [
            ndimage.map_coordinates(film, [grid[0] * scale + middle + down, grid[1] * scale + middle + right], order=1, mode="nearest")
            for film, (scale, down, right) in zip(small, places)
        ]
        target = standardised(standardised(np.stack(moved)).mean(0))
    middle = (SIDE - 1) / 2
    full = [
        ndimage.map_coordinates(
            film, [(ROWS - middle) * scale + middle + 4 * down, (COLUMNS - middle) * scale + middle + 4 * right], order=1, mode="nearest"
        )
        for film, (scale, down, right) in zip(films, places)
    ]
    beyond = middle * (places[:, 0] - 1) + 4 * np.abs(places[:, 1:]).max(1)
    return np.stack(full).astype(np.float32), best / best.max(), beyond
