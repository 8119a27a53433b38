"""The reaper before four days of many cameras: what a start, a step and a second look cost, and what they grow with.

Seconds of the processor: whoever else writes to the disk meanwhile makes everybody wait.
"""

import statistics
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from time import process_time

from bench.table import Row
from retention.base.command import Office
from retention.check import check
from retention.reaper import Reaper
from retention.rules import LEAD
from retention.service import Retention
from tests.support.catalogue import TERM, fill
from tests.support.clock import ManualClock
from tests.support.state import make_config

CAMERAS, MINUTES = 16, 4 * 24 * 60
WAKE = timedelta(seconds=15)
BEGIN = ManualClock().now()


def measure(folder: Path) -> Iterator[Row]:
    clock = ManualClock(BEGIN)
    few = _office(folder / "few", 60, clock)
    few_start, few_idle, few_due = _steps(few, clock)
    clock.at = BEGIN
    many = _office(folder / "many", MINUTES, clock)
    start, idle, due = _steps(many, clock)
    kept = f"{CAMERAS} cameras x 4 days"
    yield Row(f"reaper: first step, {kept}", 1000 * start, "ms", 1000 * few_start, "<= 5000 ms", "an hour kept")
    yield Row(f"reaper: step, nothing due, {kept}", 1000 * idle, "ms", 1000 * few_idle, "<= 1000 ms", "an hour kept")
    yield Row(f"reaper: step, {CAMERAS} minutes due", 1000 * due, "ms", 1000 * few_due, "<= 1000 ms", "an hour kept")
    yield Row("retention: from start to READY", _timed(lambda: _ready(many)), "s", goal="<= 5 s")
    yield Row("retention: what a crash left behind, swept", _timed(Reaper(many.state).sweep_leftovers), "s")
    yield Row("retention check", _timed(lambda: list(check(many, many.clock.now()))), "s", goal="<= 60 s")


def _office(folder: Path, minutes: int, clock: ManualClock) -> Office:
    """At the wake before anything is due."""
    config = make_config(folder)
    office = Office(config, config.where(), clock)
    office.state.prepare()
    (office.state.keys / "reader.pub").write_bytes(bytes(32))
    fill(office.state, cameras=CAMERAS, minutes=minutes, until=BEGIN)
    clock.at = BEGIN - timedelta(minutes=minutes) + TERM - LEAD - WAKE
    return office


def _steps(office: Office, clock: ManualClock) -> tuple[float, float, float]:
    """Seconds of the first step, of one that finds nothing due, and of one that erases a minute of each camera."""
    reaper, times = Reaper(office.state), dict[int, list[float]]({0: [], CAMERAS: []})
    first = _timed(lambda: reaper.step(clock.now()))
    for _ in range(20):
        clock.advance(WAKE)
        begin = process_time()
        swept = reaper.step(clock.now())
        reaper.oldest_deadline()
        times[len(swept.erased)].append(process_time() - begin)
        assert not swept.failures
    return first, statistics.median(times[0]), statistics.median(times[CAMERAS])


def _ready(office: Office) -> None:
    service = Retention(office, rows=False)
    service.wakes.run("time", "reap")  # what stands before READY
    assert service.wakes.failed == {}


def _timed(act: Callable[[], object]) -> float:
    begin = process_time()
    act()
    return process_time() - begin
