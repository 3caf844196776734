"""Files in each transfer syntax. DCMTK writes the JPEG ones; pydicom and its plug-ins the others."""

import copy
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pydicom
from pydicom import uid
from pydicom.dataset import FileMetaDataset

import headers

SYNTAXES = {
    "implicit little endian": uid.ImplicitVRLittleEndian,
    "explicit little endian": uid.ExplicitVRLittleEndian,
    "big endian": uid.ExplicitVRBigEndian,
    "deflated": uid.DeflatedExplicitVRLittleEndian,
    "RLE": uid.RLELossless,
    "JPEG-LS": uid.JPEGLSLossless,
    "JPEG 2000": uid.JPEG2000Lossless,
    "JPEG baseline": uid.JPEGBaseline8Bit,
    "JPEG extended": uid.JPEGExtended12Bit,
    "JPEG lossless": uid.JPEGLosslessSV1,
}
LOSSY = ("JPEG baseline", "JPEG extended")
# The most that a grey value may differ after lossy compression, as a share of the whole range; and on average.
LOSSY_MOST, LOSSY_MEAN = 0.2, 0.01
_DCMTK_DECODES = {"RLE": "dcmdrle", "JPEG-LS": "dcmdjpls", "JPEG lossless": "dcmdjpeg", "JPEG extended": "dcmdjpeg", "JPEG baseline": "dcmdjpeg"}
_DCMCJPEG = {"JPEG baseline": ["+eb", "+q", "92", "+sr"], "JPEG extended": ["+ee", "+q", "95", "+sr"], "JPEG lossless": ["+e1"]}


def set_pixels(data, pixels, bits, inverted=False):
    """Image Pixel module and Pixel Data, uncompressed; grey values or RGB."""
    data.SamplesPerPixel = 3 if pixels.ndim == 3 else 1
    data.PhotometricInterpretation = "RGB" if pixels.ndim == 3 else "MONOCHROME1" if inverted else "MONOCHROME2"
    if pixels.ndim == 3:
        data.PlanarConfiguration = 0
    data.Rows, data.Columns = pixels.shape[:2]
    data.BitsAllocated = 8 if bits <= 8 else 16
    data.BitsStored, data.HighBit = bits, bits - 1
    data.PixelRepresentation = 0
    if inverted:
        pixels = 2**bits - 1 - pixels
    data.PixelData = pixels.astype("<u1" if bits <= 8 else "<u2").tobytes()
    data["PixelData"].VR = "OB" if bits <= 8 else "OW"


def write(data, path, syntax):
    """Writes the file; the same data set gives the same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _put(data, path, "explicit little endian" if syntax in _DCMCJPEG or "PixelData" not in data else syntax)
    if syntax in _DCMCJPEG:
        _by_dcmtk(path, syntax)
    if "PixelData" in data:
        _read_back(data, path, syntax)


def _read_back(data, path, syntax):
    """Lossless files decode to the very pixels, in pydicom's plug-ins and in DCMTK; lossy ones within the bounds."""
    data = copy.deepcopy(data)
    data.file_meta = _meta(data, uid.ExplicitVRLittleEndian)
    wanted = data.pixel_array.astype(float)
    decoded = [pydicom.dcmread(path)]
    if syntax in _DCMTK_DECODES:
        with tempfile.TemporaryDirectory() as folder:
            plain = Path(folder) / "plain.dcm"
            subprocess.run([_DCMTK_DECODES[syntax], path, plain], check=True)
            decoded.append(pydicom.dcmread(plain))
            decoded[-1].pixel_array
    for found in decoded:
        found = pydicom.pixels.pixel_array(found) if data.SamplesPerPixel == 3 else found.pixel_array
        difference = np.abs(found.astype(float) - wanted) / 2**data.BitsStored
        allowed = (LOSSY_MOST, LOSSY_MEAN) if syntax in LOSSY else (0, 0)
        if difference.max() > allowed[0] or difference.mean() > allowed[1]:
            raise SystemExit(f"{path} decodes to other pixels: {difference.max():.3f} at most, {difference.mean():.4f} on average")


def _put(data, path, syntax):
    transfer_syntax = SYNTAXES[syntax]
    data = copy.deepcopy(data)
    data.file_meta = _meta(data, transfer_syntax)
    if syntax in ("RLE", "JPEG-LS", "JPEG 2000"):
        data.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
        data.compress(transfer_syntax, encoding_plugin={"RLE": "pylibjpeg", "JPEG-LS": "pyjpegls", "JPEG 2000": "pylibjpeg"}[syntax], generate_instance_uid=False)
    if syntax == "big endian" and data.BitsAllocated == 16:
        data.PixelData = np.frombuffer(data.PixelData, "<u2").astype(">u2").tobytes()
        data["PixelData"].VR = "OW"
    pydicom.dcmwrite(path, data, enforce_file_format=True, implicit_vr=transfer_syntax.is_implicit_VR, little_endian=transfer_syntax.is_little_endian)


def _meta(data, transfer_syntax):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = data.SOPClassUID, data.SOPInstanceUID
    meta.TransferSyntaxUID = transfer_syntax
    meta.ImplementationClassUID = headers.uid("implementation")
    meta.ImplementationVersionName = "FIRSTREADSAMPLES"
    return meta


def _by_dcmtk(path, syntax):
    """Only the image attributes are taken from DCMTK's file: it would also note the time and itself."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "written.dcm"
        subprocess.run(["dcmcjpeg", *_DCMCJPEG[syntax], "--uid-never", path, written], check=True)
        made, data = pydicom.dcmread(written), pydicom.dcmread(path)
    for keyword in ("PhotometricInterpretation", "PlanarConfiguration", "BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation"):
        if keyword in made:
            setattr(data, keyword, getattr(made, keyword))
    before = len(data.PixelData)
    data.PixelData = made.PixelData
    data["PixelData"].VR, data["PixelData"].is_undefined_length = "OB", True
    if syntax in LOSSY:
        data.LossyImageCompression = "01"
        data.LossyImageCompressionRatio = f"{before / len(made.PixelData):.2f}"
        data.LossyImageCompressionMethod = "ISO_10918_1"
    data.file_meta = _meta(data, SYNTAXES[syntax])
    pydicom.dcmwrite(path, data, enforce_file_format=True)
