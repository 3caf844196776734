"""Takes the pictures of the board, as a terminal shows it, over the sample studies."""

import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "Tests/EndToEndTests"))

import board  # noqa: E402  (they need the path above)
from waiting import eventually  # noqa: E402


def send_samples(service):
    orders = REPOSITORY / "SampleStudies/orders.json"
    if orders.exists():
        subprocess.run(
            [REPOSITORY / ".build/release/stand-in-pacs", "order", "--to", f"127.0.0.1:{service.hl7_port}", "--orders", orders], check=True)
    folders = sorted(path for path in (REPOSITORY / "SampleStudies").iterdir() if path.is_dir())
    for folder in folders:
        subprocess.run(
            ["dcmsend", "--decompress-never", "+sd", "+r", "-aec", "FIRSTREAD", "127.0.0.1", str(service.dicom_port), folder], check=True)
    eventually(
        lambda: len(items := service.worklist()) == len(folders) and all(item["state"] in ("scored", "unscored") for item in items),
        within=300, what="all sample studies being done")


def photograph(address, picture, width, height):
    """Chromium refuses to run as root inside its own sandbox; the pages are ours alone."""
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=1.5",
             f"--user-data-dir={profile}", f"--window-size={width},{height}", "--virtual-time-budget=6000", f"--screenshot={picture}", address],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        names = board.take(folder, Path(place), send_samples, photograph)
    for name in names:
        print(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
