"""Room is kept: our own oldest minutes go beyond the quota and nothing else does; a full disk pauses and alarms."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from recorder.room.holds import Holds
from recorder.room.keeper import ALL_HELD, BATCH, EVICTING, FULL, NOTHING_MAY_GO, Keeper
from recorder.room.tally import Tally
from retention.base.command import Office
from retention.base.slots import SlotFile
from retention.base.state import State
from retention.base.trusted import TrustedTime
from retention.reaper import Reaper
from tests.retention.conftest import Store
from tests.support.clock import ManualClock
from tests.support.state import make_config

BLOCK = 4096
GB = 10**9


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets what the disk says is free."""

    def say(count: int) -> None:
        monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(f_bavail=count // BLOCK, f_frsize=BLOCK))

    say(100 * GB)
    return say


def office_with(state: State, clock: ManualClock, **limits: int) -> Office:
    return Office(make_config(state.directory, recorder={"reserve": GB, **limits}), state, clock)


class Kept:
    """A site with minutes of a known size, and its keeper."""

    def __init__(self, state: State, clock: ManualClock, quota_minutes: float) -> None:
        self.state, self.clock = state, clock
        TrustedTime(state, clock).advance()
        self.store = Store(office_with(state, clock))
        self.size = 400 * BLOCK
        self.office = office_with(state, clock, quota=round(quota_minutes * self.size))

    def minute(self, at: datetime, camera: str = "entree") -> Path:
        path = self.store.minute(at, camera)
        with path.open("ab") as file:
            file.write(bytes(self.size - path.stat().st_size))
        return path

    def minutes(self, count: int, ago: timedelta, camera: str = "entree") -> list[Path]:
        return [self.minute(self.clock.now() - ago + timedelta(minutes=n), camera) for n in range(count)]


@pytest.fixture
def kept(state: State, clock: ManualClock, free: Callable[[int], None]) -> Kept:
    return Kept(state, clock, quota_minutes=10)


def messages(keeper: Keeper) -> list[str]:
    return [problem.sentence for problem in keeper.problems]


def test_an_overrun_takes_the_oldest_of_who_has_most_and_no_more_than_needed(kept: Kept) -> None:
    many, few = kept.minutes(8, timedelta(hours=30)), kept.minutes(4, timedelta(hours=40), "achter")
    keeper = Keeper(kept.office)

    keeper.step()

    assert [path.exists() for path in many] == [False] * 2 + [True] * 6
    assert all(path.exists() for path in few)
    assert (keeper.paused, messages(keeper)) == (False, [EVICTING])
    slot = SlotFile(kept.state, "camera-entree").of(int(many[0].name.partition("-")[0]))
    assert slot is not None
    assert slot.erased_at == kept.clock.now() < slot.deadline


def test_an_overrun_of_many_minutes_is_gone_at_once_and_recording_does_not_pause(kept: Kept) -> None:
    many = kept.minutes(BATCH + 15, timedelta(hours=30))
    keeper = Keeper(kept.office)

    keeper.step()

    assert [path.exists() for path in many] == [False] * (BATCH + 5) + [True] * 10
    assert not keeper.paused


def test_nothing_younger_than_a_day_goes_and_recording_pauses_until_something_may(kept: Kept) -> None:
    young = kept.minutes(12, timedelta(hours=23))
    keeper = Keeper(kept.office)
    keeper.step()

    assert all(path.exists() for path in young)
    assert (keeper.paused, messages(keeper), keeper.problems[0].everywhere) == (True, [NOTHING_MAY_GO], True)
    assert keeper.figures["disk.full"] == 1

    kept.clock.advance(hours=1, minutes=2)  # what began in the first minute may have ended less than a day ago
    keeper.step()
    assert all(path.exists() for path in young)

    kept.clock.advance(minutes=2)
    keeper.step()
    assert [path.exists() for path in young] == [False] * 2 + [True] * 10
    assert (keeper.paused, keeper.figures["disk.full"]) == (False, 0)


def test_a_clock_that_jumps_makes_no_footage_old(kept: Kept) -> None:
    young = kept.minutes(12, timedelta(hours=1))
    keeper = Keeper(kept.office)
    keeper._trusted.advance()
    kept.clock.step(days=2)

    keeper.step()

    assert all(path.exists() for path in young)


def test_what_is_held_stays_and_the_next_oldest_goes(kept: Kept) -> None:
    old = kept.minutes(12, timedelta(hours=30))
    begin = kept.clock.now() - timedelta(hours=30)
    Holds(kept.state, "entree").place(begin, begin + timedelta(minutes=2), "incident", kept.clock.now())

    Keeper(kept.office).step()

    assert [path.exists() for path in old] == [True] * 2 + [False] * 2 + [True] * 8


def test_holds_that_cannot_be_read_hold_all_and_are_told(kept: Kept) -> None:
    old = kept.minutes(12, timedelta(hours=30))
    Holds(kept.state, "entree").path.write_bytes(b"{")
    keeper = Keeper(kept.office)

    keeper.step()

    assert all(path.exists() for path in old)
    assert messages(keeper) == [NOTHING_MAY_GO, ALL_HELD]


def test_a_disk_that_others_fill_erases_nothing_pauses_and_goes_on_by_itself(
    kept: Kept, free: Callable[[int], None]
) -> None:
    old = kept.minutes(9, timedelta(hours=30))
    keeper, told = Keeper(kept.office), []
    for count in (2 * GB, GB - BLOCK, 0, GB + 10 * BLOCK, 2 * GB):
        free(count)
        kept.clock.advance(seconds=5)
        keeper.step()
        told.append((keeper.paused, messages(keeper)))

    assert told == [(False, []), (True, [FULL]), (True, [FULL]), (True, [FULL]), (False, [])]
    assert all(path.exists() for path in old)


def test_figures_are_those_of_the_disk(kept: Kept) -> None:
    kept.minutes(3, timedelta(minutes=3))
    keeper = Keeper(kept.office)

    keeper.step()

    assert keeper.figures["disk.free_bytes"] == 100 * GB // BLOCK * BLOCK
    assert keeper.figures["disk.footage_bytes"] == 3 * kept.size
    assert 0 <= keeper.figures["disk.days_left"] < 1  # seven minutes' room at a minute a minute


def test_the_count_follows_what_comes_grows_and_goes(kept: Kept) -> None:
    tally = Tally(kept.state)
    kept.minutes(2, timedelta(hours=90))
    now = kept.clock.now()
    young = kept.minute(now)
    tally.look(now.timestamp())
    assert tally.total == 3 * kept.size

    with young.open("ab") as file:
        file.write(bytes(kept.size))
    kept.minute(now, "achter")
    tally.look(now.timestamp())
    assert tally.total == 5 * kept.size

    Reaper(kept.state).step(now + timedelta(hours=7))
    tally.look(now.timestamp() + 3_600)
    assert tally.total == 3 * kept.size  # two in the young one, one of the other camera
    for path in young.parent.iterdir():
        path.unlink()
    young.parent.rmdir()
    tally.look(now.timestamp() + 3_600)
    assert tally.total == kept.size
