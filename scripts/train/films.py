"""The shared films as arrays: one 8-bit square of 256 × 256 a film, and what is known about it.

    films = Films.read(pathlib.Path("../shared/data/cxr"), cache=pathlib.Path(".build/train"))
    films.pixels.shape      # (13024, 256, 256), memory-mapped
    films.table[0].dataset  # "nih14"
"""

from __future__ import annotations

import csv
import dataclasses
import io
import pathlib
import tarfile

import numpy as np
from PIL import Image

SIDE = 256
# Of the network: what it is trained at last, and the other sizes at which it looks at a film when it scores.
INPUT = 224
OTHER_SIZES = (144,)

# What the network is trained on, in the order of its outputs. The first three have enough test films to be measured and
# are shown; the others help the trunk along and are shown to nobody.
SHOWN = ("abnormal", "pneumonia", "effusion")
HELPERS = ("edema", "atelectasis", "infiltration", "consolidation", "cardiomegaly", "mass", "nodule", "pneumothorax")
GATE = "frontal_chest"
OUTPUTS = SHOWN + HELPERS + (GATE,)

CHILDREN = ("kermany",)


@dataclasses.dataclass(frozen=True)
class Film:
    file: str
    dataset: str
    patient: str
    split: str
    # OUTPUTS without the gate; NaN where the source does not say.
    labels: tuple[float, ...]

    @property
    def is_child(self) -> bool:
        return self.dataset in CHILDREN

    def label(self, name: str) -> float:
        return self.labels[OUTPUTS.index(name)]


def film_of(row: dict[str, str]) -> Film:
    def value(column: str) -> float:
        return float(row[column]) if row[column] else float("nan")

    labels = (1 - value("no_finding"), *(value(name) for name in SHOWN[1:] + HELPERS))
    return Film(row["file"], row["dataset"], row["patient_id"], row["split"], labels)


def square(image: Image.Image) -> np.ndarray:
    """The centre square of an 8-bit grey film, as model.json's `centre-square` cuts it; 256 px on a side."""
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    image = image.crop((left, top, left + side, top + side))
    if side != SIDE:
        image = image.resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    return np.asarray(image, dtype=np.uint8)


@dataclasses.dataclass
class Films:
    table: list[Film]
    pixels: np.ndarray

    @staticmethod
    def read(source: pathlib.Path, cache: pathlib.Path) -> Films:
        if not (source / "labels.csv").is_file():
            raise SystemExit(f"no films at {source}: --films must name the folder with labels.csv and images-*.tar")
        with open(source / "labels.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        cache.mkdir(parents=True, exist_ok=True)
        stored = cache / "films.npy"
        if not stored.is_file():
            decode_all(source, rows, stored)
        pixels = np.load(stored, mmap_mode="r")
        if len(pixels) != len(rows):
            raise SystemExit(f"{stored} has {len(pixels)} films, labels.csv {len(rows)}: remove the cache and start again")
        return Films([film_of(row) for row in rows], pixels)

    def indices(self, split: str | None = None, dataset: str | None = None) -> np.ndarray:
        return np.array(
            [
                index
                for index, film in enumerate(self.table)
                if split in (None, film.split) and dataset in (None, film.dataset)
            ],
            dtype=np.int64,
        )

    def targets(self) -> np.ndarray:
        """[films, outputs], NaN where unknown; every film here is a frontal chest film."""
        return np.array([(*film.labels, 1.0) for film in self.table], dtype=np.float32)


def decode_all(source: pathlib.Path, rows: list[dict[str, str]], stored: pathlib.Path) -> None:
    place = {(row["shard"], row["file"]): index for index, row in enumerate(rows)}
    part = stored.with_suffix(".part.npy")
    pixels = np.lib.format.open_memmap(part, mode="w+", dtype=np.uint8, shape=(len(rows), SIDE, SIDE))
    found = 0
    for shard in sorted({row["shard"] for row in rows}):
        with tarfile.open(source / shard) as tar:
            for member in tar:
                index = place.get((shard, member.name.removeprefix("./")))
                if index is None or (file := tar.extractfile(member)) is None:
                    continue
                with Image.open(io.BytesIO(file.read())) as image:
                    pixels[index] = square(image.convert("L"))
                found += 1
        print(f"decoded {found} of {len(rows)} films", flush=True)
    if found != len(rows):
        raise SystemExit(f"{len(rows) - found} films of labels.csv are not in the tar files of {source}")
    pixels.flush()
    part.rename(stored)


def resized(pixels: np.ndarray, side: int, cache: pathlib.Path) -> np.ndarray:
    """All films at another size (Pillow's bilinear filter with antialiasing), computed once."""
    if side == SIDE:
        return pixels
    stored = cache / f"films-{side}.npy"
    if not stored.is_file():
        part = stored.with_suffix(".part.npy")
        small = np.lib.format.open_memmap(part, mode="w+", dtype=np.uint8, shape=(len(pixels), side, side))
        for index in range(len(pixels)):
            small[index] = np.asarray(Image.fromarray(pixels[index]).resize((side, side), Image.Resampling.BILINEAR))
        small.flush()
        part.rename(stored)
    return np.load(stored, mmap_mode="r")
