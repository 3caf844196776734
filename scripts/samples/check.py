"""Whether SampleStudies/ is what the table of studies says; and a picture of it all."""

import json
from pathlib import Path

import numpy as np
import pydicom
from PIL import Image as Picture

import headers
import transfer
from studies import STUDIES

MOST_BYTES = 12_000_000


def files(out, study):
    return sorted((Path(out) / study.folder).glob("*.dcm"))


def problems(out):
    """Sentences, one for each thing that is not as it should be."""
    out, found, instances = Path(out), [], set()
    folders = sorted(path.name for path in out.iterdir() if path.is_dir())
    if folders != [study.folder for study in STUDIES]:
        found.append(f"{out} holds other folders than the table")
    for study in STUDIES:
        paths = files(out, study)
        images = [image for image in study.images for _ in range(image.count)]
        if len(paths) != len(images):
            found.append(f"{study.folder} holds {len(paths)} files, not {len(images)}")
            continue
        for path, image in zip(paths, images):
            data = pydicom.dcmread(path)
            instances.add(data.SOPInstanceUID)
            wanted = {
                "SOPClassUID": headers.SOP_CLASSES[image.object],
                "StudyInstanceUID": headers.uid("study", study.folder),
                "PatientID": study.patient_id,
                "AccessionNumber": study.accession_number,
                "PatientName": study.patient.name,
                "StudyDescription": study.description,
                "PatientComments": headers.NOT_A_PATIENT,
            }
            found += [f"{path}: {keyword} is {data.get(keyword)}" for keyword, value in wanted.items() if str(data.get(keyword)) != value]
            syntax = transfer.SYNTAXES[image.syntax]
            if data.file_meta.TransferSyntaxUID != syntax:
                found.append(f"{path}: transfer syntax {data.file_meta.TransferSyntaxUID.name}, not {syntax.name}")
            if image.object != "SR" and np.ptp(data.pixel_array) < 2 ** (data.BitsStored - 2):
                found.append(f"{path}: the picture is nearly empty")
    if len(instances) != sum(image.count for study in STUDIES for image in study.images):
        found.append("SOP Instance UIDs are not unique")
    orders = json.loads((out / "orders.json").read_text())
    if [order["accession_number"] for order in orders] != [study.accession_number for study in STUDIES if study.order is not None]:
        found.append("orders.json holds other orders than the table")
    if size(out) > MOST_BYTES:
        found.append(f"{out} holds {size(out)} bytes, more than {MOST_BYTES}")
    return found


def size(out):
    return sum(path.stat().st_size for path in Path(out).rglob("*") if path.is_file())


def contact_sheet(out, path, side=384, columns=6):
    """Every picture as its window shows it, in order, as a PNG."""
    tiles = []
    for study in STUDIES:
        for file in files(out, study):
            data = pydicom.dcmread(file)
            if "PixelData" in data:
                tiles.append(_shown(data).resize((side, side)))
    sheet = Picture.new("L", (columns * side, -(-len(tiles) // columns) * side))
    for number, tile in enumerate(tiles):
        sheet.paste(tile, (number % columns * side, number // columns * side))
    sheet.save(path)


def _shown(data):
    values = pydicom.pixels.pixel_array(data)
    if values.ndim == 3:
        return Picture.fromarray(values).convert("L")
    values = values * float(data.get("RescaleSlope", 1)) + float(data.get("RescaleIntercept", 0))
    centre, width = float(data.get("WindowCenter", 2 ** (data.BitsStored - 1))), float(data.get("WindowWidth", 2**data.BitsStored))
    grey = np.clip((values - centre) / width + 0.5, 0, 1)
    return Picture.fromarray(np.rint(255 * (1 - grey if data.PhotometricInterpretation == "MONOCHROME1" else grey)).astype(np.uint8))
