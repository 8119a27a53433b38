"""The system clock is set while cameras are captured: an hour or a day, forward or back, and right again."""

import random
import time
from pathlib import Path

import pytest

from retention.base.trusted import TrustedTime
from tests.faults.judge import Fault, Findings, findings, hold
from tests.faults.site import Site
from tests.support.bars import Bars
from tests.support.faketime import FakeTime, library
from tests.support.rtsp import RtspCamera

pytestmark = pytest.mark.skipif(library() is None, reason="libfaketime is not installed")

AHEAD = (("clock_stepped",),)  # what was seen meanwhile stands where the clock said it was
BACK = ()  # trusted time does not go back, so that nothing is missing
STEPS = {"+1 hour": 3_600, "-1 hour": -3_600, "+1 day": 86_400, "-1 day": -86_400}


def run(folder: Path, lens: RtspCamera, steps: list[str], cameras: int) -> Findings:
    """Every step, and right again, for all cameras of a site."""
    urls = {f"camera-{number}": lens.url for number in range(cameras)}
    clock, faults = FakeTime(folder), list[Fault]()
    with Site(folder / "site", urls, environment=clock.environment) as site:
        site.state.prepare()
        TrustedTime(site.state, site.clock).advance()  # as the retention service does every minute
        since = site.start().clock.now()
        for step in steps:
            site.wait_for_footage(since=site.clock.now(), seconds=3)
            before = site.clock.now()
            clock.step(seconds=STEPS[step])
            begun = site.clock.now()
            time.sleep(4)
            ending = site.clock.now()
            clock.step()
            moments = before, begun, ending, site.clock.now()
            causes = AHEAD if STEPS[step] > 0 else BACK
            faults += [Fault(step, camera, *moments, causes=causes) for camera in site.cameras]
        site.wait_for_footage(since=site.clock.now(), seconds=3)
        site.stop()
        return findings(site, since, faults)


def test_a_clock_set_forward_is_one_gap(tmp_path: Path, lens: RtspCamera) -> None:
    found = run(tmp_path, lens, ["+1 hour"], cameras=1)

    assert found.wrong == []
    assert (found.unaccounted, found.unplayable, found.skips) == (0, [], [])


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(2))
def test_clocks_that_are_set(tmp_path: Path, lens: RtspCamera, bars: Bars, seed: int) -> None:
    found = run(tmp_path, lens, random.Random(seed).sample(list(STEPS), 4), cameras=7)

    # A step is seen at the next key frame, which is where a new file can begin.
    hold(bars, f"{len(found.faults)} steps of the clock ({seed})", found, starts=1.5, returns=3)
