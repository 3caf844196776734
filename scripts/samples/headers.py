"""Data sets with the modules that PS3.3 asks of each object. Same input, same bytes: UIDs come from names, dates are fixed."""

import uuid

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import UID

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "sample-studies.firstread.invalid")
STUDY_DATE = "20260105"
NOT_A_PATIENT = "NOT A PATIENT: synthetic sample study"

SOP_CLASSES = {
    "DX": "1.2.840.10008.5.1.4.1.1.1.1",
    "DX for processing": "1.2.840.10008.5.1.4.1.1.1.1.1",
    "CR": "1.2.840.10008.5.1.4.1.1.1",
    "CT": "1.2.840.10008.5.1.4.1.1.2",
    "MR": "1.2.840.10008.5.1.4.1.1.4",
    "US": "1.2.840.10008.5.1.4.1.1.6.1",
    "SR": "1.2.840.10008.5.1.4.1.1.88.11",
}
# PS3.16 CID 4 (Anatomic Region) and CID 4010 (DX View).
REGIONS = {"CHEST": ("51185008", "Chest"), "HAND": ("85562004", "Hand"), "HEAD": ("69536005", "Head"), "ABDOMEN": ("818981001", "Abdomen")}
VIEWS = {"PA": ("272479007", "postero-anterior"), "AP": ("399348003", "antero-posterior"), "LL": ("399173006", "left lateral")}
PIXEL_SPACING_OF_WHOLE = 410.0  # millimetres, the side of a film


def uid(*parts):
    """A UUID-derived UID (PS3.5 B.2) that follows from a name: `uid("study", "02-normal-uncompressed")`."""
    return UID(f"2.25.{uuid.uuid5(NAMESPACE, '/'.join(str(part) for part in parts)).int}")


def code(value, scheme, meaning):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def data_set(study, image, series, instance):
    """Everything but the pixels of one object; `series` and `instance` count from 1."""
    data = Dataset()
    data.SpecificCharacterSet = list(study.patient.character_set) if len(study.patient.character_set) > 1 else study.patient.character_set[0]
    data.SOPClassUID = SOP_CLASSES[image.object]
    data.SOPInstanceUID = uid("instance", study.folder, series, instance)
    _patient_and_study(data, study)
    _series_and_equipment(data, study, image, series)
    data.InstanceNumber = instance
    if image.object == "SR":
        _report(data, study)
        return data
    data.ContentDate, data.ContentTime = STUDY_DATE, data.SeriesTime
    data.PatientOrientation = ["P", "F"] if image.view == "LL" else ["L", "F"]
    data.BurnedInAnnotation = "NO"
    data.LossyImageCompression = "00"
    {"DX": _digital_xray, "DX for processing": _digital_xray, "CR": _computed_radiography, "CT": _ct, "MR": _mr, "US": _ultrasound}[
        image.object
    ](data, study, image, instance)
    return data


def _patient_and_study(data, study):
    patient = study.patient
    data.PatientName, data.PatientID = patient.name, study.patient_id
    data.PatientBirthDate, data.PatientSex = patient.birth_date, patient.sex
    years = int(STUDY_DATE[:4]) - int(patient.birth_date[:4]) - (STUDY_DATE[4:] < patient.birth_date[4:])
    data.PatientAge = f"{years:03}Y"
    data.PatientComments = NOT_A_PATIENT
    data.StudyInstanceUID = uid("study", study.folder)
    data.StudyDate, data.StudyTime = STUDY_DATE, f"{8 + study.number // 12:02}{study.number % 12 * 5:02}00"
    data.ReferringPhysicianName = ""
    data.StudyID = f"{study.number}"
    data.AccessionNumber = study.accession_number
    data.StudyDescription = study.description


def _series_and_equipment(data, study, image, series):
    data.Modality = image.object.split()[0]
    data.SeriesInstanceUID = uid("series", study.folder, series)
    data.SeriesNumber = series
    data.SeriesDate, data.SeriesTime = data.StudyDate, f"{data.StudyTime[:4]}{10 * series:02}"
    data.SeriesDescription = {"LL": "lateral", "": "chest"}.get(image.view, image.view) if image.object in ("DX", "CR", "DX for processing") else "synthetic"
    data.Manufacturer = "FirstRead"
    data.InstitutionName = "NOT A PATIENT"
    data.ManufacturerModelName = "Sample studies"
    data.SoftwareVersions = "1"
    data.DeviceSerialNumber = "0"
    if study.order is not None:
        request = Dataset()
        request.RequestedProcedureID = f"RP{study.number:04}"
        request.ScheduledProcedureStepID = f"SPS{study.number:04}"
        data.RequestAttributesSequence = Sequence([request])


def _anatomy(data, image):
    value, meaning = REGIONS[image.body_part]
    data.AnatomicRegionSequence = Sequence([code(value, "SCT", meaning)])
    data.BodyPartExamined = image.body_part


def _window(data, image):
    data.WindowCenter, data.WindowWidth = 2 ** (image.bits - 1), 2**image.bits


def _origin(picture):
    if isinstance(picture, str):
        return "Synthetic: a drawn phantom, no patient"
    return f"Synthetic: mixture of eigen-images, class {picture.kind}, seed {picture.seed}; no patient"


def _digital_xray(data, study, image, instance):
    for_processing = image.object == "DX for processing"
    data.ImageType = ["ORIGINAL" if for_processing else "DERIVED", "PRIMARY", ""]
    data.DerivationDescription = _origin(image.picture)
    data.PresentationIntentType = "FOR PROCESSING" if for_processing else "FOR PRESENTATION"
    data.ImageLaterality = "L" if image.body_part == "HAND" else "U"
    _anatomy(data, image)
    data.KVP = "60" if image.body_part == "HAND" else "120"
    data.ViewPosition = image.view
    if image.view:
        value, meaning = VIEWS[image.view]
        data.ViewCodeSequence = Sequence([code(value, "SCT", meaning)])
        data.ViewCodeSequence[0].ViewModifierCodeSequence = Sequence([])
    data.PatientOrientationCodeSequence = Sequence([code("10904000", "SCT", "erect")])
    data.PositionerType = "NONE"
    data.DetectorType = "DIRECT"
    data.DetectorID = "0"
    data.ImagerPixelSpacing = [f"{PIXEL_SPACING_OF_WHOLE / image.size:.4f}"] * 2
    data.PixelIntensityRelationship = "LIN" if for_processing else "LOG"
    data.PixelIntensityRelationshipSign = 1 if for_processing or image.inverted else -1
    data.RescaleIntercept, data.RescaleSlope, data.RescaleType = "0", "1", "US"
    data.AcquisitionContextSequence = Sequence([])
    data.PresentationLUTShape = "INVERSE" if image.inverted else "IDENTITY"
    if not for_processing:
        _window(data, image)


def _computed_radiography(data, study, image, instance):
    data.ImageType = ["DERIVED", "PRIMARY"]
    data.DerivationDescription = _origin(image.picture)
    _anatomy(data, image)
    data.ViewPosition = image.view
    data.KVP = "70" if study.patient.birth_date > "2015" else "120"
    data.PlateID = "0"
    data.ImagerPixelSpacing = [f"{PIXEL_SPACING_OF_WHOLE / image.size:.4f}"] * 2
    _window(data, image)


def _slice(data, study, image, instance, spacing, thickness):
    data.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"] if image.object == "CT" else ["ORIGINAL", "PRIMARY", "OTHER"]
    data.ImageComments = _origin(image.picture)
    data.FrameOfReferenceUID = uid("frame", study.folder)
    data.PositionReferenceIndicator = ""
    data.PixelSpacing = [f"{spacing:.4f}"] * 2
    data.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    corner = -spacing * (image.size - 1) / 2
    data.ImagePositionPatient = [f"{corner:.3f}", f"{corner:.3f}", f"{-thickness * 4 * instance:.1f}"]
    data.SliceThickness = f"{thickness}"
    data.PatientPosition = "HFS"
    data.AcquisitionNumber = 1
    data.BodyPartExamined = image.body_part
    data.PatientOrientation = ["L", "P"]


def _ct(data, study, image, instance):
    _slice(data, study, image, instance, 0.72, 5)
    data.RescaleIntercept, data.RescaleSlope, data.RescaleType = "-1024", "1", "HU"
    data.KVP = "120"
    data.WindowCenter, data.WindowWidth = "40", "400"


def _mr(data, study, image, instance):
    _slice(data, study, image, instance, 0.9, 4)
    data.ScanningSequence, data.SequenceVariant, data.ScanOptions, data.MRAcquisitionType = "SE", "SK", "", "2D"
    data.RepetitionTime, data.EchoTime, data.EchoTrainLength = "4000", "100", "15"
    data.MagneticFieldStrength = "1.5"
    _window(data, image)


def _ultrasound(data, study, image, instance):
    data.ImageType = ["DERIVED", "PRIMARY"]
    data.DerivationDescription = _origin(image.picture)
    data.PatientOrientation = ""
    data.BodyPartExamined = image.body_part
    data.UltrasoundColorDataPresent = 1


def _report(data, study):
    data.ContentDate, data.ContentTime = STUDY_DATE, data.SeriesTime
    data.ReferencedPerformedProcedureStepSequence = Sequence([])
    data.PerformedProcedureCodeSequence = Sequence([])
    data.CompletionFlag, data.VerificationFlag = "COMPLETE", "UNVERIFIED"
    data.ValueType = "CONTAINER"
    data.ConceptNameCodeSequence = Sequence([code("18748-4", "LN", "Diagnostic imaging report")])
    data.ContinuityOfContent = "SEPARATE"
    finding = Dataset()
    finding.RelationshipType, finding.ValueType = "CONTAINS", "TEXT"
    finding.ConceptNameCodeSequence = Sequence([code("121071", "DCM", "Finding")])
    finding.TextValue = "NOT A PATIENT. A report that came without its images."
    data.ContentSequence = Sequence([finding])
