"""Back-ups of any age, restored beside the keys of today: what has expired stays closed, what lives opens."""

import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from recorder.footprints import every_file
from recorder.keyring import Keyring
from retention.base.command import Office
from retention.base.errors import EpochErased, SealBroken
from retention.base.readerkey import private_half
from retention.base.state import State
from tests.forgetting import backups
from tests.forgetting.office import CAMERAS, Held, Lived, names_told
from tests.support.bars import Bars
from tests.support.clock import ManualClock
from tests.support.loopfs import made, mounted, why_not
from tests.support.postgres import PostgreSQL
from tests.support.state import make_config

STEP = 8  # hours


@dataclass(frozen=True)
class Backup:
    """A copy, and what the office held when it was taken."""

    kind: str
    path: Path
    held: Held


@dataclass
class Judged:
    """What the restored copies told, added up."""

    restored: int = 0
    expired: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    live: int = 0
    dead: int = 0


class Restores:
    """An office that lives on while its old copies are restored beside it."""

    def __init__(self, folder: Path, image: Path | None, disk: Path, server: PostgreSQL | None, seed: int) -> None:
        self._folder, self._image, self._server = folder, image, server
        url = server.create("office") if server else None
        self.office, self._url = Lived(disk, folder / "keys", url, seed), url
        self.judged, self._chance, self._numbers = Judged(), random.Random(seed), count()
        self._kept: list[Backup] = []

    def live(self, restores: int) -> Judged:
        """Six days at least, a copy each step; then as many restores as asked for, at moments in between."""
        for _ in range(6 * 24 // STEP):
            self.office.step(STEP)
            self._kept.append(self._backup())
        self._restore(self._kept[-1])
        self._restore(self._kept[0])
        while self.judged.restored < restores:
            self._restore(self._chance.choice(self._kept))
            if self._chance.random() < 0.5:
                self.office.step(self._chance.randrange(1, 12))
                self._kept = [*self._kept[-40:], self._backup()]
        return self.judged

    def _backup(self) -> Backup:
        kinds = ["dump"] if self._server else ["cp", "sqlite", *(["image"] if self._image else [])]
        kind, path = self._chance.choice(kinds), self._folder / f"backup-{next(self._numbers)}"
        state = self.office.state.directory
        if kind == "sqlite":
            backups.with_sqlite_backup(state, path)
        elif kind == "image":
            assert self._image
            backups.imaged(self._image, path)
        else:
            backups.copied(state, path)
        if self._url:
            backups.dumped(self._url, path.with_suffix(".dump"))
        return Backup(kind, path, self.office.held.copy())

    def _restore(self, backup: Backup) -> None:
        number = next(self._numbers)
        state = State(self._folder / f"restored-{number}")
        if backup.kind == "image":
            backups.from_image(backup.path, self._folder / "mounted", state.directory)
        else:
            shutil.copytree(backup.path, state.directory, symlinks=True)
        url = None
        if self._server:
            url = self._server.create(f"restored_{number}")
            backups.loaded(backup.path.with_suffix(".dump"), url)
        state.keys.unlink(missing_ok=True)
        state.keys.symlink_to(self.office.state.keys.resolve())
        state.prepare()
        # Half of them on a machine that was started a moment ago: nothing but the system clock tells what time it is.
        clock = ManualClock(self.office.clock.at, self.office.clock.uptime)
        if self._chance.random() < 0.5:
            clock.boot, clock.uptime = "another", 60.0
        self._judge(backup, self.office.office(make_config(state.directory, database={"url": url}), clock))
        self.judged.restored += 1
        shutil.rmtree(state.directory)
        if self._server:
            self._server.drop(f"restored_{number}")

    def _judge(self, backup: Backup, office: Office) -> None:
        told = names_told(office)
        for name, day in backup.held.visitors.items():
            self._hold(name, told=name in told, live=self.office.day_is_live(day))
        opened = set(_opened(office))
        for minute in backup.held.minutes:
            self._hold(str(minute), told=minute in opened, live=self.office.is_live(minute))

    def _hold(self, what: str, *, told: bool, live: bool) -> None:
        self.judged.live, self.judged.dead = self.judged.live + live, self.judged.dead + (not live)
        if told and not live:
            self.judged.expired.append(what)
        if live and not told:
            self.judged.missing.append(what)


def _opened(office: Office) -> Iterator[tuple[str, int]]:
    """The minutes of footage that a reader gets to see."""
    keys = Keyring(office.state, office.clock, private_half(office.state))
    for camera in CAMERAS:
        for path in every_file(office.state, camera):
            with suppress(EpochErased, SealBroken):
                keys.open(camera, path).chunk(0)
                yield camera, int(path.name.partition("-")[0])


def on_a_disk_of_its_own(folder: Path, seed: int, restores: int) -> Judged:
    if reason := why_not():
        pytest.skip(reason)
    image = made(folder / "disk.img", megabytes=64)
    with mounted(image, folder / "disk") as disk:
        return Restores(folder, image, disk, None, seed).live(restores)


def on_a_server(folder: Path, seed: int, restores: int) -> Judged:
    (folder / "disk").mkdir()
    with PostgreSQL() as server:
        return Restores(folder, None, folder / "disk", server, seed).live(restores)


PLACES: dict[str, Callable[[Path, int, int], Judged]] = {"disk": on_a_disk_of_its_own, "server": on_a_server}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("place", ["disk", pytest.param("server", marks=pytest.mark.slow)])
def test_a_restored_backup_tells_nothing_that_has_expired(place: str, tmp_path: Path) -> None:
    judged = PLACES[place](tmp_path, 7, 2)
    assert judged.expired == []
    assert judged.missing == []
    assert judged.live > 0
    assert judged.dead > 0


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize(("place", "restores"), [("disk", 150), ("server", 50)])
def test_two_hundred_backups_of_any_age(place: str, restores: int, tmp_path: Path, bars: Bars) -> None:
    judged = PLACES[place](tmp_path, 11, restores)
    what: Any = f"restores ({place})"
    bars.at_least(what, judged.restored, restores)
    bars.at_most(f"expired names and minutes readable ({place})", len(judged.expired), 0)
    bars.at_most(f"live names and minutes unreadable ({place})", len(judged.missing), 0)
