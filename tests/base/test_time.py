"""Trusted time and the site day: what a clock may do, and may not."""

import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from time import CLOCK_BOOTTIME, clock_gettime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.base.clock import SystemClock
from retention.base.siteday import day_end, day_number, day_of_number, site_day
from retention.base.state import State
from retention.base.trusted import BUILT, TrustedTime
from tests.support.clock import ManualClock

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FOUR = time(4, 0)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


def test_a_visit_at_three_at_night_belongs_to_the_day_before() -> None:
    assert site_day(at("2027-01-02 03:59"), AMSTERDAM, FOUR) == date(2027, 1, 1)
    assert site_day(at("2027-01-02 04:00"), AMSTERDAM, FOUR) == date(2027, 1, 2)


@pytest.mark.parametrize(("day", "hours"), [(date(2027, 3, 27), 23), (date(2027, 10, 30), 25), (date(2027, 6, 1), 24)])
def test_a_site_day_lasts_an_hour_less_or_more_when_summer_time_changes(day: date, hours: int) -> None:
    begin, end = (day_end(d, AMSTERDAM, FOUR) for d in (day - timedelta(days=1), day))
    assert end - begin == timedelta(hours=hours)


@pytest.mark.parametrize("ends", [time(2, 30), time(2, 0), time(3, 0)])
@pytest.mark.parametrize("day", [date(2027, 3, 27), date(2027, 10, 30)])
def test_an_end_in_the_skipped_or_repeated_hour_comes_at_its_first_moment(day: date, ends: time) -> None:
    end = day_end(day, AMSTERDAM, ends)
    assert site_day(end - timedelta(microseconds=1), AMSTERDAM, ends) == day
    assert site_day(end, AMSTERDAM, ends) == day + timedelta(days=1)


@given(st.integers(0, 4 * 366 * 86_400), st.times())
def test_every_moment_lies_in_exactly_one_site_day(seconds: int, ends: time) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    day = site_day(now, AMSTERDAM, ends)
    assert day_end(day - timedelta(days=1), AMSTERDAM, ends) <= now < day_end(day, AMSTERDAM, ends)


@given(st.dates())
def test_a_day_survives_being_a_number(day: date) -> None:
    assert day_of_number(day_number(day)) == day


def test_first_start_takes_the_system_clock(state: State, clock: ManualClock) -> None:
    assert TrustedTime(state, clock).for_destroying() == clock.now()


def test_a_machine_that_wakes_in_1970_takes_the_date_of_the_build(state: State, clock: ManualClock) -> None:
    clock.at = datetime(1970, 1, 1, tzinfo=UTC)
    assert TrustedTime(state, clock).for_destroying() == BUILT


def test_time_goes_on_with_the_machine(state: State, clock: ManualClock) -> None:
    trusted = TrustedTime(state, clock)
    trusted.advance()
    clock.advance(hours=3)
    assert trusted.for_destroying() == clock.now()
    assert trusted.doubt() == timedelta(0)


def test_a_step_forward_hides_and_does_not_destroy(state: State, clock: ManualClock) -> None:
    trusted = TrustedTime(state, clock)
    trusted.advance()
    before = clock.now()
    clock.step(days=5)
    trusted.advance()
    assert trusted.for_destroying() == before
    assert trusted.latest() == before + timedelta(days=5)
    assert trusted.doubt() == timedelta(days=5)


def test_a_step_back_changes_nothing(state: State, clock: ManualClock) -> None:
    trusted = TrustedTime(state, clock)
    trusted.advance()
    before = clock.now()
    clock.step(days=-400)
    clock.advance(minutes=10)
    trusted.advance()
    assert abs(trusted.for_destroying() - before - timedelta(minutes=10)) < timedelta(seconds=2)
    assert trusted.latest() == trusted.for_destroying()


def test_a_person_may_confirm_a_step_forward(state: State, clock: ManualClock) -> None:
    trusted = TrustedTime(state, clock)
    trusted.advance()
    clock.step(days=5)
    trusted.confirm()
    assert trusted.for_destroying() == clock.now()
    assert trusted.doubt() == timedelta(0)


def test_a_step_forward_counts_after_a_day_of_running(state: State, clock: ManualClock) -> None:
    trusted = TrustedTime(state, clock)
    trusted.advance()
    clock.step(days=5)
    for _ in range(24 * 60 + 2):
        trusted.advance()
        clock.advance(minutes=1)
    assert trusted.for_destroying() == clock.now()


def test_many_small_steps_forward_win_no_more_than_two_minutes_a_day(state: State, clock: ManualClock) -> None:
    trusted = TrustedTime(state, clock)
    trusted.advance()
    start = trusted.for_destroying()
    for _ in range(23 * 60):
        clock.advance(minutes=1)
        clock.step(seconds=50)
        trusted.advance()
    assert trusted.for_destroying() - start <= timedelta(hours=23, minutes=2)


def test_after_a_restart_only_the_time_since_the_start_is_certain(state: State, clock: ManualClock) -> None:
    trusted = TrustedTime(state, clock)
    trusted.advance()
    before = clock.now()
    clock.reboot(off=timedelta(hours=8))
    clock.advance(minutes=5)
    assert trusted.for_destroying() == before + timedelta(minutes=5)
    assert trusted.latest() == before + timedelta(hours=8, minutes=5)


def test_a_damaged_floor_is_taken_for_a_first_start(state: State, clock: ManualClock) -> None:
    state.clock.write_text("{")
    assert TrustedTime(state, clock).for_destroying() == clock.now()


def test_the_time_since_boot_is_the_kernels() -> None:
    system = SystemClock()
    before = clock_gettime(CLOCK_BOOTTIME)
    assert before - 1 <= system.boottime() <= clock_gettime(CLOCK_BOOTTIME) + 1


def test_a_preloaded_library_that_moves_the_clock_does_not_move_trusted_time(state: State) -> None:
    TrustedTime(state, SystemClock()).advance()
    script = (
        "import sys; from pathlib import Path; from retention.base.clock import SystemClock;"
        "from retention.base.state import State; from retention.base.trusted import TrustedTime;"
        "trusted = TrustedTime(State(Path(sys.argv[1])), SystemClock());"
        "print(round(trusted.doubt().total_seconds() / 3600))"
    )
    command = ["faketime", "-f", "+5d", sys.executable, "-c", script, str(state.directory)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "120\n"
