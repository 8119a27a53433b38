"""What the recorder measures, as people read it and as Prometheus takes it. Pure.

Figures are named `<camera>.<what>` and `disk.<what>`. What is not measured is not told.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from desk.words import Words
from retention.base.translations import N_

Figures = Mapping[str, float]
# What each gauge of a camera is, for whoever reads /metrics.
HELP = {
    "last_frame_age_seconds": "Since the newest picture that is kept.",
    "capturing": "1 while pictures come in.",
    "gap_seconds": "How long the gap in progress is; 0 without one.",
    "blind": "1 while the eyes see that the camera sees nothing.",
    "fsync_ms_p99": "The slowest of a hundred syncs to the disk.",
    "buffer_bytes": "Footage in memory that waits for the disk.",
    "clock_offset_ms": "How far the camera's clock has run away from ours.",
}
DISK_HELP = {
    "days_left": "Days until footage has no room; the whole term where all of it has.",
    "full": "1 while recording pauses for want of room.",
    "free_bytes": "Free on the disk of the footage.",
    "footage_bytes": "Taken by footage.",
}


@dataclass(frozen=True)
class Gauge:
    """One figure for Prometheus; `camera` is empty for what is none's."""

    name: str
    help: str
    camera: str
    value: float


def gauges(figures: Figures, cameras: Iterable[str]) -> list[Gauge]:
    """The recorder's figures that are a camera's or the disk's."""
    known = set(cameras)
    found = []
    for key, value in figures.items():
        whose, _, what = key.rpartition(".")
        if whose in known:
            found.append(
                Gauge(f"portier_camera_{_plain(what)}", HELP.get(what, "Measured by the recorder."), whose, value)
            )
        elif whose == "disk":
            found.append(
                Gauge(f"portier_disk_{_plain(what)}", DISK_HELP.get(what, "Measured by the recorder."), "", value)
            )
    return found


def of_camera(figures: Figures, camera: str, words: Words) -> list[tuple[str, str]]:
    """How a camera is: what, and how much of it, in words."""
    return _told(figures, camera, _CAMERA, words)


def of_disk(figures: Figures, words: Words) -> list[tuple[str, str]]:
    """How the disk of the footage is."""
    return _told(figures, "disk", _DISK, words)


def _told(
    figures: Figures, whose: str, told: Mapping[str, tuple[str, Callable[[float, Words], str]]], words: Words
) -> list[tuple[str, str]]:
    return [
        (words.say(title), say(figures[f"{whose}.{what}"], words))
        for what, (title, say) in told.items()
        if f"{whose}.{what}" in figures
    ]


def _ago(seconds: float, words: Words) -> str:
    return words.say(N_("%(span)s ago"), span=words.lasts(timedelta(seconds=seconds)))


def _span(seconds: float, words: Words) -> str:
    return words.lasts(timedelta(seconds=seconds)) if seconds > 0 else words.say(N_("none"))


def _sight(blind: float, words: Words) -> str:
    return words.say(N_("no")) if blind else words.say(N_("yes"))


def _milliseconds(value: float, words: Words) -> str:
    return f"{words.number(abs(value), 1 if abs(value) < 10 else 0)} ms"


def _size(value: float, words: Words) -> str:
    billions = value >= 1e9
    return f"{words.number(value / (1e9 if billions else 1e6), 1)} {'GB' if billions else 'MB'}"


def _days(value: float, words: Words) -> str:
    return words.say(N_("%(count)s days"), count=words.number(value, 1))


def _plain(name: str) -> str:
    return re.sub(r"\W+", "_", name)


_CAMERA = {
    "last_frame_age_seconds": (N_("Newest picture"), _ago),
    "gap_seconds": (N_("Gap now"), _span),
    "blind": (N_("Sees something"), _sight),
    "fsync_ms_p99": (N_("Storing takes at most"), _milliseconds),
    "buffer_bytes": (N_("Waits in memory for the disk"), _size),
    "clock_offset_ms": (N_("The camera's clock is off by"), _milliseconds),
}
_DISK = {
    "days_left": (N_("Room for at least"), _days),
    "free_bytes": (N_("Free on the disk"), _size),
    "footage_bytes": (N_("Taken by footage"), _size),
}
