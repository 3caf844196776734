"""Chest films that are nobody's: neighbours mixed in the latent space of a class's eigen-images."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from films import SIDE

COMPONENTS = 300
NEIGHBOURS_OF = 12
MIXED = 4
MOST_WEIGHT = 0.34
LATENT_NOISE = 0.1
TEXTURE = 0.08
# Cut off at each side: there the mixture holds what was drawn out beyond the films' edges.
MARGIN = 12
# A flat film is drawn out to the detector's range, by this factor at most.
MOST_GAIN = 1.5


@dataclass
class EigenFilms:
    """A class's mean, eigen-images (components × pixels), and the latent places of its films."""

    mean: np.ndarray
    images: np.ndarray
    latent: np.ndarray
    deviation: np.ndarray
    texture_map: np.ndarray
    spectrum: np.ndarray
    places: np.ndarray

    @classmethod
    def fit(cls, films, places):
        flat = films.reshape(len(films), -1)
        mean = flat.mean(0)
        flat = flat - mean
        # The eigenvectors of the small matrix of inner products are those of the large covariance.
        values, vectors = np.linalg.eigh((flat @ flat.T / len(films)).astype(np.float64))
        count = min(COMPONENTS, len(films) // 3)
        images = vectors[:, ::-1][:, :count].T.astype(np.float32) @ flat
        images /= np.linalg.norm(images, axis=1, keepdims=True)
        # An eigenvector's sign is free; fixed here, so that the latent noise does not depend on the library.
        images *= np.sign(images[np.arange(count), np.abs(images).argmax(1)])[:, None]
        latent = flat @ images.T
        left_out = (flat - latent @ images).reshape(films.shape)
        texture_map = np.sqrt(ndimage.gaussian_filter((left_out**2).mean(0), 6))
        spectrum = np.mean([radial_spectrum(film / film.std()) for film in films[:200]], axis=0)
        return cls(mean, images, latent, latent.std(0), texture_map / texture_map.mean(), spectrum, places)

    def film(self, latent):
        return (self.mean + latent @ self.images).reshape(SIDE, SIDE)


def mixture(model, seed):
    """One film (256 × 256, 8-bit scale), and what it was mixed from: places in the collection with their weights.

    Four near neighbours, each with latent noise, drawn onto their common shape before they are added: without that the
    ribs of four chests lie beside each other and the film is soft. A texture layer takes the place of what that lost.
    """
    draw = np.random.default_rng(seed)
    first = draw.integers(len(model.latent))
    distance = ((model.latent[:, :60] - model.latent[first, :60]) ** 2).sum(1)
    near = np.argsort(distance, kind="stable")[1:NEIGHBOURS_OF]
    chosen = np.concatenate([[first], draw.choice(near, MIXED - 1, replace=False)])
    weights = np.minimum(draw.dirichlet(np.full(MIXED, 12.0)), MOST_WEIGHT)
    while weights.max() > MOST_WEIGHT or abs(weights.sum() - 1) > 1e-9:
        weights = np.minimum(weights / weights.sum(), MOST_WEIGHT)
    noise = LATENT_NOISE * model.deviation * draw.standard_normal(len(model.deviation))
    pictures = np.stack([model.film((model.latent[place] + noise).astype(np.float32)) for place in chosen])
    shifts = common_shape(pictures, weights)
    mixed = sum(weight * _moved(picture, shift, order=3) for weight, picture, shift in zip(weights, pictures, shifts))
    mixed = mixed + TEXTURE * texture(model, mixed, draw)
    return np.clip(mixed, 0, 255), list(zip(model.places[chosen].tolist(), weights.tolist()))


def texture(model, film, draw):
    """Noise with the spectrum that the film lacks beside real ones, as strong from place to place as what eigen-images leave out."""
    lacking = np.sqrt(np.clip(model.spectrum * film.var() - radial_spectrum(film), 0, None))
    lacking[:10] = 0
    frequency = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)) * SIDE
    amplitude = np.interp(frequency, np.arange(len(lacking)), lacking)
    noise = np.fft.irfft2(np.fft.rfft2(draw.standard_normal((SIDE, SIDE))) * amplitude, (SIDE, SIDE))
    return noise * model.texture_map


def radial_spectrum(film):
    """Power by whole cycles per picture, 0 … 128; of the film under a Hann window."""
    window = np.hanning(SIDE)[:, None] * np.hanning(SIDE)
    power = np.abs(np.fft.fft2((film - film.mean()) * window)) ** 2 / (window**2).sum()
    frequency = np.hypot(np.fft.fftfreq(SIDE)[:, None], np.fft.fftfreq(SIDE)) * SIDE
    ring = np.rint(frequency).astype(int)
    return (np.bincount(ring.ravel(), power.ravel()) / np.bincount(ring.ravel()))[: SIDE // 2 + 1]


def common_shape(pictures, weights, side=SIDE // 2):
    """Displacements (count × 2 × 256 × 256) that lay the pictures over their weighted mean shape: symmetric demons, coarse to fine."""
    grid = np.mgrid[:side, :side].astype(np.float32)
    small = np.stack([_evened(ndimage.zoom(ndimage.gaussian_filter(picture, 1), side / SIDE, order=1)) for picture in pictures])
    shifts = np.zeros((len(pictures), 2, side, side), np.float32)
    for blur, rounds in ((3, 50), (1.5, 50), (0.7, 30)):
        soft = ndimage.gaussian_filter(small, (0, blur, blur))
        soft /= soft.std()
        for _ in range(rounds):
            moved = [ndimage.map_coordinates(picture, grid + shift, order=1, mode="nearest") for picture, shift in zip(soft, shifts)]
            mean = sum(weight * picture for weight, picture in zip(weights, moved))
            slope = np.stack(np.gradient(mean))
            for number, picture in enumerate(moved):
                difference = mean - picture
                direction = (slope + np.stack(np.gradient(picture))) / 2
                step = difference * direction / ((direction**2).sum(0) + difference**2 / 9 + 1e-3)
                shifts[number] = ndimage.gaussian_filter(shifts[number] + np.clip(step, -0.8, 0.8), (0, 2.5, 2.5))
            shifts -= np.tensordot(weights, shifts, 1)
    scale = SIDE / side
    return np.stack([[ndimage.zoom(axis, scale, order=1) * scale for axis in shift] for shift in shifts])


def _evened(picture):
    ground = ndimage.gaussian_filter(picture, 8)
    return (picture - ground) / (np.sqrt(ndimage.gaussian_filter((picture - ground) ** 2, 8)) + 4)


def _moved(picture, shift, order):
    grid = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    return ndimage.map_coordinates(picture, grid + shift, order=order, mode="nearest")


def rendered(mixed, size, bits, seed):
    """The film as a detector writes it: enlarged to `size` × `size`, a little sharpened, with quantum noise; 0 … 2^bits − 1."""
    inner = mixed[MARGIN:-MARGIN, MARGIN:-MARGIN]
    large = ndimage.zoom(inner, size / len(inner), order=3, mode="nearest", grid_mode=True)
    black, white = np.percentile(large, (1, 99))
    gain = min(220 / (white - black), MOST_GAIN)
    large = (0.5 * 255 + gain * (large - (black + white) / 2)) / 255
    large = large + 0.6 * (large - ndimage.gaussian_filter(large, size / 230))
    # Bright is little exposure: its quantum noise is the stronger.
    noise = ndimage.gaussian_filter(np.random.default_rng(seed).standard_normal(large.shape), 0.6)
    large = large + noise * (0.002 + 0.004 * np.clip(large, 0, 1))
    return np.rint(np.clip(0.03 + 0.94 * large, 0, 1) * (2**bits - 1)).astype(np.uint16)
