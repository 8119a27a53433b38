"""The timeline as it is drawn: which stretch is shown, its bars, its ticks, and its gaps in words. Pure.

A window is a whole day, hour or ten minutes of the site's own time, so that a day is 23, 24 or 25 hours long.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from retention.base.translations import N_

ZOOMS = {"day": N_("Day"), "hour": N_("Hour"), "ten": N_("Ten minutes")}
_STEPS = {"day": timedelta(hours=3), "hour": timedelta(minutes=10), "ten": timedelta(minutes=1)}
_LENGTHS = {"hour": timedelta(hours=1), "ten": timedelta(minutes=10)}
# What is narrower than this many thousandths of the window cannot be told apart on the screen.
GRAIN = 1.0
LISTED = 200
LATEST = 4_102_444_800_000_000  # microseconds: 2100


class Stretch(Protocol):
    """An interval of the recorder's timeline."""

    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...
    @property
    def state(self) -> str: ...
    @property
    def cause(self) -> str | None: ...


@dataclass(frozen=True)
class Window:
    """The stretch of time that the timeline shows."""

    zoom: str
    start: datetime
    end: datetime

    def place(self, moment: datetime) -> float:
        """Where a moment stands, 0 to 100 from left to right."""
        return round((moment - self.start) / (self.end - self.start) * 100, 3)

    @property
    def before(self) -> datetime:
        """A moment in the window to the left."""
        return self.start - timedelta(seconds=1)


@dataclass(frozen=True)
class Bar:
    """A stretch as drawn: where it begins and how wide it is, in hundredths of the window."""

    left: float
    width: float
    state: str
    cause: str | None
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Tick:
    """A time written under the timeline."""

    left: float
    moment: datetime


def window(at: datetime, zoom: str, zone: ZoneInfo) -> Window:
    """The day, hour or ten minutes of the site's time that hold this moment."""
    zoom = zoom if zoom in ZOOMS else "day"
    local = at.astimezone(zone)
    if zoom == "day":
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        following = (midnight + timedelta(days=1)).replace(fold=0)
        return Window(zoom, midnight.astimezone(UTC), following.astimezone(UTC))
    # Subtracted in UTC: the local hour that comes twice keeps its own half.
    minute = local.minute if zoom == "hour" else local.minute % 10
    start = at.astimezone(UTC) - timedelta(minutes=minute, seconds=local.second, microseconds=local.microsecond)
    return Window(zoom, start, start + _LENGTHS[zoom])


def ticks(shown: Window, zone: ZoneInfo) -> list[Tick]:
    """Round times inside the window, by the site's clock."""
    step = _STEPS[shown.zoom]
    moment, found = shown.start, []
    while moment < shown.end:
        local = moment.astimezone(zone)
        if shown.zoom != "day" or local.hour % 3 == 0:
            found.append(Tick(shown.place(moment), moment))
        moment += step if shown.zoom != "day" else timedelta(hours=1)
    return found


def bars(stretches: Iterable[Stretch], shown: Window, now: datetime) -> list[Bar]:
    """What is drawn, left to right; the future is left empty, and a gap too narrow to see swallows its neighbours."""
    found: list[Bar] = []
    for one in stretches:
        start, end = max(one.start, shown.start), min(one.end, shown.end, now)
        if start >= end:
            continue
        bar = Bar(shown.place(start), shown.place(end) - shown.place(start), one.state, one.cause, start, end)
        _put(found, bar)
    return [replace(bar, width=round(bar.width, 3)) for bar in found]


def _put(found: list[Bar], bar: Bar) -> None:
    """Join what touches and is alike, or too narrow to be seen apart: then a gap wins."""
    if found:
        last = found[-1]
        alike = last.state == bar.state and last.cause == bar.cause
        narrow = (last.width + bar.width) * 10 < GRAIN and bar.left <= last.left + last.width + 0.001
        if alike or narrow:
            gap = last if last.state == "gap" else bar
            found[-1] = replace(
                last, width=bar.left + bar.width - last.left, state=gap.state, cause=gap.cause, end=bar.end
            )
            return
    found.append(bar)


def gaps(stretches: Iterable[Stretch], shown: Window, now: datetime) -> list[Stretch]:
    """The gaps that touch the window and lie behind us, in order."""
    end = min(shown.end, now)
    return [one for one in stretches if one.state == "gap" and one.start < end and one.end > shown.start]


def recorded(stretches: Iterable[Stretch], now: datetime) -> timedelta:
    """How much footage there is in all."""
    spans = [min(one.end, now) - one.start for one in stretches if one.state == "recorded" and one.start < now]
    return sum(spans, timedelta())
