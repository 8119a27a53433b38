"""The nights on which the clocks change: nothing is missing, nothing comes twice, and both 02:30s can be asked for."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.recorder.cameras import CAMERA, FakeCamera, Stage, looped, packets_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CHANGES = [datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 10, 31, 1, tzinfo=UTC)]


def film(stage: Stage, small_film: Path, begin: datetime, seconds: float) -> None:
    stage.clock.advance(begin - stage.clock.now())
    stage.capture(FakeCamera(stage.clock, looped(packets_of(small_film), seconds)))


@pytest.mark.parametrize("change", CHANGES)
def test_the_timeline_has_no_gap_over_the_change(stage: Stage, small_film: Path, change: datetime) -> None:
    begin, end = change - timedelta(seconds=20), change + timedelta(seconds=20)
    film(stage, small_film, begin, 41)

    assert stage.timeline(begin.astimezone(AMSTERDAM), end.astimezone(AMSTERDAM)) == [("recorded", 40)]
    local = [begin.astimezone(AMSTERDAM), end.astimezone(AMSTERDAM)]
    assert local[0].utcoffset() != local[1].utcoffset()


def test_the_two_half_past_twos_are_different_moments(stage: Stage, small_film: Path) -> None:
    first, second = (datetime(2027, 10, 31, 2, 30, tzinfo=AMSTERDAM, fold=fold) for fold in (0, 1))
    film(stage, small_film, first.astimezone(UTC), 4)
    film(stage, small_film, second.astimezone(UTC), 3)

    shown = [stage.footage.fragment(CAMERA, moment) for moment in (first, second)]

    starts = [fragment.start for fragment in shown if fragment]
    assert starts == [first.astimezone(UTC), second.astimezone(UTC)]
    assert starts[1] - starts[0] == timedelta(hours=1)


@pytest.mark.parametrize("change", CHANGES)
def test_a_night_is_as_long_as_it_is(stage: Stage, small_film: Path, change: datetime) -> None:
    evening = (change.astimezone(AMSTERDAM) - timedelta(days=1)).replace(hour=23, minute=0)
    morning = (evening + timedelta(days=1)).replace(hour=7)
    film(stage, small_film, evening.astimezone(UTC), 5)
    stage.clock.advance(days=1)

    told = stage.timeline(evening, morning)

    length = morning.astimezone(UTC) - evening.astimezone(UTC)
    assert told == [("recorded", 5), ("stopped", length.total_seconds() - 5)]
    assert length == timedelta(hours=8 + (1 if change.month == 10 else -1))


def test_an_export_over_the_change_is_whole(stage: Stage, small_film: Path, tmp_path: Path) -> None:
    begin = CHANGES[1] - timedelta(seconds=10)
    film(stage, small_film, begin, 21)
    span = begin.astimezone(AMSTERDAM), (begin + timedelta(seconds=20)).astimezone(AMSTERDAM)

    manifest = stage.footage.export(CAMERA, *span, tmp_path / "a.mp4", reason="incident", actor="os:test")

    assert manifest.frames == 20 * 25
