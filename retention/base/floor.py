"""The floor of trusted time as it stands on disk: `clock.json`, written by retention alone.

Pure functions between bytes and `Floor`; docs/formats.md describes the same bytes for a stranger. Whatever is not
exactly a floor is none: what becomes of trusted time then is for `retention.base.trusted`.
"""

import json
import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from retention.base.clock import from_microseconds, microseconds

_LATEST: Final = 7_258_118_400_000_000  # microseconds since 1970: the year 2200
_UNTOLD: Final = 50


@dataclass(frozen=True)
class Happened:
    """Something that the trail must tell: `act` is its word there, `about` how much, category how."""

    act: str
    about: str = ""
    category: str = ""


@dataclass(frozen=True)
class Wait:
    """A system clock ahead of trusted time, waited for since boot time `since`; any step begins the wait anew."""

    since: float
    offset: float


@dataclass(frozen=True)
class Off:
    """What the hardware clock, read in this boot before anything set the system clock, vouches for.

    `offset`: what it showed at boot (unix seconds). `seconds`: how long the machine was off by it.
    """

    offset: float
    seconds: float


@dataclass(frozen=True)
class Floor:
    """Trusted time at a moment of a boot, and what is known of the system clock until then.

    `offset`: the system clock less boot time. `highest`: the greatest offset of this boot. `pulled_back`: how much was
    taken back since trusted time was last as far on as boot time makes it. `untold`: what the trail is still owed.
    """

    trusted: datetime
    boot_id: str
    boottime: float
    offset: float
    highest: float
    pulled_back: float = 0.0
    wait: Wait | None = None
    off: Off | None = None
    untold: tuple[Happened, ...] = ()


def as_bytes(floor: Floor) -> bytes:
    """The floor as it is written."""
    content = {
        "trusted": microseconds(floor.trusted),
        "boot_id": floor.boot_id,
        "boottime": floor.boottime,
        "offset": floor.offset,
        "highest": floor.highest,
        "pulled_back": floor.pulled_back,
        "wait": [floor.wait.since, floor.wait.offset] if floor.wait else None,
        "off": [floor.off.offset, floor.off.seconds] if floor.off else None,
        "untold": [[one.act, one.about, one.category] for one in floor.untold[-_UNTOLD:]],
    }
    return json.dumps(content).encode()


def parse(raw: bytes) -> Floor:
    """The floor in these bytes; ValueError where there is none."""
    try:
        found = json.loads(raw)
        trusted, boottime = found["trusted"], _number(found["boottime"])
        if type(trusted) is not int or not 0 <= trusted <= _LATEST or boottime < 0:
            raise ValueError("no moment")
        # A floor of version 0.2 says nothing of the system clock: it was right then, as far as is known.
        offset = _number(found.get("offset", trusted / 1e6 - boottime))
        return Floor(
            trusted=from_microseconds(trusted),
            boot_id=str(found["boot_id"]),
            boottime=boottime,
            offset=offset,
            highest=_number(found.get("highest", offset)),
            pulled_back=_number(found.get("pulled_back", 0.0)),
            wait=Wait(*map(_number, found["wait"])) if found.get("wait") else None,
            off=Off(*map(_number, found["off"])) if found.get("off") else None,
            untold=tuple(Happened(*map(str, one)) for one in found.get("untold", ())),
        )
    except (KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise ValueError("no floor of trusted time") from error


def _number(value: Any) -> float:
    """A finite number: what stands in a floor is reckoned with."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("no number")
    return float(value)
