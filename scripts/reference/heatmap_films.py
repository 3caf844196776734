#!/usr/bin/env python3
"""Cuts the films out of SampleStudies/ that Tests/InferenceTests tries heat maps on: 256 × 256, 8 bits, row by row.

    python3 heatmap_films.py     # needs numpy and pydicom
"""

import pathlib

import numpy as np
import pydicom

ROOT = pathlib.Path(__file__).resolve().parents[2]
FILMS = {"effusion": "26-effusion-big-endian", "child-pneumonia": "25-child-pneumonia-arabic"}

for name, study in FILMS.items():
    data = pydicom.dcmread(next((ROOT / "SampleStudies" / study).glob("*-frontal.dcm")))
    pixels = data.pixel_array.astype(np.float64) / ((1 << data.BitsStored) - 1)
    small = pixels.reshape(256, 2, 256, 2).mean(axis=(1, 3))
    (ROOT / f"Tests/InferenceTests/Fixtures/{name}.256.u8").write_bytes(np.rint(small * 255).astype(np.uint8).tobytes())
