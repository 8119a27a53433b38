"""`make bench`: every measure, one table."""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench import capture, lobby, screen
from bench.table import Row, table


def rows(folder: Path, seconds: float) -> Iterator[Row]:
    for name in ("lobby", "screen", "capture"):
        (folder / name).mkdir()
    yield from lobby.measure(folder / "lobby")
    yield from screen.measure(folder / "screen")
    yield from capture.measure(folder / "capture", seconds)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="how long capture is measured")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portier-bench-") as folder:
        print(table(rows(Path(folder), options.seconds)))  # noqa: T201 - this is what it is for


main()
