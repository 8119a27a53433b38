"""The camera's clock laid on ours: least delay, slow slewing, jumps of either clock told."""

from datetime import datetime, timedelta
from random import Random

from recorder.causes import Cause
from recorder.walltime import ArrivalClock, LeastDelay
from retention.base.clock import microseconds
from tests.support.clock import ManualClock

SECOND = 90_000
BEGIN = 1_800_000_000_000_000


def fitted(delays: list[int]) -> LeastDelay:
    """A fit over frames 40 ms apart, each late by so many microseconds."""
    fit = LeastDelay()
    for number, delay in enumerate(delays):
        assert fit.observe(number * 3600, BEGIN + number * 40_000 + delay) is None
    return fit


def test_the_least_delayed_frame_sets_the_time() -> None:
    random = Random(1)
    fit = fitted([random.randint(3_000, 90_000) for _ in range(40)] + [3_000])

    assert abs(microseconds(fit.wall(0)) - BEGIN) <= 90_000


def test_frames_kept_back_while_connecting_do_not_make_the_footage_late() -> None:
    # A second of frames arrives at once, then they come as they happen.
    burst = [1_000_000 - number * 40_000 for number in range(25)]
    fit = fitted(burst + [1_000] * 5)

    assert fit.settled
    assert abs(microseconds(fit.wall(0)) - BEGIN) <= 1_000


def test_a_fit_is_not_settled_while_the_burst_lasts() -> None:
    assert not fitted([1_000_000 - number * 40_000 for number in range(20)]).settled


def test_once_settled_the_time_moves_by_at_most_500_millionths() -> None:
    fit = fitted([50_000] * 30)
    before = fit.wall(0)
    for number in range(30, 55):
        fit.observe(number * 3600, BEGIN + number * 40_000)

    fit.slew(55 * 3600)

    assert timedelta(0) < before - fit.wall(0) <= timedelta(microseconds=55 * 40_000 * 500e-6 + 1)


def test_a_camera_whose_clock_runs_fast_is_followed() -> None:
    fit = LeastDelay()
    for number in range(25 * 600):
        # 100 millionths fast: its second is a little shorter than ours.
        assert fit.observe(number * 3600, BEGIN + round(number * 40_000 * (1 - 100e-6)) + 2_000) is None
        if number % 25 == 0:
            fit.slew(number * 3600)

    last = 25 * 600 - 1
    assert abs(microseconds(fit.wall(last * 3600)) - BEGIN - last * 40_000 * (1 - 100e-6)) < 15_000


def test_a_late_burst_after_a_pause_of_the_network_is_no_jump() -> None:
    fit = fitted([1_000] * 50)

    assert fit.observe(50 * 3600, BEGIN + 50 * 40_000 + 3_000_000) is None
    assert fit.observe(51 * 3600, BEGIN + 51 * 40_000 + 2_960_000) is None


def test_a_camera_clock_that_jumps_is_told() -> None:
    assert fitted([1_000] * 50).observe(50 * 3600 + 3_600 * SECOND, BEGIN + 50 * 40_000) is Cause.CLOCK_STEPPED
    assert fitted([1_000] * 50).observe(-3_600 * SECOND, BEGIN + 50 * 40_000) is Cause.CLOCK_STEPPED


def test_frames_missing_in_mid_stream_are_told() -> None:
    ahead = 50 * 3600 + 8 * SECOND

    assert fitted([1_000] * 50).observe(ahead, BEGIN + 50 * 40_000 + 8_000_000) is Cause.STALLED


def test_a_step_of_the_machines_clock_is_noticed_once(clock: ManualClock) -> None:
    arrivals = ArrivalClock(clock.now, clock)
    clock.advance(seconds=3)
    assert not arrivals.stepped()

    clock.step(hours=1)

    assert arrivals.stepped()
    assert not arrivals.stepped()
    assert arrivals.now() == microseconds(clock.now())


def test_slow_correction_of_the_machines_clock_is_followed_without_a_step(clock: ManualClock) -> None:
    arrivals = ArrivalClock(clock.now, clock)
    for _ in range(1000):
        clock.advance(seconds=1)
        clock.step(microseconds=500)
        assert not arrivals.stepped()
    assert arrivals.now() == microseconds(clock.now())


def test_a_look_at_the_time_that_takes_its_time_is_no_step() -> None:
    """As the first look at trusted time does where there is no floor: it reads every key slot."""
    clock, slow = ManualClock(), [0.0, 0.9]

    def latest() -> datetime:
        now = clock.now()
        clock.advance(seconds=slow.pop() if slow else 0.0)
        return now

    arrivals = ArrivalClock(latest, clock)
    assert not arrivals.stepped()
    slow[:] = [0.0, 0.9]
    assert not arrivals.stepped()
