"""How like the synthetic films are to real ones: no film of anybody may be recognisable in them.

Three correlations, each with every film: of the whole pictures; of their fine structure (what a Gaussian of 3 pixels of 256
takes out); and of the fine structure in 64 × 64 windows. Taken twice: against the films the eigen-images were fitted on, laid
over each other as they were then (the likeness is highest there), and against every film of the folder as it is. The fine
structure is also sought at every shift and six scales.
"""

import numpy as np
from scipy import fft, ndimage

from films import SIDE, standardised

IN_PLACE = ("whole", "fine", "windows")
MEASURES = (*IN_PLACE, "shifted")
# Not to be exceeded by any synthetic film with any real one.
BOUNDS = {"whole": 0.98, "fine": 0.50, "windows": 0.85, "shifted": 0.60}
SCALES = (0.82, 0.88, 0.94, 1.0, 1.06, 1.12)
WINDOW = 64
CHUNK = 512


def fine(pictures, blur=3):
    pictures = np.asarray(pictures, np.float32)
    return pictures - ndimage.gaussian_filter(pictures, (0, blur, blur))


def in_place(synthetic, real):
    """The three correlations without any shift: `whole`, `fine`, `windows`, each (synthetic × real)."""
    side = synthetic.shape[-1]
    parts = {
        "whole": (_flat(synthetic), _flat(real)),
        "fine": (_flat(fine(synthetic)), _flat(fine(real))),
    }
    found = {name: a @ b.T for name, (a, b) in parts.items()}
    a, b = fine(synthetic), fine(real)
    windows = []
    for top in range(0, side - WINDOW + 1, WINDOW // 2):
        for left in range(0, side - WINDOW + 1, WINDOW // 2):
            cut = np.s_[:, top : top + WINDOW, left : left + WINDOW]
            windows.append(_flat(a[cut]) @ _flat(b[cut]).T)
    found["windows"] = np.max(windows, axis=0)
    return found


def _flat(pictures):
    pictures = standardised(np.asarray(pictures, np.float32)).reshape(len(pictures), -1)
    return pictures / np.sqrt(pictures.shape[1])


def shifted(synthetic, real):
    """The highest correlation of the fine structure over all shifts and the scales, at half size (synthetic × real)."""
    side = SIDE // 2
    window = np.outer(np.hanning(side), np.hanning(side)).astype(np.float32)
    middle = (side - 1) / 2
    grid = np.mgrid[:side, :side].astype(np.float32) - middle
    small = _half(synthetic)
    templates = []
    for picture in small:
        for scale in SCALES:
            scaled = ndimage.map_coordinates(picture, grid * scale + middle, order=1, mode="nearest")
            templates.append(scaled)
    wanted = np.conj(fft.rfft2(_unit(fine(templates, 1.5) * window)))
    found = np.full((len(synthetic), len(real)), -1.0, np.float32)
    for number, picture in enumerate(_half(real)):
        spectrum = fft.rfft2(_unit(fine(picture[None], 1.5) * window))
        peaks = fft.irfft2(spectrum * wanted, (side, side), workers=2).max((1, 2))
        found[:, number] = peaks.reshape(len(synthetic), len(SCALES)).max(1)
    return found


def _half(pictures):
    pictures = np.asarray(pictures, np.float32)
    side = pictures.shape[-1]
    if side != SIDE:
        pictures = np.stack([ndimage.zoom(picture, SIDE / side, order=1, grid_mode=True, mode="nearest") for picture in pictures])
    return pictures.reshape(len(pictures), SIDE // 2, 2, SIDE // 2, 2).mean((2, 4))


def _unit(pictures):
    pictures = pictures - pictures.mean((1, 2), keepdims=True)
    return pictures / np.linalg.norm(pictures, axis=(1, 2), keepdims=True)


def highest(synthetic, collection):
    """The highest of each measure of each synthetic film with any film of the collection as it is."""
    found = {name: np.full(len(synthetic), -1.0) for name in MEASURES}
    for start in range(0, len(collection.pixels), CHUNK):
        real = collection.pixels[start : start + CHUNK]
        values = in_place(synthetic, real) | {"shifted": shifted(synthetic, real)}
        for name, value in values.items():
            found[name] = np.maximum(found[name], value.max(1))
    return found


def nearest_other(real, places, inner):
    """For comparison: how like real films at `places` are to the other real film that is most like them."""
    found = {name: np.full(len(places), -1.0) for name in IN_PLACE}
    for start in range(0, len(real), CHUNK):
        values = in_place(real[places][inner], real[start : start + CHUNK][inner])
        for name, value in values.items():
            for row, place in enumerate(places):
                if start <= place < start + CHUNK:
                    value[row, place - start] = -1
            found[name] = np.maximum(found[name], value.max(1))
    return found
