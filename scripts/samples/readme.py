"""The text of SampleStudies/README.md; every figure in it is handed in or counted."""

import check
import eigenfilms
import films
import likeness
from studies import STUDIES, Film

_MEASURES = {
    "whole": "whole pictures",
    "fine": "fine structure (a Gaussian of 3 of 256 pixels taken out)",
    "windows": "fine structure in the most alike 64 × 64 window",
    "shifted": "fine structure at the best shift and scale",
}


def _row(study):
    objects = "; ".join(f"{image.object}{f' × {image.count}' if image.count > 1 else ''}, {image.syntax}" for image in study.images)
    expected = "scored" if study.expected == "scored" else f"unscored: “{study.expected}”"
    order = "none" if study.order is None else study.order.priority
    return f"| `{study.folder}` | {objects} | {study.why} | {order} | {expected} |"


def _pictures():
    rows = []
    for kind in films.CLASSES:
        seeds = [(image.picture.seed, study.number) for study in STUDIES for image in study.images if isinstance(image.picture, Film) and image.picture.kind == kind]
        rows.append(f"| {kind} | {', '.join(f'{seed} ({number:02})' for seed, number in seeds)} |")
    return "\n".join(rows)


def text(out, figures):
    measures = "\n".join(
        f"| {_MEASURES[name]} | {likeness.BOUNDS[name]:.2f} | {figures['highest'][name]:.3f} | "
        + (f"{figures['real'][name]:.3f} / {figures['real_highest'][name]:.3f} |" if name in figures["real"] else "not measured |")
        for name in likeness.MEASURES
    )
    objects = sum(image.count for study in STUDIES for image in study.images)
    unscored = sum(study.expected != "scored" for study in STUDIES)
    return f"""# Sample studies
{len(STUDIES)} studies, {objects} objects, {check.size(out) / 1e6:.1f} MB. **No patient is in them**: the names are invented, the pictures are synthetic. They are for trying
FirstRead out, not for training or testing a model. `scripts/demo` sends them in the order of the folders' names; the studies that matter most come late.

This file is written by `scripts/samples/make`, the figures included.

## The studies
{len(STUDIES) - unscored} are to be scored, {unscored} are to stay unscored, each with its reason. How high a score is depends on the model, and the model has learnt nothing from these.

| study | object, transfer syntax | why it is here | order | expected |
|---|---|---|---|---|
{chr(10).join(_row(study) for study in STUDIES)}

## `orders.json`
An array, one object for each order: `accession_number`, `patient_id`, `patient_name` (as DICOM writes it), `birth_date` (YYYYMMDD), `sex`, `priority` (`STAT`, `ASAP`, `ROUTINE`), `patient_class` (`emergency`,
`inpatient`, `outpatient`, `unknown`), `procedure`, and where known `reason`, `study_instance_uid`, `expected_images`, `requested_procedure_id`, `scheduled_step_id`. `stand-in-pacs order` sends them as `ORM^O01`.

## Where the pictures come from
**Frontal films.** For each of {len(films.CLASSES)} classes an eigen-image model (principal components, {eigenfilms.COMPONENTS} at most and never more than a third of the films) was fitted on up to {films.MOST_FILMS} films, freed of markers and laid over each other. A picture is a mixture of {eigenfilms.MIXED} neighbours in the
latent space (no weight above {eigenfilms.MOST_WEIGHT}) with latent noise, drawn onto their common shape, with a faint layer of texture, enlarged, a little sharpened, and given a detector's noise. They are softer than real films.

They were **chosen** among 10 to 25 candidates of a class, by eye and by what the first model (`cxr-lite0-baseline`, no longer shipped) made of them: normal ones that it called normal, one that it was unsure of (17), and the others among those that it called abnormal. So what a model says of them is no measure of how good it is: the shipped one takes 17 for normal and finds some of the abnormal ones only routine. By class, the seeds and their studies:

| class | seed (study) |
|---|---|
{_pictures()}

**The others** (CT, MR, ultrasound, hand, lateral) are drawn: ellipsoids and rods, projected or cut, with noise. The report was written for this folder.

**How like they are to real films.** The script compared every frontal film, before the noise, with all {figures['films']:,} films of the folder, and with those its class was fitted on as they were then laid over each other; it stops where a bound is passed. The heaviest weight is {figures['weight']:.3f}. Smooth pictures of chests are alike as a whole, of whomever they are; the fine structure is what tells people apart. Correlations:

| of | bound | highest, all synthetic with all real films | for comparison: a real film (40 of each class) with the one of its class most like it, median / highest |
|---|---|---|---|
{measures}

Neither films nor eigen-images are in this repository.

## What the eigen-images were fitted on
- NIH ChestX-ray8 and ChestX-ray14, the National Institutes of Health Clinical Center (free to use, with attribution): X. Wang, Y. Peng, L. Lu, Z. Lu, M. Bagheri, R. M. Summers, “ChestX-ray8: Hospital-scale Chest X-ray Database and Benchmarks on Weakly-Supervised Classification and
  Localization of Common Thorax Diseases”, CVPR 2017; some by way of the RSNA Pneumonia Detection Challenge 2018 and the COVID-19 Radiography Database, and of a 512-pixel subset of it. Classes adult-normal, adult-effusion, adult-pneumonia.
- D. Kermany, K. Zhang, M. Goldbaum, “Labeled Optical Coherence Tomography (OCT) and Chest X-Ray Images for Classification”, Mendeley Data 2018 ([CC BY 4.0](https://creativecommons.org/licenses/by/4.0/)). Classes child-normal, child-pneumonia. Changed as described above.

The sample studies themselves are under the licence of this repository.

## Checks
`scripts/samples/make --check` reads every file and holds it against the table. `scripts/samples/README.md` says how they are made anew, and what `dciodvfy` says of them.
"""
