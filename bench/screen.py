"""From starting the kiosk to its first screen, in a real window."""

import statistics
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from bench.table import Row
from tests.support.state import write_config
from tests.support.xvfb import Display

STARTS = 3


def measure(folder: Path) -> Iterator[Row]:
    config = write_config(folder / "portier.toml", {"state": {"directory": folder / "state"}})
    with Display() as display:
        times = [_start(config, display, folder) for _ in range(STARTS)]
    yield Row("kiosk start to first screen, drawn in software", statistics.median(times), "s")


def _start(config: Path, display: Display, folder: Path) -> float:
    words = [sys.executable, "-m", "portier", "--config", str(config), "kiosk", "run"]
    start = perf_counter()
    with (folder / "kiosk.log").open("wb") as log:
        process = subprocess.Popen(words, env=display.environment(), stdout=log, stderr=log)  # noqa: S603
        try:
            while display.colours() < 8:
                if process.poll() is not None:
                    raise RuntimeError(f"the kiosk ended by itself: {(folder / 'kiosk.log').read_text()[-2000:]}")
                threading.Event().wait(0.05)
            return perf_counter() - start
        finally:
            process.terminate()
            process.wait(timeout=30)
