"""A file system without one free byte: what is to go, goes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from recorder.room.holds import Holds
from recorder.room.keeper import Keeper
from retention.base.command import Office
from retention.base.slots import SlotFile
from retention.base.trusted import TrustedTime
from retention.reaper import Reaper
from tests.retention.conftest import Store
from tests.support.clock import ManualClock
from tests.support.loopfs import made, mounted
from tests.support.state import make_config, make_state

pytestmark = pytest.mark.usefixtures("disks")

SIZE = 200_000


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Iterator[Store]:
    """A site on a small disk of its own, with footage of 30 hours ago, more than it may have."""
    volume = tmp_path / "volume"
    with mounted(made(tmp_path / "disk", megabytes=110), volume):
        state = make_state(volume / "state")
        TrustedTime(state, clock).advance()
        limits = {"quota": "1 MB", "reserve": 0}
        store = Store(Office(make_config(state.directory, recorder=limits), state, clock))
        for minute in range(10):
            path = store.minute(clock.now() - timedelta(hours=30, minutes=-minute))
            with path.open("ab") as file:
                file.write(bytes(SIZE))
        yield store


@contextmanager
def not_one_byte_free(folder: Path) -> Iterator[None]:
    """Somebody takes all there is, to the last byte that can be written."""
    with (folder / "hog").open("wb", buffering=0) as hog:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    hog.write(bytes(size))
            except OSError:
                continue
        yield
    (folder / "hog").unlink()


def test_what_is_due_and_what_is_too_much_go_with_no_byte_free(store: Store, clock: ManualClock) -> None:
    keeper = Keeper(store.office)
    with not_one_byte_free(store.state.directory.parent):
        assert os.statvfs(store.state.directory).f_bavail == 0
        keeper.step()
        living = store.live("camera-entree")
        Reaper(store.state).step(clock.now() + timedelta(hours=66, minutes=8))

        assert 4 <= len(living) < 6
        assert store.live("camera-entree") == living[-1:]
    assert all(copy.stat().st_size for copy in SlotFile(store.state, "camera-entree").paths)


def test_a_hold_placed_before_is_kept_with_no_byte_free(store: Store, clock: ManualClock) -> None:
    begin = clock.now() - timedelta(hours=30)
    Holds(store.state, "entree").place(begin, begin + timedelta(minutes=1), "incident", clock.now())
    with not_one_byte_free(store.state.directory.parent):
        Keeper(store.office).step()

    assert store.live("camera-entree")[0] == int(begin.timestamp())
