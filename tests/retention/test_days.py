"""Days on end with a reaper that dies at any step: nothing outlives its term, and nothing goes before it."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.retention.days import EARLY, Days, Outcome
from tests.support.bars import Bars
from tests.support.state import make_config, make_state


def spent(folder: Path, seed: int, *, cameras: int, term: str, span: timedelta, crashes_an_hour: float) -> Outcome:
    config = make_config(make_state(folder / "state").directory, retention={"footage": term})
    days = Days(config, cameras, random.Random(seed), crashes_an_hour=crashes_an_hour)
    return days.pass_by(span, sweep_every=timedelta(hours=1))


@pytest.mark.parametrize("seed", range(2))
def test_hours_with_crashes_at_any_step(tmp_path: Path, seed: int) -> None:
    found = spent(tmp_path, seed, cameras=1, term="1 hours", span=timedelta(hours=4), crashes_an_hour=8)

    assert found.crashes > 5
    assert found.destroyed > 150
    assert (found.late, found.lost, found.problems) == (0, 0, 0)
    assert found.late_beyond_outage <= 5
    assert found.early <= EARLY.total_seconds()


@pytest.mark.slow
@pytest.mark.timeout(7_200)
def test_ten_days_of_six_cameras(tmp_path: Path, bars: Bars) -> None:
    span = timedelta(days=10)
    found = spent(tmp_path, 10, cameras=6, term="96 hours", span=span, crashes_an_hour=1)

    print(found)
    bars.at_least("10 days x 6 cameras: keys destroyed", found.destroyed, 6 * 6 * 24 * 60)
    bars.at_least("10 days x 6 cameras: crashes", found.crashes, 100)
    bars.at_most("10 days x 6 cameras: late in normal operation", found.late, 0, "s")
    bars.at_most("10 days x 6 cameras: late beyond the outage", found.late_beyond_outage, 5, "s")
    bars.at_most("10 days x 6 cameras: early", found.early, EARLY.total_seconds(), "s")
    bars.at_most("10 days x 6 cameras: lost, or problems told when well", found.lost + found.problems, 0)
