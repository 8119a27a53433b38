"""`make bench`: every measure, one table."""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import capture, evidence, eyes, footage, lobby, reaper, screen, voice
from bench.table import Row, table

PARTS = ("lobby", "screen", "voice", "reaper", "evidence", "footage", "eyes", "capture")


def rows(folder: Path, seconds: float, parts: Sequence[str]) -> Iterator[Row]:
    for name in parts:
        (folder / name).mkdir()
    if "lobby" in parts:
        yield from lobby.measure(folder / "lobby")
    if "screen" in parts:
        yield from screen.measure(folder / "screen")
    if "voice" in parts:
        yield from voice.measure(folder / "voice")
    if "evidence" in parts:
        yield from evidence.measure(folder / "evidence")
    if "footage" in parts:
        yield from footage.measure(folder / "footage")
    if "eyes" in parts:
        yield from eyes.measure(folder / "eyes", seconds)
    if "reaper" in parts:
        yield from reaper.measure(folder / "reaper")
    if "capture" in parts:
        yield from capture.measure(folder / "capture", seconds)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long capture is measured")
    parser.add_argument("--only", action="append", choices=PARTS, help="measure this part alone; may be repeated")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portier-bench-") as folder:
        print(table(rows(Path(folder), options.seconds, options.only or PARTS)))  # noqa: T201 - this is what it is for


main()
