"""Four days of sixteen cameras: what a start, a step and a check take. Processor time, for others wait here too."""

from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from retention.base.command import Office
from retention.check import check
from retention.rules import LEAD
from retention.service import Retention
from tests.support.bars import Bars
from tests.support.catalogue import fill
from tests.support.clock import ManualClock
from tests.support.state import make_config

CAMERAS, MINUTES = 16, 4 * 24 * 60


def seconds(act: Callable[[], object]) -> float:
    begin = process_time()
    act()
    return process_time() - begin


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_a_catalogue_of_sixteen_cameras(tmp_path: Path, clock: ManualClock, bars: Bars) -> None:
    config = make_config(tmp_path / "state")
    office = Office(config, config.where(), clock)
    office.state.prepare()
    (office.state.keys / "reader.pub").write_bytes(bytes(32))
    fill(office.state, cameras=CAMERAS, minutes=MINUTES, until=clock.now())
    service = Retention(office, rows=False)
    kept = f"{CAMERAS * MINUTES} minutes"
    bars.at_most(f"{kept}: from start to READY", seconds(lambda: service.wakes.run("time", "reap")), 5, "s")
    clock.advance(-LEAD)
    for _ in range(3):
        clock.advance(minutes=1)
        bars.at_most(f"{kept}: a step that erases {CAMERAS}", seconds(service.reap), 1, "s")
    findings = []
    bars.at_most(f"{kept}: retention check", seconds(lambda: findings.extend(check(office, clock.now()))), 60, "s")
    bars.at_most(f"{kept}: found by it", sum(not finding.holds for finding in findings), 0)
    bars.at_least(f"{kept}: epochs erased meanwhile", service.report().figures["erased_epochs_total"], 3 * CAMERAS)
