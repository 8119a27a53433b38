"""The timeline as it is drawn: windows of the site's own time, bars, ticks, gaps."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from desk import timeline
from desk.timeline import Bar

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOON = datetime(2027, 3, 2, 12, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Piece:
    start: datetime
    end: datetime
    state: str = "recorded"
    cause: str | None = None


def gap(start: datetime, **length: float) -> Piece:
    return Piece(start, start + timedelta(**length), "gap", "unreachable")


@pytest.mark.parametrize(
    ("moment", "hours"),
    [
        (datetime(2027, 3, 2, 12, tzinfo=UTC), 24),
        (datetime(2027, 3, 28, 12, tzinfo=UTC), 23),
        (datetime(2027, 10, 31, 12, tzinfo=UTC), 25),
    ],
)
def test_a_day_is_as_long_as_the_sites_clock_makes_it(moment: datetime, hours: int) -> None:
    shown = timeline.window(moment, "day", AMSTERDAM)
    assert shown.end - shown.start == timedelta(hours=hours)
    assert shown.start <= moment < shown.end


@pytest.mark.parametrize("minutes", [10, 70])
def test_the_hour_that_comes_twice_has_two_windows(minutes: int) -> None:
    moment = datetime(2027, 10, 31, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    shown = timeline.window(moment, "hour", AMSTERDAM)
    assert (shown.start, shown.end - shown.start) == (moment - timedelta(minutes=10), timedelta(hours=1))


def test_every_tick_of_a_long_day_stands_at_a_round_time() -> None:
    shown = timeline.window(datetime(2027, 10, 31, 12, tzinfo=UTC), "day", AMSTERDAM)
    local = [tick.moment.astimezone(AMSTERDAM).hour for tick in timeline.ticks(shown, AMSTERDAM)]
    assert local == [0, 3, 6, 9, 12, 15, 18, 21]


def test_bars_tile_the_window_up_to_now() -> None:
    shown = timeline.window(NOON, "hour", AMSTERDAM)
    stretches = [
        Piece(shown.start - timedelta(hours=2), NOON + timedelta(minutes=30)),
        gap(NOON + timedelta(minutes=30), hours=9),
    ]
    bars = timeline.bars(stretches, shown, NOON + timedelta(minutes=45))
    assert [(bar.left, bar.width, bar.state) for bar in bars] == [(0, 50, "recorded"), (50, 25, "gap")]


def test_a_gap_too_narrow_to_see_is_still_drawn() -> None:
    shown = timeline.window(NOON, "day", AMSTERDAM)
    stretches = [Piece(shown.start, NOON), gap(NOON, seconds=2), Piece(NOON + timedelta(seconds=2), shown.end)]
    assert [bar.state for bar in timeline.bars(stretches, shown, shown.end)] == ["recorded", "gap", "recorded"]


def test_a_thousand_short_gaps_become_a_bar_the_eye_can_see() -> None:
    shown = timeline.window(NOON, "day", AMSTERDAM)
    stretches: list[Piece] = []
    for second in range(0, 8_000, 4):
        at = shown.start + timedelta(seconds=second)
        stretches += [Piece(at, at + timedelta(seconds=2)), gap(at + timedelta(seconds=2), seconds=2)]
    bars: list[Bar] = timeline.bars(stretches, shown, shown.end)
    assert len(bars) < 200
    assert sum(bar.width for bar in bars) == pytest.approx(8_000 / 864, abs=0.5)
    assert all(bar.state == "gap" for bar in bars[:-1])


def test_gaps_ahead_of_us_are_not_listed() -> None:
    shown = timeline.window(NOON, "day", AMSTERDAM)
    assert timeline.gaps(
        [gap(NOON, hours=1), gap(NOON + timedelta(hours=2), hours=1)], shown, NOON + timedelta(hours=1)
    ) == [gap(NOON, hours=1)]


def test_an_unknown_zoom_shows_the_day() -> None:
    assert timeline.window(NOON, "year", AMSTERDAM).zoom == "day"
