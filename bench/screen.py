"""The touch screen in a real window: start, answers to a touch, and coming back after a crash or a freeze."""

import json
import os
import signal
import statistics
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

from bench.table import Row
from kiosk.commands import database_if_there
from kiosk.reception import Reception
from kiosk.visits import Details
from retention.base.clock import SystemClock
from retention.base.command import Office
from retention.base.config import load
from retention.base.forgetful import forgetful
from tests.support.processes import tree
from tests.support.state import write_config
from tests.support.xvfb import Display

STARTS, CRASHES = 3, 3
INSIDE, VISITS = 300, 12
SUPERVISED = """
import portier
from retention.base.clock import SystemClock
from retention.base.supervise import Supervisor
import os
Supervisor([portier._trade("kiosk")], SystemClock(), lambda name, line: None).run(dict(os.environ))
"""


def measure(folder: Path) -> Iterator[Row]:
    config = write_config(folder / "portier.toml", {"state": {"directory": folder / "state"}})
    with Display() as display:
        times = [_start(config, display, folder) for _ in range(STARTS)]
        yield Row("kiosk start to first screen", statistics.median(times), "s", goal="<= 2 s")
    yield from _touches(config)
    yield from _comes_back(config)


def _touches(config: Path) -> Iterator[Row]:
    """With 300 visitors inside."""
    office = Office(load(config), load(config).where(), SystemClock())
    office.state.prepare()
    database = database_if_there(office)
    reception = Reception(office, database)
    for number in range(INSIDE):
        reception.sign_in(Details(f"Bezoeker Nummer {number}"))
    reception.close()
    if database is not None:
        database.close()
    what = f"touch to changed screen, {INSIDE} inside: 95 %"
    yield from _answers(config, what, {})
    # The driver takes all that is drawn and draws nothing: what is left a graphics card does not take away.
    yield from _answers(config, "  the same, until it is handed to the driver", {"GALLIUM_NOOP": "1"})


def _answers(config: Path, what: str, driver: dict[str, str]) -> Iterator[Row]:
    """With the allocator the kiosk has."""
    with Display() as display:
        words = [sys.executable, "-m", "bench.touches", str(config), str(VISITS)]
        surroundings = forgetful(display.environment() | driver)
        done = subprocess.run(  # noqa: S603
            words, env=surroundings, capture_output=True, text=True, check=False, timeout=600
        )
        if done.returncode:
            raise RuntimeError(f"no touches: {done.stderr[-2000:]}")
    times = json.loads(done.stdout.splitlines()[-1])
    every = [one for kind, many in times.items() if kind not in ("sign-in", "sign-out") for one in many]
    yield Row(what, _share([wall for wall, _ in every], 95), "ms", goal="<= 50 ms")
    yield Row("    processor: 95 %", _share([busy for _, busy in every], 95), "ms")
    for kind, until in (("sign-in", "pass"), ("sign-out", "farewell")):
        took = statistics.median(wall for wall, _ in times[kind])
        yield Row(f"    {kind} to the {until}, sealed: median", took, "ms")
    for kind in ("a letter", "another screen", "sign-in", "sign-out"):
        yield Row(f"    {kind}, processor: median", statistics.median(busy for _, busy in times[kind]), "ms")


def _comes_back(config: Path) -> Iterator[Row]:
    """Under `portier run`'s supervision: killed, and frozen."""
    with Display() as display:
        surroundings = display.environment() | {"PORTIER_CONFIG": str(config)}
        words = [sys.executable, "-c", SUPERVISED]
        supervisor = subprocess.Popen(words, env=surroundings)  # noqa: S603
        try:
            _until(lambda: display.colours() > 8)
            times = []
            for _ in range(CRASHES):
                threading.Event().wait(3)
                begun = perf_counter()
                os.kill(_kiosk(supervisor), signal.SIGKILL)
                _until(lambda: display.colours() <= 8)
                _until(lambda: display.colours() > 8)
                times.append(perf_counter() - begun)
            yield Row("kill -9 to the first screen again: worst", max(times), "s", goal="<= 3 s")
            threading.Event().wait(3)
            frozen, begun = _kiosk(supervisor), perf_counter()
            os.kill(frozen, signal.SIGSTOP)
            _until(lambda: frozen not in tree(supervisor.pid))
            yield Row("frozen screen noticed and ended", perf_counter() - begun, "s", goal="<= 10 s")
        finally:
            supervisor.terminate()
            supervisor.wait(timeout=30)


def _kiosk(supervisor: "subprocess.Popen[bytes]") -> int:
    return tree(supervisor.pid)[1]


def _share(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100)[percent - 1]


def _until(reached: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if reached():
            return
        threading.Event().wait(0.02)
    raise RuntimeError("that did not happen")


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
