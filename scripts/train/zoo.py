"""Pictures that are no upright frontal chest film, to try the gate on; none of them is trained on.

Test films of the shared set, turned and inverted; the test files of pydicom and the pictures of scikit-image and scikit-learn;
slices of the MNI brain that nilearn carries; the Shepp and Logan phantom. All come with packages of the Python registry.
"""

from __future__ import annotations

import pathlib
import warnings

import numpy as np
from PIL import Image

import films as source


def as_square(pixels: np.ndarray) -> np.ndarray:
    """Any grey picture as the recipe would see it: stretched to 8 bits, its centre square, 256 px."""
    values = np.asarray(pixels, dtype=np.float64)
    if values.ndim == 3:
        values = values[..., :3].mean(axis=-1)
    low, high = values.min(), values.max()
    grey = ((values - low) / (high - low) * 255 if high > low else values * 0).astype(np.uint8)
    return source.square(Image.fromarray(grey))


def turned(squares: np.ndarray) -> dict[str, np.ndarray]:
    return {
        "films turned to the left": np.rot90(squares, 1, axes=(1, 2)),
        "films turned to the right": np.rot90(squares, 3, axes=(1, 2)),
        "films upside down (turned by 180°)": np.rot90(squares, 2, axes=(1, 2)),
        "films mirrored upside down": squares[:, ::-1],
        "films inverted": 255 - squares,
    }


def others() -> dict[str, np.ndarray]:
    groups = {
        "pydicom's test files": list(pydicom_pictures()),
        "scikit-image's and scikit-learn's pictures": list(scikit_pictures()),
        "slices of the MNI brain": list(brain_slices()),
        "the Shepp and Logan phantom": list(phantoms()),
    }
    return {name: np.stack([as_square(picture) for picture in pictures]) for name, pictures in groups.items() if pictures}


def pydicom_pictures():
    import pydicom

    for path in sorted((pathlib.Path(pydicom.__file__).parent / "data" / "test_files").rglob("*.dcm")):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                data = pydicom.dcmread(path)
                pixels = data.pixel_array
        except Exception:
            continue
        if int(data.get("NumberOfFrames") or 1) > 1:
            pixels = pixels[len(pixels) // 2]
        if pixels.ndim >= 2 and min(pixels.shape[:2]) >= 32:
            yield pixels


def scikit_pictures():
    import skimage.data
    from sklearn.datasets import load_sample_images

    for name in sorted(skimage.data.__all__):
        if name in ("download_all", "data_dir", "shepp_logan_phantom", "binary_blobs", "file_hash"):
            continue
        try:
            picture = np.asarray(getattr(skimage.data, name)())
        except Exception:
            # Pictures that the package would have to fetch from elsewhere.
            continue
        if picture.ndim >= 2 and picture.shape[-1] in (3, 4) or picture.ndim == 2:
            yield picture
    yield from load_sample_images().images


def brain_slices():
    from nilearn.datasets import load_mni152_template

    volume = np.asarray(load_mni152_template(resolution=2).get_fdata())
    for axis in range(3):
        for at in np.linspace(0.3, 0.7, 9):
            yield np.rot90(np.take(volume, int(volume.shape[axis] * at), axis=axis))


def phantoms():
    import skimage.data

    phantom = skimage.data.shepp_logan_phantom()
    yield phantom
    yield phantom.max() - phantom
