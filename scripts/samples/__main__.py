"""Makes SampleStudies/, or with --check says whether the files are what the table and their headers say."""

import argparse
import hashlib
import json
import pickle
import shutil
import sys
from pathlib import Path

import numpy as np

import check
import eigenfilms
import films
import headers
import likeness
import phantoms
import readme
import transfer
from studies import STUDIES, Film

ROOT = Path(__file__).resolve().parents[2]
# What is left of a stack of mixtures when the margins are cut off.
_INNER = np.s_[:, eigenfilms.MARGIN : -eigenfilms.MARGIN, eigenfilms.MARGIN : -eigenfilms.MARGIN]


def main():
    arguments = argparse.ArgumentParser(prog="scripts/samples/make", description=__doc__)
    arguments.add_argument("--films", type=Path, metavar="DIR", help="folder of labels.csv and the tar files it names")
    arguments.add_argument("--out", type=Path, metavar="DIR", default=ROOT / "SampleStudies")
    arguments.add_argument("--work", type=Path, metavar="DIR", help="keep the fitted eigen-images and what was compared here, and take them from here; not for the repository")
    arguments.add_argument("--sheet", type=Path, metavar="FILE", help="write a contact sheet (PNG) of all pictures")
    arguments.add_argument("--check", action="store_true", help="check the files of --out, make nothing; needs no films")
    options = arguments.parse_args()
    if options.check:
        problems = check.problems(options.out)
        print("\n".join(problems) or f"{options.out}: all {len(STUDIES)} studies are as their table says")
        sys.exit(1 if problems else 0)
    if options.films is None:
        arguments.error("--films is needed, or --check")

    collection = films.Collection.read(options.films)
    mixtures, laid_over = _mixtures(collection, options.work)
    figures = _likeness(mixtures, laid_over, collection, options.work)
    _write(mixtures, options.out)
    problems = check.problems(options.out)
    if problems:
        sys.exit("\n".join(problems))
    (options.out / "README.md").write_text(readme.text(options.out, figures))
    if options.sheet:
        check.contact_sheet(options.out, options.sheet)


def _wanted():
    return sorted({image.picture for study in STUDIES for image in study.images if isinstance(image.picture, Film)}, key=lambda film: (film.kind, film.seed))


def _mixtures(collection, work):
    """Each film of the table at 256 × 256 with its sources; and the films each class was fitted on, as they were then."""
    mixtures, laid_over = {}, {}
    for kind in films.CLASSES:
        stored = work / f"{kind}.pickle" if work else None
        if stored and stored.exists():
            model, fitted_on = pickle.loads(stored.read_bytes())
        else:
            fitted_on, places = films.prepared(collection, kind)
            model = eigenfilms.EigenFilms.fit(fitted_on, places)
            if stored:
                work.mkdir(parents=True, exist_ok=True)
                stored.write_bytes(pickle.dumps((model, fitted_on), protocol=5))
        print(f"{kind}: {len(model.latent)} films, {len(model.images)} eigen-images", flush=True)
        for film in (film for film in _wanted() if film.kind == kind):
            mixtures[film] = eigenfilms.mixture(model, film.seed)
        laid_over[kind] = np.clip(fitted_on, 0, 255).astype(np.uint8)
    return mixtures, laid_over


def _likeness(mixtures, laid_over, collection, work):
    """Stops where a bound is passed; otherwise the highest figures, and among real films for comparison."""
    stored = work / "likeness.json" if work else None
    known = json.loads(stored.read_text()) if stored and stored.exists() else {}
    keys = {film: hashlib.sha256(np.round(picture, 2).astype("<f4").tobytes()).hexdigest() for film, (picture, _) in mixtures.items()}
    unknown = [film for film in mixtures if keys[film] not in known]
    if unknown:
        known |= _compared({keys[film]: mixtures[film][0] for film in unknown}, laid_over, collection)
        if stored:
            stored.write_text(json.dumps(known, indent=1))
    found = {film: known[key] for film, key in keys.items()}
    for film, values in found.items():
        print(film.kind, film.seed, {name: round(value, 3) for name, value in values.items()}, flush=True)
    passed = [f"{film}: {name} {values[name]:.3f}" for film, values in found.items() for name in likeness.MEASURES if values[name] > likeness.BOUNDS[name]]
    if passed:
        sys.exit("too like a real film:\n" + "\n".join(passed))
    among_real = {name: [] for name in likeness.IN_PLACE}
    for real in laid_over.values():
        for name, value in likeness.nearest_other(real, np.arange(0, len(real), max(1, len(real) // 40)), _INNER).items():
            among_real[name].extend(value)
    heaviest = max(weight for _, sources in mixtures.values() for _, weight in sources)
    assert heaviest <= eigenfilms.MOST_WEIGHT + 1e-9
    return {
        "highest": {name: max(values[name] for values in found.values()) for name in likeness.MEASURES},
        "real": {name: float(np.median(values)) for name, values in among_real.items()},
        "real_highest": {name: float(np.max(values)) for name, values in among_real.items()},
        "weight": heaviest,
        "films": len(collection.rows),
    }


def _compared(pictures, laid_over, collection):
    """The highest of each measure of each picture with any real film: as it is, and as it was laid over the others."""
    stack = np.stack(list(pictures.values())).astype(np.float32)
    found = likeness.highest(stack, collection)
    for real in laid_over.values():
        for start in range(0, len(real), likeness.CHUNK):
            for name, value in likeness.in_place(stack[_INNER], real[start : start + likeness.CHUNK][_INNER]).items():
                found[name] = np.maximum(found[name], value.max(1))
    return {key: {name: float(found[name][number]) for name in likeness.MEASURES} for number, key in enumerate(pictures)}


def _write(mixtures, out):
    if out.exists():
        for study in STUDIES:
            shutil.rmtree(out / study.folder, ignore_errors=True)
    for study in STUDIES:
        for series, image in enumerate(study.images, start=1):
            for instance in range(1, image.count + 1):
                data = headers.data_set(study, image, series, instance)
                if image.object != "SR":
                    transfer.set_pixels(data, *_pixels(image, mixtures, instance), inverted=image.inverted)
                transfer.write(data, out / study.folder / file_name(image, series, instance), image.syntax)
    orders = [_order(study) for study in STUDIES if study.order is not None]
    (out / "orders.json").write_text(json.dumps(orders, indent=2, ensure_ascii=False) + "\n")


def file_name(image, series, instance):
    """For example `1-1-frontal.dcm`: series, instance, what it shows."""
    shown = image.picture if isinstance(image.picture, str) else "frontal"
    return f"{series}-{instance}-{shown}.dcm"


def _pixels(image, mixtures, instance):
    """Grey values (or RGB) and their bits."""
    level = (instance - 1) / max(1, image.count - 1)
    match image.picture:
        case Film():
            seed = int.from_bytes(hashlib.sha256(f"{image.picture}".encode()).digest()[:8])
            values = eigenfilms.rendered(mixtures[image.picture][0], image.size, image.bits, seed)
            return (raw_exposure(values, image.bits) if image.object == "DX for processing" else values), image.bits
        case "ct-thorax":
            return (phantoms.ct_thorax(image.size, level).astype(int) + 1024).astype(np.uint16), 12
        case "us-abdomen":
            return phantoms.ultrasound(image.size, image.size * 4 // 3), 8
        case "mr-head":
            shown = phantoms.mr_head(image.size, level)
        case "lateral":
            shown = phantoms.lateral(image.size)
        case "hand":
            shown = phantoms.hand(image.size)
    return np.rint(shown * (2**image.bits - 1)).astype(np.uint16), image.bits


def raw_exposure(values, bits):
    """What the detector counted: falls exponentially with what the beam went through."""
    most = 2**bits - 1
    return np.rint(most * np.exp(-3.5 * values / most)).astype(np.uint16)


def _order(study):
    order = {
        "accession_number": study.accession_number,
        "patient_id": study.patient_id,
        "patient_name": study.patient.name,
        "birth_date": study.patient.birth_date,
        "sex": study.patient.sex,
        "priority": study.order.priority,
        "patient_class": study.order.patient_class,
        "procedure": study.description,
        "reason": study.order.reason or None,
        "study_instance_uid": str(headers.uid("study", study.folder)),
        "expected_images": study.order.expected_images,
        "requested_procedure_id": f"RP{study.number:04}",
        "scheduled_step_id": f"SPS{study.number:04}",
    }
    return {key: value for key, value in order.items() if value is not None}


if __name__ == "__main__":
    main()
