"""Disks that are full, fail, turn read-only or hang: one gap for each camera, and footage goes on by itself."""

import os
import random
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.judge import Fault, Findings, findings, hold
from tests.faults.site import Site
from tests.support.bars import Bars
from tests.support.loopfs import made, mounted, repair, write_protect
from tests.support.powerdisk import PowerDisk
from tests.support.rtsp import RtspCamera
from tests.support.strace import refused

pytestmark = pytest.mark.usefixtures("disks")

PER_CAMERA = 70  # megabytes: its two copies of key slots, and a little footage


@dataclass(frozen=True)
class Volume:
    """A small disk of one's own."""

    image: Path
    where: Path


@contextmanager
def full(volume: Volume, site: Site) -> Iterator[None]:
    """Somebody else's file takes all there is; then it is taken away."""
    hog = volume.where / "somebody-elses"
    descriptor = os.open(hog, os.O_WRONLY | os.O_CREAT)
    piece, size = 1 << 24, 0
    while piece >= 512:
        try:
            os.posix_fallocate(descriptor, size, piece)
            size += piece
        except OSError:
            piece //= 2
    os.close(descriptor)
    yield
    hog.unlink()


@contextmanager
def failing(volume: Volume, site: Site) -> Iterator[None]:
    """Nothing that is written arrives: every sync says so."""
    with refused(site.camera_pids().values(), "fdatasync", "EIO"):
        yield


@contextmanager
def write_protected(volume: Volume, site: Site) -> Iterator[None]:
    """The kernel found the file system damaged and lets nobody write; then it is mounted anew."""
    write_protect(volume.where)
    yield
    repair(volume.image, volume.where)


@dataclass(frozen=True)
class Kind:
    """A fault of a disk, for how long, and the cause that the timeline is to tell."""

    befalls: Callable[[Volume, Site], AbstractContextManager[None]]
    seconds: float
    cause: str


KINDS = {
    "full": Kind(full, 5, "disk_full"),
    "failing": Kind(failing, 5, "damaged"),
    "read-only": Kind(write_protected, 5, "damaged"),
}


def run(folder: Path, lens: RtspCamera, kinds: list[str], cameras: int) -> Findings:
    """One fault after the other, each of all cameras."""
    urls = {f"camera-{number}": lens.url for number in range(cameras)}
    volume = Volume(made(folder / "disk", megabytes=60 + PER_CAMERA * cameras), folder / "volume")
    faults = list[Fault]()
    with (
        mounted(volume.image, volume.where, "errors=remount-ro"),
        Site(folder / "site", urls, state=volume.where / "state") as site,
    ):
        since = site.start().clock.now()
        for kind in kinds:
            site.wait_for_footage(since=site.clock.now(), seconds=2)
            before = site.clock.now()
            with KINDS[kind].befalls(volume, site):
                begun = site.clock.now()
                time.sleep(KINDS[kind].seconds)
                ending = site.clock.now()
            moments = before, begun, ending, site.clock.now()
            faults += [Fault(kind, camera, *moments, causes=((KINDS[kind].cause,),)) for camera in site.cameras]
            site.wait_for_footage(since=site.clock.now())
        site.stop()
        return findings(site, since, faults)


def test_a_full_disk_is_one_gap_and_footage_goes_on_when_there_is_room(tmp_path: Path, lens: RtspCamera) -> None:
    found = run(tmp_path, lens, ["full"], cameras=1)

    assert found.wrong == []
    assert (found.unaccounted, found.unplayable, found.skips) == (0, [], [])


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_disk_mounted_anew_is_used_also_in_the_next_minute(tmp_path: Path, lens: RtspCamera) -> None:
    volume = Volume(made(tmp_path / "disk", megabytes=150), tmp_path / "volume")
    with (
        mounted(volume.image, volume.where, "errors=remount-ro"),
        Site(
            tmp_path / "site", {"entree": lens.url}, state=volume.where / "state", recorder={"reserve": "2 MB"}
        ) as site,
    ):
        site.start()
        with write_protected(volume, site):
            time.sleep(3)
        began = site.clock.now()
        site.wait_for_footage(since=began, seconds=65)
        site.stop()
        gaps = site.gaps("entree", began)

    # Every minute has a key slot of its own, in a file that the recorder keeps open.
    assert [gap.causes for gap in gaps] in ([("stopped",)], [("damaged",), ("stopped",)])


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_disk_that_hangs_for_seconds_costs_nothing(tmp_path: Path, lens: RtspCamera, bars: Bars) -> None:
    cameras, faults = {f"camera-{number}": lens.url for number in range(3)}, list[Fault]()
    volume = PowerDisk(tmp_path / "disk", megabytes=60 + PER_CAMERA * 3)
    with volume, Site(tmp_path / "site", cameras, state=volume.where / "state") as site:
        since = site.start().clock.now()
        for seconds in (2, 4, 8):
            before = site.clock.now()
            volume.slow(seconds)  # every write, and every sync
            begun = site.clock.now()
            time.sleep(seconds)
            volume.slow(0)
            ended = site.clock.now()
            faults += [Fault(f"hangs {seconds} s", name, before, begun, ended, ended, ()) for name in cameras]
            site.wait_for_footage(since=ended, seconds=5)
        site.stop()
        hold(bars, "9 hangs of disks", findings(site, since, faults), starts=0, returns=0)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("seed", range(2))
def test_disks_that_refuse(tmp_path: Path, lens: RtspCamera, bars: Bars, seed: int) -> None:
    found = run(tmp_path, lens, random.Random(seed).sample(list(KINDS), len(KINDS)), cameras=6)

    # The part that was on its way when the disk refused is lost whole.
    hold(bars, f"{len(found.faults)} faults of disks ({seed})", found, starts=1.5, returns=30)
