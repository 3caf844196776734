"""An image on its way through the network asks for no memory but that of its answer."""

import shutil
import subprocess
from pathlib import Path

import pytest

from service import REPOSITORY, firstread

SHIPPED = REPOSITORY / "Models/cxr-lite0"
HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def counter(tmp_path_factory):
    compiler = shutil.which("cc") or shutil.which("clang")
    library = tmp_path_factory.mktemp("counter") / "count_allocations.so"
    subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", library, HERE / "count_allocations.c"], check=True)
    return library


def counted(counter, work, rounds, engine, threads, batch):
    """Calls for memory, and bytes, of a whole run with so many rounds."""
    report = work / f"{rounds}.txt"
    result = firstread(
        "model", "time", "--model", SHIPPED, "--engine", engine, "--threads", threads, "--batch", batch, "--rounds", rounds,
        LD_PRELOAD=str(counter), COUNT_ALLOCATIONS=str(report),
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return [int(number) for number in report.read_text().split()]


@pytest.mark.parametrize("engine", ["openblas", "native"])
@pytest.mark.parametrize("threads,batch", [(1, 1), (2, 1), (2, 4)])
def test_after_the_first_an_image_asks_for_the_memory_of_its_answer_alone(counter, tmp_path, engine, threads, batch):
    few, many = (counted(counter, tmp_path, rounds, engine, threads, batch) for rounds in (5, 45))
    images = 40 * batch
    calls, size = ((after - before) / images for before, after in zip(few, many))
    # The logits at each size, and what the timing itself keeps; a tensor of the network is a hundred times as large.
    assert few[0] > 1000, "the counter counts"
    assert calls <= 16 and size <= 2048, f"{calls:.1f} calls and {size:.0f} bytes an image"
