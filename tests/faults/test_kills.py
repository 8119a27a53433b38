"""kill -9 at random moments: of a camera's process, of the recorder, of the database."""

import os
import random
import signal
import statistics
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from tests.faults.conftest import FPS, SECONDS
from tests.faults.site import Gap, Site
from tests.support.bars import Bars
from tests.support.postgres import PostgreSQL
from tests.support.rtsp import RtspCamera

STEADY = 3.0  # seconds from a kill to the next one of the same camera, and then some footage


@dataclass(frozen=True)
class Kill:
    """Somebody's death, and the cameras it takes along."""

    at: datetime
    cameras: list[str]


@dataclass(frozen=True)
class Verdict:
    """What a series of kills cost, over all cameras."""

    losses: list[float]
    wrong: list[str]  # gaps of another cause, gaps that no kill explains, kills without a gap
    unplayable: list[str]
    skips: list[tuple[int, int]]


def verdict(site: Site, since: datetime, kills: list[Kill]) -> Verdict:
    """Hold the timeline of every camera against the kills it suffered."""
    losses, wrong = list[float](), list[str]()
    for camera in site.cameras:
        moments = [kill.at for kill in kills if camera in kill.cameras]
        gaps = [gap for gap in site.gaps(camera, since) if gap.causes != ("stopped",)]
        wrong += [f"{camera}: {gap}" for gap in gaps if gap.causes != ("restarted",)]
        if len(gaps) != len(moments):
            wrong.append(f"{camera}: {len(gaps)} gaps for {len(moments)} kills")
        losses += [_loss(at, gaps) for at in moments]
    films = [film for camera in site.cameras for film in site.films(camera)]
    unplayable = [film.path.name for film in films if not film.playable]
    return Verdict(losses, wrong, unplayable, [skip for film in films for skip in film.skips(FPS * SECONDS)])


def _loss(at: datetime, gaps: list[Gap]) -> float:
    """Seconds that had been seen before the kill and are not there."""
    gap = next((gap for gap in gaps if gap.end > at), None)
    return max(0.0, (at - gap.start).total_seconds()) if gap else 0.0


def kill_cameras(site: Site, chance: random.Random, number: int) -> list[Kill]:
    """Kill a camera's process, any that captures, at moments of no pattern."""
    kills, began = list[Kill](), site.clock.now()
    for _ in range(number):
        camera = chance.choice(site.cameras)
        last = max((kill.at for kill in kills if camera in kill.cameras), default=began)
        site.wait_for_footage(since=last, seconds=STEADY, cameras=[camera])
        time.sleep(chance.random() * 1.5)
        os.kill(site.camera_pids()[camera], signal.SIGKILL)
        kills.append(Kill(site.clock.now(), [camera]))
    site.wait_for_footage(since=site.clock.now())
    return kills


def kill_recorder(site: Site, chance: random.Random, number: int) -> list[Kill]:
    """Kill the recorder, and start it again."""
    kills = list[Kill]()
    for _ in range(number):
        site.wait_for_footage(since=site.clock.now(), seconds=1)
        time.sleep(chance.random() * 1.5)
        at = site.clock.now()
        site.kill()
        kills.append(Kill(at, list(site.cameras)))
        site.start()
    return kills


def assert_cheap(found: Verdict, *, median: float) -> None:
    assert found.wrong == []
    assert max(found.losses) <= 2, found.losses
    assert statistics.median(found.losses) <= median, found.losses
    assert (found.unplayable, found.skips) == ([], [])


def test_a_killed_camera_process_costs_its_camera_a_second(tmp_path: Path, lens: RtspCamera) -> None:
    with Site(tmp_path, {"entree": lens.url, "straat": lens.url}) as site:
        since = site.start().clock.now()
        kills = kill_cameras(site, random.Random(2), 2)
        site.stop()
        found = verdict(site, since, kills)

    assert_cheap(found, median=1.2)


def test_a_killed_recorder_costs_a_second(tmp_path: Path, lens: RtspCamera) -> None:
    with Site(tmp_path, {"entree": lens.url}) as site:
        since = site.start().clock.now()
        kills = kill_recorder(site, random.Random(3), 2)
        site.stop()
        found = verdict(site, since, kills)
        checked = site.check()

    assert_cheap(found, median=1.0)
    assert checked.returncode == 0, checked.stdout


def test_a_killed_database_costs_nothing_and_its_rows_follow(tmp_path: Path, lens: RtspCamera) -> None:
    with PostgreSQL(durable=True) as server, Site(tmp_path, {"entree": lens.url}, database=served(server)) as site:
        since = site.start().clock.now()
        kill_database(site, server, random.Random(4), 1)
        site.stop()
        found = verdict(site, since, [])
        checked = site.check()

    assert found == Verdict([], [], [], [])
    assert checked.returncode == 0, checked.stdout


def served(server: PostgreSQL) -> dict[str, str]:
    """The section of the configuration that names a database of this server."""
    return {"url": server.create("footage")}


def kill_database(site: Site, server: PostgreSQL, chance: random.Random, number: int) -> None:
    """Kill the server, and start it again after a while; nobody else is touched."""
    for _ in range(number):
        time.sleep(chance.random() * 5)
        server.kill()
        site.wait_for_footage(since=site.clock.now(), seconds=chance.random() * 4)
        server.start()


def hold(bars: Bars, what: str, found: Verdict, number: int) -> None:
    """The bars that every series of kills is held against."""
    bars.at_most(f"{what}: median loss", statistics.median(found.losses or [0.0]), 1.0, "s")
    bars.at_most(f"{what}: largest loss", max(found.losses, default=0.0), 2.0, "s")
    bars.at_most(f"{what}: files that do not play, or lack a frame", len(found.unplayable) + len(found.skips), 0)
    bars.at_most(f"{what}: gaps or causes that are wrong", len(found.wrong), 0, f"of {number}")


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(5))
def test_a_hundred_kills_of_camera_processes(tmp_path: Path, lens: RtspCamera, bars: Bars, seed: int) -> None:
    with Site(tmp_path, {f"camera-{number}": lens.url for number in range(6)}) as site:
        since = site.start().clock.now()
        kills = kill_cameras(site, random.Random(seed), 20)
        site.stop()
        found = verdict(site, since, kills)

    print(found)
    hold(bars, f"kill -9 of 20 camera processes ({seed})", found, 20)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(5))
def test_fifty_kills_of_the_recorder(tmp_path: Path, lens: RtspCamera, bars: Bars, seed: int) -> None:
    with Site(tmp_path, {f"camera-{number}": lens.url for number in range(3)}) as site:
        since = site.start().clock.now()
        kills = kill_recorder(site, random.Random(seed), 10)
        site.stop()
        found = verdict(site, since, kills)
        checked = site.check()

    print(found)
    hold(bars, f"kill -9 of the recorder 10 times ({seed})", found, 30)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(2))
def test_fifty_kills_of_the_database(tmp_path: Path, lens: RtspCamera, bars: Bars, seed: int) -> None:
    cameras = {f"camera-{number}": lens.url for number in range(3)}
    with PostgreSQL(durable=True) as server, Site(tmp_path, cameras, database=served(server)) as site:
        since = site.start().clock.now()
        kill_database(site, server, random.Random(seed), 25)
        site.stop()
        found = verdict(site, since, [])
        checked = site.check()

    print(found)
    hold(bars, f"kill -9 of the database 25 times ({seed})", found, 25)
    assert checked.returncode == 0, checked.stdout
