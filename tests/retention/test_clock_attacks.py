"""Somebody who wants footage gone, or kept, and has a clock to do it with: what they win is bounded."""

import json
import os
import random
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.slots import SlotFile
from retention.base.state import State
from retention.base.trusted import BUILT, SLEW, TAKEN_BACK, TrustedTime
from retention.clamp import clamp
from retention.confirmation import Confirmations
from retention.service import Retention
from retention.timekeeper import Timekeeper
from tests.retention.conftest import Store
from tests.support.bars import Bars
from tests.support.clock import ManualClock
from tests.support.state import make_state

DAY = timedelta(days=1)


class Machine:
    """A machine whose true time the test knows, with a service that keeps its trusted time."""

    def __init__(self, office: Office, clock: ManualClock) -> None:
        self.office, self.clock = office, clock
        self.trusted = TrustedTime(office.state, clock)
        self.keeper = Timekeeper(office, self.trusted)
        self.true = clock.now()
        self.keeper.wake()

    def run(self, *, every: float = 900, **parts: float) -> None:
        """Let the machine run, with a wake of the service every so often."""
        left = timedelta(**parts).total_seconds()
        while left > 0:
            span = timedelta(seconds=min(every, left))
            self.clock.advance(span)
            self.true += span
            left -= every
            self.keeper.wake()

    def let_run(self, **parts: float) -> None:
        """Let it run, with a single wake at the end."""
        self.run(every=timedelta(**parts).total_seconds(), **parts)

    def step(self, **parts: float) -> None:
        """Set the system clock, and let the service see it."""
        self.clock.step(**parts)
        self.keeper.wake()

    def switch_off(self, off: timedelta) -> None:
        """Off and on again, with the hardware clock going on if there is one."""
        self.clock.reboot(off)
        self.true += off
        self.keeper = Timekeeper(self.office, self.trusted)
        self.keeper.wake()

    @property
    def won(self) -> timedelta:
        """By how much trusted time is ahead of the truth."""
        return self.trusted.for_destroying() - self.true

    def acts(self) -> list[str]:
        return [entry.act for entry in Trail(self.office.state, self.clock).entries()]


@pytest.fixture
def state() -> Iterator[State]:
    """In memory, where there is such a folder: thousands of floors are written and synced."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield make_state(Path(folder) / "state")


@pytest.fixture
def machine(office: Office, clock: ManualClock) -> Machine:
    return Machine(office, clock)


# Who wants footage gone.


def test_five_days_at_once_win_two_minutes_a_day(machine: Machine) -> None:
    machine.step(days=5)
    machine.run(hours=23)
    assert machine.won <= timedelta(seconds=23 * 3600 * SLEW + 1)


def test_many_small_steps_never_add_up_however_long_they_go_on(machine: Machine) -> None:
    for _ in range(80):
        machine.run(hours=1)
        machine.step(seconds=50)
    assert machine.won <= timedelta(seconds=80 * 3600 * SLEW + 1)


def test_a_creeping_clock_wins_no_more(machine: Machine) -> None:
    for _ in range(3 * 24 * 6):
        machine.clock.step(seconds=1.5)
        machine.run(minutes=10)
    assert machine.won <= timedelta(seconds=3 * 86_400 * SLEW + 1)


def test_a_small_step_does_not_wait_for_a_great_one_that_comes_after_it(machine: Machine) -> None:
    machine.step(seconds=90)
    machine.run(hours=23, minutes=58, every=840)
    machine.step(days=5)
    machine.run(minutes=10)
    assert machine.won < timedelta(minutes=3)


def test_2036_and_back_arms_nothing(machine: Machine) -> None:
    machine.run(minutes=5)
    machine.step(days=3_500)
    machine.run(hours=12)
    machine.step(days=-3_500)
    assert machine.trusted.waiting() is None
    machine.run(hours=30)
    machine.step(days=3_500)
    machine.run(hours=13)
    assert machine.won < timedelta(minutes=4)


@pytest.mark.parametrize("back", [3, 3_600, 86_400 * 4])
def test_any_step_back_begins_the_day_of_waiting_anew(machine: Machine, back: int) -> None:
    machine.step(days=5)
    machine.run(hours=23)
    machine.step(seconds=-back)
    machine.run(hours=23)
    assert machine.won < timedelta(minutes=5)
    machine.run(hours=2)
    assert machine.trusted.doubt() == timedelta(0)


def test_restarts_do_not_shorten_the_day_of_waiting(machine: Machine) -> None:
    machine.step(days=5)
    for _ in range(6):
        machine.run(hours=6)
        machine.switch_off(timedelta(minutes=1))
    assert machine.won < timedelta(minutes=4)


def test_a_day_that_nobody_watched_does_not_count(machine: Machine) -> None:
    machine.step(days=5)
    machine.clock.advance(hours=25)
    machine.true += timedelta(hours=25)
    machine.keeper.wake()
    assert machine.won < timedelta(minutes=4)


def test_a_snapshot_of_memory_resumed_does_not_shorten_the_day(machine: Machine) -> None:
    machine.step(days=5)
    machine.run(hours=12)
    machine.clock.uptime -= 6 * 3_600
    machine.run(hours=13)
    assert machine.won < timedelta(minutes=4)


def test_false_network_time_that_reached_the_hardware_clock_vouches_for_nothing(machine: Machine) -> None:
    machine.clock.rtc = machine.true
    machine.run(minutes=5)
    machine.clock.synchronise(machine.true + 5 * DAY)
    machine.run(minutes=12)
    machine.switch_off(timedelta(minutes=2))
    machine.clock.synced = True
    machine.run(hours=1)
    assert machine.won < timedelta(minutes=1)


def test_false_network_time_that_was_taken_back_before_the_power_went_vouches_for_nothing(machine: Machine) -> None:
    machine.clock.rtc = machine.true
    machine.clock.synchronise(machine.true + 5 * DAY)
    machine.run(minutes=12)
    poisoned = machine.clock.rtc
    machine.step(days=-5)
    machine.clock.rtc = poisoned
    machine.switch_off(timedelta(minutes=2))
    machine.clock.synced = True
    machine.run(hours=1)
    assert machine.won < timedelta(minutes=1)


def test_a_clock_set_back_before_the_power_goes_wins_no_time_off(machine: Machine) -> None:
    machine.clock.rtc = machine.true
    machine.step(days=-10)
    machine.run(minutes=1)
    machine.switch_off(timedelta(hours=1))
    machine.clock.synchronise(machine.clock.at)
    machine.run(minutes=5)
    assert machine.won <= timedelta(seconds=1)


def test_a_hardware_clock_read_after_the_network_set_it_vouches_for_nothing(machine: Machine) -> None:
    machine.clock.rtc = machine.true
    machine.clock.reboot(timedelta(minutes=1))
    machine.true += timedelta(minutes=1)
    machine.clock.synchronise(machine.true + 5 * DAY)  # before the service starts
    machine.run(minutes=5)
    assert machine.won < timedelta(minutes=1)


def test_a_service_started_anew_does_not_read_the_hardware_clock_again(machine: Machine) -> None:
    machine.clock.rtc = machine.true
    machine.switch_off(timedelta(hours=1))
    machine.clock.synchronise(machine.true + 5 * DAY)
    machine.run(minutes=1)
    machine.clock.synced = False
    machine.keeper = Timekeeper(machine.office, TrustedTime(machine.office.state, machine.clock))
    machine.run(minutes=1)
    machine.clock.synced = True
    machine.run(minutes=5)
    assert machine.won < timedelta(minutes=1)


def test_a_lost_floor_does_not_let_the_system_clock_destroy(machine: Machine, store: Store) -> None:
    for _ in range(3):
        path = store.minute(machine.true)
        machine.run(minutes=20)
    machine.office.state.clock.unlink()
    machine.clock.step(days=5)
    Retention(machine.office, rows=False).wakes.run_all()
    assert path.exists()
    assert machine.won <= timedelta(0)
    assert machine.trusted.doubt() >= 5 * DAY


# Who wants footage kept.


@pytest.mark.parametrize("back", [59, 61, 86_400, 10 * 86_400])
def test_a_clock_that_runs_back_makes_no_erasure_late(machine: Machine, back: int) -> None:
    for _ in range(40):
        machine.run(hours=1)
        machine.step(seconds=-back)
    assert machine.won >= timedelta(seconds=-TAKEN_BACK - 1)


def test_a_clock_that_stands_still_makes_no_erasure_late(machine: Machine) -> None:
    for _ in range(3 * 24):
        machine.run(hours=1)
        machine.step(hours=-1)
    assert machine.won >= timedelta(seconds=-TAKEN_BACK - 1)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"trusted": 1e400}', "9" * 5_000])
@pytest.mark.parametrize("back", [0, 10])
def test_a_lost_floor_does_not_move_trusted_time_behind_the_last_erasure(
    machine: Machine, store: Store, content: str, back: int
) -> None:
    store.minute(machine.true)
    machine.let_run(hours=96)
    service = Retention(machine.office, rows=False)
    service.wakes.run_all()
    machine.office.state.clock.write_text(content)
    machine.clock.step(days=-back)
    service.wakes.run_all()
    assert abs(machine.won) < timedelta(minutes=1)


def test_an_older_floor_put_back_is_brought_on_to_the_last_erasure(machine: Machine, store: Store) -> None:
    store.minute(machine.true)
    old = machine.office.state.clock.read_text()
    machine.let_run(hours=96)
    Retention(machine.office, rows=False).wakes.run_all()
    machine.switch_off(timedelta(seconds=1))
    machine.office.state.clock.write_text(old)
    Retention(machine.office, rows=False).wakes.run_all()
    assert abs(machine.won) < timedelta(minutes=2)


@pytest.mark.parametrize(
    "forged",
    [
        {"trusted": True},
        {"trusted": 5},
        {"trusted": 10**30},
        {"trusted": -1},
        {"boottime": "soon"},
        {"boottime": float("nan")},
        {"boottime": float("-inf")},
        {"wait": [1]},
        {"wait": {"since": 0}},
        {"off": [None, 5]},
        {"untold": 7},
        {"untold": [[1, 2, 3, 4]]},
    ],
)
def test_a_floor_that_is_none_is_no_reason_to_stop(machine: Machine, forged: dict[str, object]) -> None:
    raw = json.loads(machine.office.state.clock.read_text())
    machine.office.state.clock.write_text(json.dumps(raw | forged))
    before = machine.trusted.for_destroying()
    machine.keeper.wake()
    assert machine.trusted.for_destroying() == before == machine.true


# The machine itself.


def test_a_machine_that_was_off_is_believed_when_network_and_hardware_clock_agree(machine: Machine) -> None:
    machine.clock.rtc = machine.true
    machine.switch_off(3 * DAY)
    machine.run(minutes=5)
    assert machine.trusted.doubt() >= timedelta(days=2, hours=23)
    machine.clock.synchronise(machine.true + timedelta(seconds=2))
    machine.run(minutes=1)
    assert machine.trusted.doubt() == timedelta(0)
    assert machine.won <= timedelta(seconds=2)
    assert machine.acts().count("clock.trusted") == 1


def test_the_reading_of_early_boot_counts_also_where_the_service_starts_after_the_network(machine: Machine) -> None:
    machine.clock.rtc = machine.true
    machine.clock.reboot(3 * DAY)
    machine.true += 3 * DAY
    machine.clock.early = machine.true
    machine.clock.synchronise(machine.true)
    machine.run(minutes=1)
    assert abs(machine.won) < timedelta(seconds=2)


def test_a_machine_that_was_off_twice_before_it_found_the_network_is_believed(machine: Machine) -> None:
    machine.clock.rtc = machine.true
    machine.switch_off(3 * DAY)
    machine.run(minutes=5)
    machine.switch_off(2 * DAY)
    machine.clock.synchronise(machine.true)
    machine.run(minutes=1)
    assert abs(machine.won) < timedelta(minutes=1)


def test_a_machine_without_a_hardware_clock_waits_a_day(machine: Machine) -> None:
    machine.switch_off(3 * DAY)
    machine.clock.synced = True
    machine.run(hours=23)
    assert machine.trusted.doubt() > timedelta(days=2)
    machine.run(hours=1, minutes=2)
    assert machine.trusted.doubt() == timedelta(0)


@pytest.mark.parametrize("away", [timedelta(minutes=10), -5 * DAY, 5 * DAY])
def test_a_hardware_clock_that_disagrees_with_the_network_vouches_for_nothing(
    machine: Machine, away: timedelta
) -> None:
    machine.clock.rtc = machine.true
    machine.run(minutes=1)
    machine.clock.rtc += away
    machine.switch_off(3 * DAY)
    machine.clock.at, machine.clock.synced = machine.true, True
    machine.run(minutes=5)
    assert machine.won <= timedelta(minutes=-10)


def test_a_restored_image_is_hidden_at_once_and_destroyed_when_the_clock_is_trusted(
    machine: Machine, store: Store, tmp_path: Path
) -> None:
    path = store.minute(machine.true)
    image = tmp_path / "image"
    shutil.copytree(machine.office.state.directory, image)
    machine.clock.rtc = machine.true
    machine.clock.reboot(5 * DAY)
    shutil.rmtree(machine.office.state.directory)
    shutil.copytree(image, machine.office.state.directory)
    (slot,) = SlotFile(machine.office.state, "camera-entree").live()
    assert machine.trusted.latest() > slot.deadline  # no reader opens it, retention or not
    service = Retention(machine.office, rows=False)
    service.wakes.run_all()
    assert path.exists()
    machine.clock.synced = True
    service.wakes.run_all()
    assert not path.exists()


def test_every_step_is_in_the_trail_once(machine: Machine) -> None:
    machine.run(minutes=3)
    machine.step(days=5)
    machine.run(minutes=5)
    machine.step(days=-5)
    machine.run(minutes=5)
    machine.step(hours=2)
    machine.run(hours=24, minutes=2)
    assert machine.acts() == [
        "clock.floor_made",
        "clock.stepped_forward",
        "clock.stepped_back",
        "clock.stepped_forward",
        "clock.trusted",
    ]


def test_a_step_that_the_trail_could_not_take_is_told_later(machine: Machine) -> None:
    audit = machine.office.state.audit
    aside = audit.rename(audit.with_name("aside"))
    audit.write_text("no room")
    with pytest.raises(Exception, match="audit trail"):
        machine.step(days=5)
    machine.clock.advance(minutes=1)
    audit.unlink()
    aside.rename(audit)
    machine.keeper.wake()
    assert machine.acts() == ["clock.floor_made", "clock.stepped_forward"]


# What was claimed while the clock was ahead.


def test_deadlines_of_a_clock_that_ran_ahead_are_brought_back_once_no_doubt_is_left(
    machine: Machine, store: Store
) -> None:
    machine.step(days=40)
    future = store.minute(machine.clock.now())
    roll = store.day(machine.clock.now())
    service = Retention(machine.office, rows=False)
    service.wakes.run_all()
    assert {slot.deadline - machine.clock.now() for slot in SlotFile(machine.office.state, "camera-entree").live()} == {
        timedelta(hours=96)
    }
    machine.step(days=-40)
    sound = store.minute(machine.true)
    service.wakes.run_all()
    (of_now, of_then) = SlotFile(machine.office.state, "camera-entree").live()
    assert of_now.deadline == machine.true + timedelta(hours=96)
    assert of_then.deadline <= machine.true + timedelta(hours=96) + timedelta(seconds=1)
    (day,) = SlotFile(machine.office.state, "visits").live()
    assert day.deadline <= machine.true + DAY
    assert machine.acts().count("clock.clamped") == 2
    machine.let_run(hours=97)
    service.wakes.run_all()
    assert not any(path.exists() for path in (future, roll, sound))


def test_what_was_made_in_time_is_not_clamped(machine: Machine, store: Store) -> None:
    for days in range(15):
        store.day(machine.true + days * DAY)
    store.minute(machine.true + timedelta(minutes=1))
    before = [slot.deadline for name in ("visits", "camera-entree") for slot in SlotFile(store.state, name).live()]
    assert clamp(machine.office, machine.true) == []
    after = [slot.deadline for name in ("visits", "camera-entree") for slot in SlotFile(store.state, name).live()]
    assert before == after


# Two people.


def test_two_people_move_trusted_time(machine: Machine) -> None:
    machine.step(days=5)
    people, offset = Confirmations(machine.office.state, machine.clock), machine.clock.at.timestamp()
    seen = offset - machine.clock.boottime()
    people.propose("staff:jan", seen)
    people.confirm("staff:fatima", seen)
    machine.run(minutes=1)
    assert machine.trusted.doubt() == timedelta(0)
    assert machine.acts()[-3:] == ["clock.proposed", "clock.confirmed", "clock.trusted"]


@pytest.mark.parametrize(
    ("forged", "why"),
    [
        ({"actors": ["staff:jan", "staff:jan"]}, "one_account"),
        ({"actors": ["staff:jan"]}, "unreadable"),
        ({"actors": ["staff:a", "staff:b"]}, "not_in_the_trail"),
        ({"offset": 0.0}, "clock_set_or_late"),
        ({"offset": float("nan")}, "clock_set_or_late"),
        ({"boot_id": "another"}, "clock_set_or_late"),
        ({"boottime": -5e9}, "clock_set_or_late"),
        ({"boottime": "x"}, "unreadable"),
        ({"more": 1}, "unreadable"),
    ],
)
def test_a_forged_confirmation_moves_nothing(machine: Machine, forged: dict[str, object], why: str) -> None:
    machine.step(days=5)
    people = Confirmations(machine.office.state, machine.clock)
    seen = machine.clock.at.timestamp() - machine.clock.boottime()
    people.propose("staff:jan", seen)
    people.confirm("staff:fatima", seen)
    path = machine.office.state.run / "clock-confirmed.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | forged))
    machine.run(minutes=1)
    assert machine.won < timedelta(minutes=1)
    assert not path.exists()
    (refused,) = [e for e in Trail(machine.office.state, machine.clock).entries() if e.act.endswith("refused")]
    assert refused.category == why


def test_a_clock_set_after_two_people_confirmed_it_is_not_the_one_they_confirmed(machine: Machine) -> None:
    machine.step(hours=1)
    people = Confirmations(machine.office.state, machine.clock)
    seen = machine.clock.at.timestamp() - machine.clock.boottime()
    people.propose("staff:jan", seen)
    people.confirm("staff:fatima", seen)
    machine.step(days=5)
    machine.run(minutes=1)
    assert machine.won < timedelta(minutes=1)


# Every history.


def history(machine: Machine, dice: random.Random, wakes: int) -> tuple[float, float]:
    """Anything that can happen to a clock but a day left alone; the most that was won and lost, in seconds."""
    allowed = won = lost = 0.0
    for _ in range(wakes):
        match dice.randrange(9):
            case 0:
                machine.step(seconds=dice.choice((-1, 1)) * 10 ** dice.uniform(0, 8.5))
            case 1:
                machine.clock.at = machine.true
                machine.keeper.wake()
            case 2:
                machine.clock.at = dice.choice((datetime(1970, 1, 1, tzinfo=UTC), datetime(2036, 2, 7, tzinfo=UTC)))
                machine.keeper.wake()
            case 3:
                machine.switch_off(timedelta())
            case 4:
                machine.clock.synced = not machine.clock.synced
            case _:
                minutes = dice.randrange(1, 120)
                machine.clock.step(seconds=dice.uniform(-50, 50))
                machine.run(minutes=minutes)
                allowed += minutes * 60 * SLEW
        won, lost = max(won, machine.won.total_seconds() - allowed), min(lost, machine.won.total_seconds())
    return won, -lost


@pytest.mark.parametrize("seed", range(6))
def test_no_history_of_a_clock_wins_or_loses_more_than_the_slew(machine: Machine, seed: int) -> None:
    won, lost = history(machine, random.Random(seed), 60)
    assert (won <= 1, lost <= TAKEN_BACK + 1) == (True, True)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_thousand_histories_of_clocks(office: Office, bars: Bars) -> None:
    most = [history(Machine(office, ManualClock(boot=f"m{seed}-1")), random.Random(seed), 40) for seed in range(300)]
    bars.at_most("300 clock histories: seconds won beyond the slew", max(won for won, _ in most), 1, "s")
    bars.at_most("300 clock histories: seconds an erasure is late", max(lost for _, lost in most), TAKEN_BACK + 1, "s")


def test_summer_time_and_leap_seconds_are_no_steps(machine: Machine) -> None:
    for moment in (datetime(2027, 3, 28, 0, 58, tzinfo=UTC), datetime(2027, 10, 31, 0, 58, tzinfo=UTC)):
        machine.clock.at = machine.true = moment
        machine.trusted.repair()
        acts = machine.acts()
        machine.run(minutes=5)
        machine.step(seconds=-1)
        machine.run(minutes=5)
        machine.step(seconds=1)
        assert machine.acts() == acts
        assert abs(machine.won) < timedelta(seconds=2)


def test_trusted_time_never_runs_back_but_for_its_half_minute(machine: Machine) -> None:
    seen = [machine.trusted.for_destroying()]
    for step in (5, -5, -3_500, 3_500, 0.0001):
        machine.step(days=step)
        machine.run(minutes=1)
        seen.append(machine.trusted.for_destroying())
    assert all(later > earlier for earlier, later in pairwise(seen))
    assert seen[0] >= BUILT
