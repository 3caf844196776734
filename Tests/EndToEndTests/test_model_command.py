"""`firstread model`, and which model a service uses."""

import json
import os
import pickle
import subprocess
import zipfile
from pathlib import Path

import numpy
import pytest
from PIL import Image

from objects import write, radiograph, write_study
from refusals import ports, refused
from senders import store
from service import REPOSITORY, firstread
from test_model_folders import Folder
from waiting import done

SHIPPED = REPOSITORY / "Models/cxr-lite0"
# A python that has PyTorch and torchxrayvision: scripts/reference makes one. Tests of .pt files need it.
TORCH_PYTHON = os.environ.get("FIRSTREAD_TORCH_PYTHON")


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "copied-model")


def test_check_says_what_the_shipped_model_is_good_for():
    result = firstread("model", "check", "--json")
    assert result.returncode == 0, result.stderr
    [shipped] = json.loads(result.stdout)
    assert shipped["fault"] is None and shipped["name"] == "cxr-lite0"
    assert [label["name"] for label in shipped["labels"]] == ["abnormal", "pneumonia", "effusion"]
    assert shipped["sizes"] == [224, 144]
    assert all(label["calibration"] in ("platt", "temperature", "isotonic") for label in shipped["labels"])
    sensitivity = shipped["rule_out"]["sensitivity"]
    assert sensitivity["low"] < sensitivity["observed"] < sensitivity["high"] and sensitivity["abnormal"] >= 90
    assert shipped["rule_out"]["minimum_age"] == 18 and shipped["has_gate"]
    assert shipped["engine"].split()[0] in ("openblas", "native") and shipped["openblas_core"]
    assert shipped["reference_difference"] < 1e-3
    text = firstread("model", "check", SHIPPED).stdout
    assert "abnormal films" in text and "adults, validation" in text


def test_check_names_the_fault_and_fails(folder):
    folder.describe(sha256="0" * 64)
    result = firstread("model", "check", SHIPPED, folder.path)
    assert result.returncode == 1
    assert "can't be used" in result.stdout and "SHA-256" in result.stdout and "cxr-lite0" in result.stdout


def test_a_model_that_nobody_approved_is_not_used_until_somebody_does(folder, tmp_path, start_service):
    folder.description.pop("approved")
    folder.describe(a_key_of_the_future={"kept": True})
    sentence = refused(*ports(tmp_path / "data"), "--model", folder.path)
    assert "nobody has approved" in sentence and "firstread model approve" in sentence
    assert "by nobody" in firstread("model", "check", folder.path).stdout
    result = firstread("model", "approve", folder.path, "--by", "Dr. M. Weiß", "--on", "2026-11-26")
    assert result.returncode == 0, result.stderr
    description = json.loads((folder.path / "model.json").read_text())
    assert description["approved"] == {"by": "Dr. M. Weiß", "on": "2026-11-26"}
    assert description["a_key_of_the_future"] == {"kept": True}
    start_service("--model", folder.path)


@pytest.mark.parametrize("arguments", [("--by", "  "), ("--by", "Dr. A", "--on", "26.11.2026")])
def test_an_approval_needs_a_name_and_a_day(folder, arguments):
    assert firstread("model", "approve", folder.path, *arguments).returncode == 64


def test_the_model_approved_last_scores(tmp_path, objects_folder, start_service):
    older, newer = Folder(tmp_path / "older"), Folder(tmp_path / "newer")
    older.describe(name="older", approved={"by": "Dr. A", "on": "2026-01-01"})
    newer.describe(name="newer", approved={"by": "Dr. A", "on": "2026-06-01"})
    service = start_service("--model", older.path, "--model", newer.path)
    [film] = write_study(objects_folder)
    store(service.dicom_port, [film])
    assert done(service, film.study_instance_uid)["model"]["name"] == "newer"


def test_what_is_no_chest_film_is_refused_by_its_pixels_whatever_its_header_says(tmp_path):
    y, x = numpy.mgrid[:512, :512]
    checks = (((x // 32 + y // 32) % 2) * 4095).astype("<u2")
    film = numpy.frombuffer(radiograph(rows=512, columns=512).PixelData, "<u2").reshape(512, 512)
    pictures = {"checkerboard": checks, "upside down": film[::-1, ::-1], "on its side": film.T, "inverted": 4095 - film}
    files = []
    for pixels in pictures.values():
        data = radiograph(rows=512, columns=512)
        data.PixelData = pixels.tobytes()
        files.append(write(data, tmp_path))
    upright = write(radiograph(rows=512, columns=512), tmp_path)
    result = firstread("score", "--json", *(file.path for file in files), upright.path)
    assert result.returncode == 0, result.stderr
    *others, good = json.loads(result.stdout)
    for name, image in zip(pictures, others):
        assert image["findings"] == {} and "does not look like a chest film" in (image["unscored_reason"] or ""), name
    assert good["unscored_reason"] is None and good["findings"]


def test_heat_maps_lie_over_the_film_as_pictures(tmp_path):
    film = next((REPOSITORY / "SampleStudies/26-effusion-big-endian").glob("*.dcm"))
    result = firstread("score", film, "--heatmap", tmp_path / "maps")
    assert result.returncode == 0, result.stderr
    pictures = sorted((tmp_path / "maps").iterdir())
    assert [path.name.rsplit(".", 2)[1] for path in pictures] == ["abnormal", "effusion", "pneumonia"]
    effusion = numpy.asarray(Image.open(pictures[1]).convert("RGB")).astype(int)
    assert effusion.shape == (512, 512, 3)
    coloured = (effusion[..., 0] - effusion[..., 2]) > 40
    assert 0.01 < coloured.mean() < 0.9, "some of the film is coloured, not all of it"


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path):
    junk = tmp_path / "junk.pt"
    junk.write_bytes(b"\x80\x04junk")
    result = firstread("model", "import", "--torchxrayvision", junk, "--to", tmp_path / "imported")
    assert result.returncode == 1 and "is no PyTorch checkpoint" in result.stderr
    assert not (tmp_path / "imported").exists()


@pytest.mark.skipif(not TORCH_PYTHON, reason="FIRSTREAD_TORCH_PYTHON names no python with torch and torchxrayvision")
class TestCheckpoints:
    MAKE = Path(__file__).with_name("make_checkpoints.py")

    def made(self, tmp_path, kind):
        result = subprocess.run([TORCH_PYTHON, self.MAKE, kind, tmp_path], capture_output=True, text=True, check=True)
        return json.loads(result.stdout.splitlines()[-1])

    @pytest.mark.parametrize("kind", ["module", "state", "wrapped"])
    def test_the_imported_model_gives_the_logits_of_the_packages_class(self, tmp_path, kind):
        made = self.made(tmp_path, kind)
        target = tmp_path / "imported"
        result = firstread("model", "import", "--torchxrayvision", made["file"], "--to", target, "--trained-on", "all", timeout=300, FIRSTREAD_PYTHON=TORCH_PYTHON)
        assert result.returncode == 0, result.stderr
        description = json.loads((target / "model.json").read_text())
        assert description["labels"] == made["labels"]
        largest = max(abs(ours - theirs) for ours, theirs in zip(description["reference"]["logits"], made["logits"]))
        assert largest < 1e-4

    def test_a_pickle_that_wants_to_run_a_program_is_refused(self, tmp_path):
        class Program:
            def __reduce__(self):
                return os.system, (f"touch {tmp_path}/ran",)

        evil = tmp_path / "evil.pt"
        with zipfile.ZipFile(evil, "w") as archive:
            archive.writestr("evil/data.pkl", pickle.dumps({"weights": Program()}, protocol=2))
            archive.writestr("evil/version", "3\n")
        result = firstread("model", "import", "--torchxrayvision", evil, "--to", tmp_path / "imported", timeout=300, FIRSTREAD_PYTHON=TORCH_PYTHON)
        assert result.returncode == 1 and "refused" in result.stderr
        assert not (tmp_path / "ran").exists() and not (tmp_path / "imported").exists()


@pytest.mark.parametrize("engine", ["openblas", "native"])
def test_time_runs_the_engine_asked_for_and_gives_the_models_own_logits(engine):
    result = firstread("model", "time", "--model", SHIPPED, "--engine", engine, "--threads", "2", "--rounds", "3", "--profile", "--json")
    assert result.returncode == 0, result.stderr
    figures = json.loads(result.stdout)
    assert figures["engine"] == engine and figures["precision"] == "f32" and figures["rounds"] == 3
    assert 0 < figures["min_ms"] <= figures["median_ms"] <= figures["p95_ms"]
    expected = json.loads((SHIPPED / "model.json").read_text())["reference"]["logits"]
    assert numpy.abs(numpy.array(figures["logits"]) - expected).max() < 1e-4
    kinds = {layer["kind"] for layer in figures["profile"]}
    assert {"1×1 at 14", "depthwise 5×5 at 7", "classifier"} <= kinds
    assert ("inverted residual 3×3 at 56" in kinds) == (engine == "native")


def test_time_says_what_is_not_there():
    result = firstread("model", "time", "--model", SHIPPED, "--engine", "openblas", "--precision", "bf16")
    assert result.returncode == 1 and "bf16 is not available" in result.stderr
    result = firstread("model", "time", "--model", SHIPPED, "--engine", "gpu")
    assert result.returncode == 64 and "native" in result.stderr
