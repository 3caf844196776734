"""What SampleStudies/ holds: the table that the files, the orders and the README are made from. In order of arrival."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Patient:
    name: str
    birth_date: str
    sex: str
    character_set: tuple = ("ISO_IR 100",)


@dataclass(frozen=True)
class Film:
    """A synthetic frontal film: the class and the seed it is made from."""

    kind: str
    seed: int


@dataclass(frozen=True)
class Image:
    """One series of a study: what is on it, as which object, in which transfer syntax."""

    picture: object  # a Film, or the name of a phantom
    object: str = "DX"  # DX, CR, DX for processing, CT, MR, US, SR
    syntax: str = "explicit little endian"
    view: str = "PA"
    body_part: str = "CHEST"
    size: int = 512
    bits: int = 12
    inverted: bool = False
    count: int = 1


@dataclass(frozen=True)
class Order:
    priority: str = "ROUTINE"
    patient_class: str = "outpatient"
    reason: str = ""
    expected_images: int | None = None


@dataclass(frozen=True)
class Study:
    folder: str
    patient: Patient
    description: str
    images: tuple
    why: str
    expected: str = "scored"  # or the words that the reason for leaving it unscored holds
    order: Order | None = field(default_factory=Order)

    @property
    def number(self):
        return int(self.folder[:2])

    @property
    def patient_id(self):
        return f"FR-{self.number:04}"

    @property
    def accession_number(self):
        return f"FR26-{self.number:04}"


def _normal(seed):
    return Film("adult-normal", seed)


_FRONTAL, _BOTH = "Chest PA", "Chest PA and lateral"

STUDIES = (
    Study(
        "01-ct-thorax", Patient("Sample^Alva", "19580312", "F"), "CT thorax with contrast",
        (Image("ct-thorax", object="CT", syntax="JPEG-LS", count=3),),
        "Another modality: three slices, compressed", "CT", Order(patient_class="inpatient", reason="Follow-up"),
    ),
    Study(
        "02-normal-uncompressed", Patient("Sample^Benedikt", "19810922", "M"), _FRONTAL, (Image(_normal(10)),),
        "The plain case: DX, Explicit VR Little Endian", order=Order(reason="Pre-operative"),
    ),
    Study(
        "03-normal-implicit", Patient("Beispiel^Jördis", "19760430", "F"), "Thorax p.-a.", (Image(_normal(15), object="CR", syntax="implicit little endian"),),
        "Computed radiography, Implicit VR Little Endian; Latin-1 (ISO_IR 100)", order=Order(reason="Check-up"),
    ),
    Study(
        "04-mr-head", Patient("Exemple^Zoé", "19920115", "F"), "IRM cérébrale", (Image("mr-head", object="MR", syntax="RLE", body_part="HEAD", size=256, count=2),),
        "Another modality: MR, RLE", "MR", Order(reason="Céphalées"),
    ),
    Study(
        "05-normal-japanese", Patient("Mihon^Hana=見本^花=みほん^はな", "19680707", "F", ("", "ISO 2022 IR 87")), "胸部正面", (Image(_normal(4), syntax="JPEG-LS"),),
        "Japanese, ISO 2022 IR 87: name in three component groups, the second byte of 本 is that of a backslash; JPEG-LS lossless", order=Order(reason="健診"),
    ),
    Study(
        "06-us-abdomen", Patient("Ejemplo^Inés", "19850611", "F"), "Ecografía abdominal", (Image("us-abdomen", object="US", syntax="JPEG baseline", body_part="ABDOMEN", size=480),),
        "Another modality: ultrasound in colour, JPEG baseline (YBR_FULL_422)", "US", Order(reason="Dolor"),
    ),
    Study(
        "07-normal-monochrome1", Patient("Sample^Chidi", "19730228", "M"), _FRONTAL, (Image(_normal(22), inverted=True),),
        "MONOCHROME1 with Presentation LUT Shape INVERSE: to be inverted once", order=Order(reason="Cough"),
    ),
    Study(
        "08-hand", Patient("Sample^Dara", "19990503", "F"), "Left hand", (Image("hand", syntax="RLE", view="PA", body_part="HAND"),),
        "Another body part", "hand", Order(patient_class="emergency", reason="Fall"),
    ),
    Study(
        "09-normal-jpeg-lossless", Patient("Sample^Edda", "19640819", "F"), _FRONTAL, (Image(_normal(18), syntax="JPEG lossless"),),
        "JPEG lossless, first-order prediction", order=Order(reason="Pre-operative"),
    ),
    Study(
        "10-lateral-only", Patient("Sample^Fintan", "19700127", "M"), "Chest lateral", (Image("lateral", syntax="JPEG 2000", view="LL"),),
        "A lateral by itself", "lateral", Order(reason="Nodule?"),
    ),
    Study(
        "11-normal-child", Patient("Sample^Gaia", "20200414", "F"), "Chest AP", (Image(Film("child-normal", 0), object="CR", view="AP"),),
        "A child of five", order=Order(reason="Fever"),
    ),
    Study(
        "12-for-processing", Patient("Sample^Hanno", "19550930", "M"), _FRONTAL, (Image(_normal(10), object="DX for processing", syntax="JPEG lossless", bits=14),),
        "Raw detector data (Presentation Intent Type FOR PROCESSING)", "For Processing",
    ),
    Study(
        "13-normal-greek", Patient("Δείγματος^Ελένη", "19870218", "F", ("ISO_IR 126",)), "Ακτινογραφία θώρακος", (Image(_normal(14), syntax="deflated"),),
        "Greek (ISO_IR 126); Deflated Explicit VR Little Endian", order=Order(reason="Έλεγχος"),
    ),
    Study(
        "14-report-alone", Patient("Sample^Ilse", "19480606", "F"), "Chest report", (Image("report", object="SR"),),
        "A structured report without any image", "no image", None,
    ),
    Study(
        "15-no-view", Patient("Sample^Jonah", "19911203", "M"), "Chest", (Image(_normal(21), syntax="JPEG 2000", view=""),),
        "A header that states no view: nothing is guessed", "view", Order(reason="Cough"),
    ),
    Study(
        "16-normal-rle-stat", Patient("Sample^Kirsi", "19600525", "F"), _FRONTAL, (Image(_normal(16), syntax="RLE"),),
        "Ordered STAT, yet normal: the order acts on the place, not on the category", order=Order("STAT", "emergency", "Chest pain"),
    ),
    Study(
        "17-borderline-adult", Patient("Sample^Leif", "19520817", "M"), _FRONTAL, (Image(_normal(3), object="CR", syntax="JPEG 2000"),),
        "Chosen because the baseline model is unsure of it", order=Order(reason="Dyspnoea on exertion"),
    ),
    Study(
        "18-effusion-cyrillic", Patient("Образцова^Анна", "19490321", "F", ("ISO_IR 144",)), "Рентгенография ОГК", (Image(Film("adult-effusion", 13), syntax="JPEG extended"),),
        "Cyrillic (ISO_IR 144); JPEG extended, 12 bits, lossy", order=Order("ROUTINE", "inpatient", "Одышка"),
    ),
    Study(
        "19-pneumonia-frontal-and-lateral", Patient("Sample^Mirren", "19660214", "F"), _BOTH,
        (Image(Film("adult-pneumonia", 3), syntax="JPEG-LS"), Image("lateral", syntax="JPEG-LS", view="LL")),
        "Two series: the frontal film is scored, the lateral does not stand in its way", order=Order("ASAP", "emergency", "Fever, cough"),
    ),
    Study(
        "20-pneumonia-two-films", Patient("Sample^Nadim", "19780909", "M"), "Chest PA, two exposures",
        (Image(Film("adult-pneumonia", 11), syntax="JPEG lossless"), Image(Film("adult-pneumonia", 8), syntax="JPEG lossless")),
        "EXPECTED_IMAGES 2 in its order: complete at once; the higher of two scores counts", order=Order("ROUTINE", "inpatient", "Fever", 2),
    ),
    Study(
        "21-effusion-chinese", Patient("Fan^Li=范^例", "19571001", "M", ("GB18030",)), "胸部正位片", (Image(Film("adult-effusion", 6), syntax="JPEG 2000"),),
        "Chinese (GB18030); JPEG 2000 lossless", order=Order("ROUTINE", "inpatient", "气促"),
    ),
    Study(
        "22-child-pneumonia-no-order", Patient("Sample^Oona", "20220705", "F"), "Chest AP", (Image(Film("child-pneumonia", 0), object="CR", syntax="JPEG-LS", view="AP"),),
        "An accession number that no order knows", order=None,
    ),
    Study(
        "23-effusion-jpeg-baseline", Patient("Sample^Pavel", "19440112", "M"), "Chest AP portable", (Image(Film("adult-effusion", 1), object="CR", syntax="JPEG baseline", view="AP", bits=8, size=640),),
        "JPEG baseline, 8 bits, lossy", order=Order("ASAP", "inpatient", "Dyspnoea"),
    ),
    Study(
        "24-normal-korean", Patient("Gyeonbon^Sora=견본^소라", "19950326", "F", ("", "ISO 2022 IR 149")), "흉부 정면", (Image(_normal(12), object="CR", syntax="JPEG-LS"),),
        "Korean (ISO 2022 IR 149): a normal film that comes late", order=Order(reason="검진"),
    ),
    Study(
        "25-child-pneumonia-arabic", Patient("مثال^نور", "20210518", "M", ("ISO_IR 192",)), "صورة صدر", (Image(Film("child-pneumonia", 2), object="CR", syntax="RLE", view="AP"),),
        "Arabic in UTF-8 (ISO_IR 192), written from right to left", order=Order("ROUTINE", "emergency", "سعال"),
    ),
    Study(
        "26-effusion-big-endian", Patient("Sample^Runa", "19390704", "F"), _FRONTAL, (Image(Film("adult-effusion", 2), syntax="big endian"),),
        "Explicit VR Big Endian (retired, still met); the last to come", order=Order("STAT", "emergency", "Acute dyspnoea"),
    ),
)
