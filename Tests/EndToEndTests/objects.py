"""Synthetic DICOM objects; none is of a patient."""

import functools
import itertools
import random
import subprocess
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy
import pydicom
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.sequence import Sequence

from part10 import DEFLATED, EXPLICIT_BIG, EXPLICIT_LITTLE, IMPLICIT_LITTLE, data_set_bytes, file_with

COMPUTED_RADIOGRAPHY = "1.2.840.10008.5.1.4.1.1.1"
DIGITAL_XRAY = "1.2.840.10008.5.1.4.1.1.1.1"
CT_IMAGE = "1.2.840.10008.5.1.4.1.1.2"
MR_IMAGE = "1.2.840.10008.5.1.4.1.1.4"
US_IMAGE = "1.2.840.10008.5.1.4.1.1.6.1"

JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
JPEG_EXTENDED = "1.2.840.10008.1.2.4.51"
JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70"
JPEG_LS_LOSSLESS = "1.2.840.10008.1.2.4.80"
JPEG_2000_LOSSLESS = "1.2.840.10008.1.2.4.90"
RLE_LOSSLESS = "1.2.840.10008.1.2.5"

_root = f"1.2.826.0.1.3680043.10.1999.{random.SystemRandom().randrange(10**9, 10**10)}"
_numbers = itertools.count(1)
_lock = threading.Lock()


def new_uid():
    with _lock:
        return f"{_root}.{next(_numbers)}"


def new_number(prefix):
    """A fresh identifier of at most 16 characters (VR SH)."""
    return f"{prefix}{new_uid().rsplit('.', 2)[-2][-5:]}{new_uid().rsplit('.', 1)[-1]}"


@dataclass
class StoredObject:
    """A file that is ready to be sent."""

    path: Path
    sop_class_uid: str
    sop_instance_uid: str
    study_instance_uid: str
    transfer_syntax_uid: str = EXPLICIT_LITTLE

    @property
    def data_set(self):
        return data_set_bytes(self.path)


@functools.cache
def sample_film():
    """A synthetic normal film of the sample studies, 512 × 512, 12 bits: the model's gate refuses what is no chest film."""
    folder = Path(__file__).resolve().parents[2] / "SampleStudies/02-normal-uncompressed"
    return pydicom.dcmread(next(folder.glob("*.dcm"))).pixel_array


def film_pixels(rows, columns, seed):
    """A synthetic 12-bit chest film of any size, with noise of its own."""
    film = sample_film()
    at = numpy.ix_(numpy.arange(rows) * film.shape[0] // rows, numpy.arange(columns) * film.shape[1] // columns)
    noise = numpy.random.default_rng(seed).normal(0, 25, (rows, columns))
    return (film[at] + noise).clip(0, 4095).astype("<u2")


def radiograph(*, study=None, series=None, patient_id=None, accession=None, seed=1, rows=128, columns=128, **attributes):
    """A frontal chest film (Computed Radiography) as a Dataset; any attribute can be given by its keyword, None leaves it out."""
    data = Dataset()
    data.SpecificCharacterSet = "ISO_IR 100"
    data.ImageType = ["ORIGINAL", "PRIMARY"]
    data.SOPClassUID = COMPUTED_RADIOGRAPHY
    data.SOPInstanceUID = new_uid()
    data.StudyDate = data.SeriesDate = "20260105"
    data.StudyTime = data.SeriesTime = "081500"
    data.AccessionNumber = new_number("A") if accession is None else accession
    data.Modality = "CR"
    data.Manufacturer = "Synthetic"
    data.ReferringPhysicianName = ""
    data.StudyDescription = "Chest PA"
    data.PatientName = "Synthetic^Chest"
    data.PatientID = new_number("P") if patient_id is None else patient_id
    data.PatientBirthDate = "19700101"
    data.PatientSex = "O"
    data.BodyPartExamined = "CHEST"
    data.ViewPosition = "PA"
    data.StudyInstanceUID = study or new_uid()
    data.SeriesInstanceUID = series or new_uid()
    data.StudyID = "1"
    data.SeriesNumber = 1
    data.InstanceNumber = 1
    data.PatientOrientation = ["L", "F"]
    data.SamplesPerPixel = 1
    data.PhotometricInterpretation = "MONOCHROME2"
    data.Rows, data.Columns = rows, columns
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
    data.PixelData = film_pixels(rows, columns, seed).tobytes()
    data["PixelData"].VR = "OW"
    for keyword, value in attributes.items():
        if value is None:
            if keyword in data:
                delattr(data, keyword)
        else:
            setattr(data, keyword, value)
    return data


def slice_of_ct(**attributes):
    """A CT slice: on the list, never scored."""
    given = {
        "SOPClassUID": CT_IMAGE, "Modality": "CT", "StudyDescription": "CT Thorax", "ViewPosition": None, "PatientOrientation": None,
        "RescaleIntercept": "-1024", "RescaleSlope": "1", "SliceThickness": "1.5", **attributes,
    }
    return radiograph(**given)


def code(value, scheme, meaning):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return Sequence([item])


def encoded(data, transfer_syntax=EXPLICIT_LITTLE):
    """The bytes of a data set in an uncompressed syntax."""
    import zlib

    buffer = DicomBytesIO()
    buffer.is_implicit_VR = transfer_syntax == IMPLICIT_LITTLE
    buffer.is_little_endian = transfer_syntax != EXPLICIT_BIG
    write_dataset(buffer, data, data.get("SpecificCharacterSet", "ISO_IR 6"))
    content = buffer.getvalue()
    if transfer_syntax == DEFLATED:
        deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        content = deflate.compress(content) + deflate.flush()
        content += b"\0" * (len(content) % 2)
    return content


def write(data, folder, *, transfer_syntax=EXPLICIT_LITTLE, content=None, sop_class=None, sop_instance=None):
    """Writes a data set (or, as `content`, bytes of one) as a file; the meta header says what it is told to."""
    sop_class = sop_class or data.get("SOPClassUID", COMPUTED_RADIOGRAPHY)
    sop_instance = sop_instance or data.get("SOPInstanceUID", new_uid())
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{new_uid()}.dcm"
    content = encoded(data, transfer_syntax) if content is None else content
    path.write_bytes(file_with(content, sop_class=sop_class, sop_instance=sop_instance, transfer_syntax=transfer_syntax))
    return StoredObject(path, str(sop_class), str(sop_instance), str(data.get("StudyInstanceUID", "")), str(transfer_syntax))


def write_study(folder, count=1, *, make=radiograph, **attributes):
    """Several images of one study and series."""
    study, series = attributes.pop("study", None) or new_uid(), new_uid()
    shared = {"accession": new_number("A"), "patient_id": new_number("P"), **attributes}
    return [write(make(study=study, series=series, seed=n, InstanceNumber=n + 1, **shared), folder) for n in range(count)]


# Compression, by DCMTK's and OpenJPEG's own tools.

_DCMTK = {
    JPEG_BASELINE: ["dcmcjpeg", "+eb"],
    JPEG_EXTENDED: ["dcmcjpeg", "+ee"],
    JPEG_LOSSLESS: ["dcmcjpeg", "+e1"],
    JPEG_LS_LOSSLESS: ["dcmcjpls", "+el"],
    RLE_LOSSLESS: ["dcmcrle"],
}


def compressed(stored, transfer_syntax, folder):
    """The same object in a compressed transfer syntax, its UIDs unchanged."""
    path = Path(folder) / f"{new_uid()}.dcm"
    if transfer_syntax == JPEG_2000_LOSSLESS:
        data = pydicom.dcmread(stored.path)
        picture = Path(folder) / f"{new_uid()}.pgm"
        picture.write_bytes(b"P5\n%d %d\n4095\n" % (data.Columns, data.Rows) + data.pixel_array.astype(">u2").tobytes())
        stream = picture.with_suffix(".j2k")
        _run(["opj_compress", "-i", str(picture), "-o", str(stream)])
        data.PixelData = encapsulate([stream.read_bytes()])
        data["PixelData"].VR, data["PixelData"].is_undefined_length = "OB", True
        del data.file_meta
        return write(data, folder, transfer_syntax=transfer_syntax)
    _run([*_DCMTK[transfer_syntax], *(["--uid-never"] if transfer_syntax != RLE_LOSSLESS else []), str(stored.path), str(path)])
    meta = pydicom.dcmread(path, stop_before_pixels=True)
    assert meta.file_meta.TransferSyntaxUID == transfer_syntax and meta.SOPInstanceUID == stored.sop_instance_uid
    return StoredObject(path, stored.sop_class_uid, stored.sop_instance_uid, stored.study_instance_uid, transfer_syntax)


def _run(command):
    result = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, f"{' '.join(command)}: {result.stdout}{result.stderr}"
