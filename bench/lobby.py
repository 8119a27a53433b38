"""Signing in until the roll is synced, and the list of 500 visitors as a PDF."""

import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter

from bench.table import Row
from kiosk.calamity.paper import paper
from kiosk.calamity.roll import replay
from kiosk.calamity.thelist import compose
from kiosk.reception import Reception
from kiosk.visits import Details, Help
from retention.base.clock import SystemClock
from retention.base.command import Office
from retention.base.readerkey import private_half
from retention.base.siteday import day_number, site_day
from retention.base.slots import SlotFile
from retention.base.state import VISITS
from tests.support.state import make_config, write_config

VISITORS = 500


def measure(folder: Path) -> Iterator[Row]:
    config = make_config(folder / "state")
    office = Office(config, config.where(), SystemClock())
    office.state.prepare()
    times = [_timed(sign_in) for sign_in in _arrivals(office)]
    yield Row("sign-in to synced roll and row: median", 1000 * statistics.median(times), "ms", goal="<= 20 ms")
    yield Row("sign-in to synced roll and row: 99 of 100", 1000 * statistics.quantiles(times, n=100)[98], "ms")
    warm = min(_timed(lambda: _list(office)) for _ in range(5))
    yield Row(f"list of {VISITORS} visitors, roll to PDF, service warm", 1000 * warm, "ms", goal="<= 100 ms")
    file = write_config(folder / "portier.toml", {"state": {"directory": folder / "state"}})
    words = [sys.executable, "-m", "portier", "--config", str(file), "calamity", "list", "--format", "pdf"]
    words += ["--output", str(folder / "list.pdf")]
    cold = _timed(lambda: subprocess.run(words, check=True, capture_output=True))  # noqa: S603
    yield Row(f"list of {VISITORS} visitors, by the command, cold", 1000 * cold, "ms")


def _arrivals(office: Office) -> Iterator[Callable[[], object]]:
    reception = Reception(office, None)
    # The first one makes the day's slot, the files and the database.
    reception.sign_in(Details("Anna Eerste"))
    for number in range(1, VISITORS):
        helped = frozenset({Help.STAIRS}) if number % 25 == 0 else frozenset()
        details = Details(f"Bezoeker Nummer {number}", help=helped)
        yield lambda details=details: reception.sign_in(details)  # type: ignore[misc]
    reception.close()


def _list(office: Office) -> bytes:
    now, site = office.clock.now(), office.config.site
    day = site_day(now, site.zone, office.config.visits.day_ends)
    key = SlotFile(office.state, VISITS).open(day_number(day), private_half(office.state), now)
    roll = replay(office.state, day, key)
    assert len(roll.on_site) == VISITORS
    return paper().pdf(compose(roll, organisation=office.config.organisation.name, site=site, as_of=now))


def _timed(act: Callable[[], object]) -> float:
    start = perf_counter()
    act()
    return perf_counter() - start
