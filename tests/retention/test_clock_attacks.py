"""Somebody who wants footage gone, or kept, and has a clock to do it with: what they win is bounded."""

import json
import random
from datetime import UTC, datetime, timedelta

import pytest

from retention.base.trusted import SLEW, TAKEN_BACK, TrustedTime
from retention.service import Retention
from retention.timekeeping.timekeeper import Timekeeper
from tests.retention.casework import Casework
from tests.retention.machine import Machine, a_machine
from tests.support.bars import Bars
from tests.support.clock import ManualClock

DAY = timedelta(days=1)


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


def test_false_network_time_two_boots_ago_still_in_the_hardware_clock_vouches_for_nothing(machine: Machine) -> None:
    clock = machine.clock
    clock.rtc = machine.true
    clock.synchronise(machine.true + 5 * DAY)
    machine.run(minutes=15)
    _power_cut(machine)
    clock.at, clock.synced = machine.true, True  # the true time for some minutes, too short to reach the hardware clock
    machine.keeper.wake()
    machine.run(minutes=5)
    _power_cut(machine)
    clock.synchronise(machine.true + 5 * DAY)
    machine.keeper.wake()
    machine.run(minutes=5)
    assert machine.won < timedelta(minutes=1)


def _power_cut(machine: Machine) -> None:
    """Off and on at once; the hardware clock is read as the machine starts, and nobody wakes yet."""
    machine.clock.reboot()
    machine.clock.early = machine.clock.rtc
    machine.keeper = Timekeeper(machine.office, machine.trusted)


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


def test_a_lost_floor_does_not_let_the_system_clock_destroy(machine: Machine) -> None:
    for _ in range(3):
        path = machine.store.minute(machine.true)
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
        machine.clock.at = machine.trusted.for_destroying() - timedelta(seconds=back)
        machine.keeper.wake()
        machine.run(hours=1)
    assert machine.won >= timedelta(seconds=-TAKEN_BACK - 1)


def test_a_clock_that_stands_still_makes_no_erasure_late(machine: Machine) -> None:
    for _ in range(3 * 24):
        machine.run(hours=1)
        machine.step(hours=-1)
    assert machine.won >= timedelta(seconds=-TAKEN_BACK - 1)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"trusted": 1e400}', "9" * 5_000])
@pytest.mark.parametrize("back", [0, 10])
def test_a_lost_floor_does_not_move_trusted_time_behind_the_last_erasure(
    machine: Machine, content: str, back: int
) -> None:
    machine.store.minute(machine.true)
    machine.let_run(hours=96)
    service = Retention(machine.office, rows=False)
    service.wakes.run_all()
    machine.office.state.clock.write_text(content)
    machine.clock.step(days=-back)
    service.wakes.run_all()
    assert abs(machine.won) < timedelta(minutes=1)


def test_an_older_floor_put_back_is_brought_on_to_the_last_erasure(machine: Machine) -> None:
    machine.store.minute(machine.true)
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
def test_hundreds_of_histories_of_clocks(bars: Bars) -> None:
    most = []
    for seed in range(200):
        with a_machine(ManualClock()) as machine:
            most.append(history(machine, random.Random(seed), 40))
    bars.at_most("200 clock histories: seconds won beyond the slew", max(won for won, _ in most), 1, "s")
    bars.at_most("200 clock histories: seconds an erasure is late", max(lost for _, lost in most), TAKEN_BACK + 1, "s")


@pytest.mark.parametrize("by", ["release", "confirmation"])
def test_what_people_let_go_while_the_clock_is_false_arms_no_jump(machine: Machine, by: str) -> None:
    work, begin = Casework(machine.office), machine.clock.now() - timedelta(minutes=10)
    work.film(begin)
    number = work.proposed(begin) if by == "confirmation" else work.kept(begin)
    machine.step(hours=5)
    if by == "release":
        work.cases.release(number, reason="it was nothing", by="staff:jan")
    else:
        work.cases.confirm(number, by="staff:els")
    machine.keeper = Timekeeper(machine.office, machine.trusted)  # the service, started anew: it looks at tombstones
    machine.keeper.wake()
    assert machine.won < timedelta(minutes=1)
