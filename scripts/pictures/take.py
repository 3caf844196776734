"""Takes the pictures of the board, as tmux shows it, over the sample studies."""

import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "Tests/EndToEndTests"))

from service import BINARY, Service  # noqa: E402  (they need the path above)
from test_board import Terminal  # noqa: E402
from waiting import eventually  # noqa: E402

COLUMNS, ROWS = 132, 42
FONT_PIXELS, LINE_PIXELS = 15, 19
# DejaVu Sans Mono's advance, in ems. An East Asian glyph is one em wide, and has to be two of these, as it is in a terminal.
ADVANCE = 0.602


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


def photograph_terminal(terminal, picture, work):
    coloured = terminal.tmux("capture-pane", "-p", "-e")
    body = subprocess.run(["aha", "--black", "--no-header"], input=coloured, capture_output=True, text=True, check=True).stdout
    # aha draws a terminal's black, which stands on yellow here, in grey.
    body = body.replace("color:dimgray;", "color:black;")
    page = work / "terminal.html"
    page.write_text(
        f"<!doctype html><meta charset=utf-8><style>@font-face{{font-family:Wide;src:local('Noto Sans Mono CJK JP');"
        f"size-adjust:{200 * ADVANCE}%}}body{{margin:14px;background:#0b0e10;color:#d5dbe0}}"
        f"pre{{margin:0;font:{FONT_PIXELS}px/{LINE_PIXELS}px 'DejaVu Sans Mono',Wide,monospace}}</style><pre>{body}</pre>")
    photograph(page.as_uri(), picture, int(COLUMNS * FONT_PIXELS * ADVANCE) + 28, ROWS * LINE_PIXELS + 28)


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        work = Path(place)
        with Service(work / "data", quiet_seconds=1) as service:
            send_samples(service)
            terminal = Terminal(work / "tmux", COLUMNS, ROWS)
            try:
                terminal.run(BINARY, "board", "--data", service.data)
                eventually(lambda: "quit" in terminal.screen, what="the board")
                photograph_terminal(terminal, folder / "board.png", work)
                terminal.press("Enter")
                eventually(lambda: "Model" in terminal.screen or "model" in terminal.screen, what="a study on the board")
                photograph_terminal(terminal, folder / "study.png", work)
            finally:
                terminal.end()
    for name in ("board.png", "study.png"):
        print(folder / name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
