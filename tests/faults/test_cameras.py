"""Cameras and networks that fail in every way they know: each time one gap, of the right cause, with sharp edges."""

import random
import threading
import time
from pathlib import Path

import pytest

from tests.faults.conftest import FPS
from tests.faults.judge import Fault, Findings, findings, hold
from tests.faults.posts import KINDS, Street
from tests.faults.site import Site
from tests.support.bars import Bars
from tests.support.netns import why_not
from tests.support.video import make_video

pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")


@pytest.fixture(scope="session")
def larger_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a camera sends once somebody set it to a larger picture."""
    path = tmp_path_factory.mktemp("larger") / "larger.mp4"
    return make_video(path, seconds=8, size=(640, 360), fps=FPS, gop=FPS, bitrate=300_000)


def befall(site: Site, street: Street, kinds: list[str], calm: float) -> list[Fault]:
    """A fault for every camera, all at the same time; until every camera has so many seconds of footage again."""
    faults = list[Fault]()

    def one(camera: str, kind: str) -> None:
        before = site.clock.now()
        with KINDS[kind].befalls(street.posts[camera]):
            begun = site.clock.now()
            time.sleep(KINDS[kind].seconds)
            ending = site.clock.now()
        faults.append(Fault(kind, camera, before, begun, ending, site.clock.now(), KINDS[kind].causes))

    threads = [threading.Thread(target=one, args=pair) for pair in zip(street.posts, kinds, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for seconds in (1, calm):  # counted from the last one to come back
        site.wait_for_footage(since=site.clock.now(), seconds=seconds)
    return faults


def run(folder: Path, film: Path, other: Path, rounds: list[list[str]]) -> Findings:
    """Rounds of faults, for as many cameras as a round has faults."""
    with Street(folder, film, other, len(rounds[0])) as street, Site(folder / "site", street.rows) as site:
        since = site.start().clock.now()
        site.wait_for_footage(since=since, seconds=2)
        # A camera that has worked for ten seconds is called at once after a failure, one that has not is called later.
        calm = 1 if len(rounds) == 1 else 11
        faults = [fault for kinds in rounds for fault in befall(site, street, kinds, calm)]
        site.stop()
        return findings(site, since, faults)


def test_every_fault_of_a_camera_is_one_gap_of_its_cause(tmp_path: Path, tiny_film: Path, larger_film: Path) -> None:
    # One that stalls comes back late by itself; one that hangs fails in the same way.
    found = run(tmp_path, tiny_film, larger_film, [[kind for kind in KINDS if kind != "stalled"]])

    assert found.wrong == []
    assert max(one.start_off for one in found.faults) < 0.5
    assert (found.unaccounted, found.unplayable, found.skips) == (0, [], [])


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(5))
def test_two_hundred_faults_of_cameras(
    tmp_path: Path, tiny_film: Path, larger_film: Path, bars: Bars, seed: int
) -> None:
    kinds = list(KINDS) * 6
    random.Random(seed).shuffle(kinds)
    found = run(tmp_path, tiny_film, larger_film, [kinds[place : place + 7] for place in range(0, 42, 7)])

    what = f"{len(kinds)} faults of cameras ({seed})"
    print("\n".join(one.line() for one in found.faults))
    # A camera that refuses a password is asked again after ten seconds, so that it locks nobody out.
    hold(bars, what, found, starts=0.3, returns=15)
