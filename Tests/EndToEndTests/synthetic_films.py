"""64 synthetic chest films: the frontal films of SampleStudies, each in eight shapes. `scripts/train/stored_logits.py` reads them too.

They are nobody's (see SampleStudies/README.md). What a detector and a reading room do to a film is done by plain arithmetic on
integers, so that every machine gets the same pixels.
"""

import pathlib
from dataclasses import dataclass

import numpy
import pydicom

SAMPLE_STUDIES = pathlib.Path(__file__).resolve().parents[2] / "SampleStudies"
# Uncompressed, big endian, deflated and RLE: what NumPy alone reads.
READABLE = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.5"}
FRONTAL = ("1.2.840.10008.5.1.4.1.1.1", "1.2.840.10008.5.1.4.1.1.1.1")


@dataclass
class Film:
    name: str
    # Rows × columns, unsigned, `bits` of them in use.
    pixels: numpy.ndarray
    bits: int
    abnormal: bool


def sample_films():
    """The frontal films of the sample studies that can be read without a codec, in the order of their folders."""
    for path in sorted(SAMPLE_STUDIES.glob("*/*-frontal.dcm")):
        data = pydicom.dcmread(path)
        kind = path.parent.name
        if data.file_meta.TransferSyntaxUID not in READABLE or data.SOPClassUID not in FRONTAL or "processing" in kind:
            continue
        pixels = data.pixel_array.astype(numpy.uint16)
        if data.PhotometricInterpretation == "MONOCHROME1":
            pixels = (1 << data.BitsStored) - 1 - pixels
        yield Film(f"{kind}/{path.stem}", pixels, int(data.BitsStored), "normal" not in kind)


def films():
    shapes = (as_it_is, cut, halved, brighter, darker, turned_a_little, grainy, softened)
    return [shape(film) for film in sample_films() for shape in shapes]


def as_it_is(film):
    return film


def cut(film):
    """Off centre and no square: a tenth of the columns and a twentieth of the rows are gone."""
    rows, columns = film.pixels.shape
    return Film(f"{film.name} cut", film.pixels[rows // 20 :, : columns - columns // 10], film.bits, film.abnormal)


def halved(film):
    """Two pixels to one, each way."""
    rows, columns = (side // 2 * 2 for side in film.pixels.shape)
    four = film.pixels[:rows, :columns].astype(numpy.uint32).reshape(rows // 2, 2, columns // 2, 2).sum(axis=(1, 3))
    return Film(f"{film.name} halved", ((four + 2) // 4).astype(numpy.uint16), film.bits, film.abnormal)


def brighter(film):
    """x (2M − x) / M, in eight bits."""
    most = (1 << film.bits) - 1
    values = film.pixels.astype(numpy.uint64)
    return Film(f"{film.name} brighter", (values * (2 * most - values) // most * 255 // most).astype(numpy.uint16), 8, film.abnormal)


def turned_a_little(film):
    """Sheared by one column in twenty rows."""
    rows = film.pixels.shape[0]
    sheared = numpy.stack([numpy.roll(row, (number - rows // 2) // 20) for number, row in enumerate(film.pixels)])
    return Film(f"{film.name} turned", sheared, film.bits, film.abnormal)


def darker(film):
    """x² / M."""
    most = (1 << film.bits) - 1
    values = film.pixels.astype(numpy.uint64)
    return Film(f"{film.name} darker", (values * values // most).astype(numpy.uint16), film.bits, film.abnormal)


def grainy(film):
    """Noise of 2 % of the range, from a formula."""
    rows, columns = film.pixels.shape
    most = (1 << film.bits) - 1
    y, x = numpy.mgrid[:rows, :columns]
    noise = (x * 7919 + y * 104729 + x * y * 31) % 97 - 48
    values = film.pixels.astype(numpy.int64) + noise * most // 2400
    return Film(f"{film.name} grainy", values.clip(0, most).astype(numpy.uint16), film.bits, film.abnormal)


def softened(film):
    """The mean of five pixels: a film out of focus."""
    values = numpy.pad(film.pixels.astype(numpy.uint32), 1, mode="edge")
    five = values[1:-1, 1:-1] + values[:-2, 1:-1] + values[2:, 1:-1] + values[1:-1, :-2] + values[1:-1, 2:]
    return Film(f"{film.name} softened", ((five + 2) // 5).astype(numpy.uint16), film.bits, film.abnormal)
