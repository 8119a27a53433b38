"""Six cameras for two hours: nothing grows, nothing is missing, nobody was started anew.

PORTIER_SOAK_MINUTES makes it shorter, for a look; the bars are the same.
"""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.site import Site
from tests.soak.vitals import Sample, change, sample
from tests.support.bars import Bars
from tests.support.rtsp import RtspCamera
from tests.support.video import make_video

CAMERAS = 6
MINUTES = float(os.environ.get("PORTIER_SOAK_MINUTES", "120"))
WARM_UP = min(600.0, MINUTES * 60 / 4)  # every minute brings a new file, every ten the same again
EVERY = 10.0
GROWTH, IN_ALL = 2.0, 4.0  # MiB an hour; allocators still settle in the first ones


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    film = make_video(tmp_path / "lobby.mp4", seconds=20, size=(320, 180), bitrate=200_000)
    with RtspCamera(film) as server:
        cameras = {f"camera-{number}": {"url": f"{server.url}?{number}", "eyes": True} for number in range(CAMERAS)}
        with Site(tmp_path / "site", cameras) as site:
            yield site.start()
    shutil.rmtree(tmp_path / "site", ignore_errors=True)  # gigabytes


@pytest.mark.slow
@pytest.mark.timeout(MINUTES * 60 + 300)
def test_six_cameras_for_two_hours_take_no_more_and_miss_nothing(site: Site, bars: Bars) -> None:
    began = site.clock.now()
    time.sleep(WARM_UP)
    samples = _samples(site, MINUTES * 60 - WARM_UP)

    processes = set(samples[0])
    assert all(set(one) == processes for one in samples), f"a process ended: see {site.folder}/recorder.log"
    changes = {pid: change(samples, pid, len(samples) * EVERY) for pid in processes}
    for pid in sorted(processes):
        print(f"{samples[0][pid]} became {samples[-1][pid]}: {changes[pid]}")  # shown where a bar is missed
    told, worst = f"in {MINUTES:g} minutes", changes.values()
    gaps = sum(len(site.gaps(camera, began)) for camera in site.cameras)
    bars.at_most(f"gaps of {CAMERAS} cameras {told}", gaps, 0)
    bars.at_most(f"handles of one process {told}: growth", max(one.handles for one in worst), 0)
    bars.at_most(f"threads of one process {told}: growth", max(one.threads for one in worst), 0)
    bars.at_most(f"memory of one process {told}: growth", max(one.memory_per_hour for one in worst), GROWTH, "MiB/h")
    bars.at_most(f"memory of all {told}: growth", sum(one.memory_per_hour for one in worst), IN_ALL, "MiB/h")


def _samples(site: Site, seconds: float) -> list[Sample]:
    found, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        found.append(sample(site.pid))
        time.sleep(EVERY)
    return found
