"""Deadlines that a clock which ran ahead put too far off are brought back, once no doubt is left about the time.

A deadline only moves earlier (rule 5 of the slots), and to where the rules table would have put it for something that
begins now: so nothing is destroyed at once, and nothing outlives its ceiling for a clock that was wrong.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from retention.base.audit import Trail, system_actor
from retention.base.command import Office
from retention.base.config import Config
from retention.base.errors import DiskRefused
from retention.base.siteday import day_of_number
from retention.base.slots import Slot, SlotFile, streams
from retention.base.state import CALAMITIES, CAMERA_STREAM, CASES, REQUESTS, TEXTS, VISITS, State
from retention.rules import (
    calamity_deadline,
    case_deadline,
    footage_deadline,
    request_deadline,
    text_deadline,
    visits_day,
    visits_deadline,
)

AMPLE: Final = timedelta(minutes=5)  # whoever begins goes by the later clock, which may be a moment ahead
DAYS_AHEAD: Final = timedelta(days=16)  # a day's slot is made that long beforehand, for expected visits


_COUNTED_FROM_NOW: Final[Mapping[str, Callable[[datetime, Config], datetime]]] = {
    CALAMITIES: lambda now, _: calamity_deadline(now),
    TEXTS: lambda now, _: text_deadline(now.date()),
    # A case may stand for a person's request, which has the longer term.
    CASES: lambda now, config: max(case_deadline(now, config.retention), request_deadline(now)),
    REQUESTS: lambda now, _: request_deadline(now),
}


def latest_deadline(slot: Slot, now: datetime, config: Config) -> datetime | None:
    """The latest deadline that something which began by `now` can have; None where no rule tells."""
    if slot.stream.startswith(CAMERA_STREAM):
        return footage_deadline(int(now.timestamp()), config.retention)
    if slot.stream == VISITS:
        today = visits_day(now, config.site, config.visits)
        try:
            day = day_of_number(slot.epoch)
        except (ValueError, OverflowError):
            day = today  # no calendar has it
        return visits_deadline(day if day - today <= DAYS_AHEAD else today, config.site, config.visits)
    return _COUNTED_FROM_NOW[slot.stream](now, config) if slot.stream in _COUNTED_FROM_NOW else None


def clamp(office: Office, now: datetime) -> list[str]:
    """Bring every deadline forward that lies beyond the ceiling at `now`, trusted time; what could not be done."""
    failures = list[str]()
    for stream in streams(office.state):
        try:
            count = _clamp(office.state, SlotFile(office.state, stream), now, office.config)
            if count:
                trail = Trail(office.state, office.clock)
                trail.note("clock.clamped", actor=system_actor(), about=stream, category=str(count))
        except DiskRefused as error:
            failures.append(str(error))
    return failures


def _clamp(state: State, slots: SlotFile, now: datetime, config: Config) -> int:
    count = 0
    for slot in slots.live():
        latest = latest_deadline(slot, now, config)
        # An empty slot of a day to come holds nobody's name, and is needed when its day comes.
        empty = slot.stream == VISITS and not state.data_of(VISITS, slot.epoch)
        if latest is not None and slot.deadline > latest + AMPLE and not empty:
            slots.bring_forward(slot.epoch, latest)
            count += 1
    return count
