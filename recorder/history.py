"""A camera's timeline, gathered from its files, its journal and its key slots: for readers and for the rows alike.

It needs no key. Nothing past its deadline counts as recorded, reaper or no reaper.
"""

from datetime import UTC, datetime, timedelta

from recorder import damage, journal
from recorder.causes import Cause
from recorder.footprints import Footprint, Footprints
from recorder.timeline import SPILL, Interval, Known, Present, tile, without
from retention.base.clock import Clock
from retention.base.slots import Slot, SlotFile
from retention.base.state import State, camera_stream
from retention.base.trusted import TrustedTime
from retention.rules import LEAD

_FEW = 1_000


class History:
    """What is known of the past of every camera of a site; one may serve several threads."""

    def __init__(self, state: State, clock: Clock, term: timedelta) -> None:
        self._state, self._clock, self._term = state, clock, term
        self._trusted = TrustedTime(state, clock)
        self.footprints = Footprints(state)

    def timeline(self, camera: str, start: datetime, end: datetime) -> list[Interval]:
        """What is recorded and what is not, and why, from `start` to `end` or now."""
        # Two moments of one local zone are compared by what the clock on the wall showed, which comes twice in autumn.
        start, end = start.astimezone(UTC), end.astimezone(UTC)
        now = self._trusted.latest()
        slots = SlotFile(self._state, camera_stream(camera))
        try:
            return tile(start, end, self._known(camera, start, min(end, now), now, slots))
        finally:
            slots.close()

    def first_start(self, camera: str) -> datetime | None:
        """When a camera was started first, as far as that is still known."""
        entries = journal.read(self._state.gaps(camera))
        return entries[0].at if entries else None

    def _known(self, camera: str, start: datetime, end: datetime, now: datetime, slots: SlotFile) -> Known:
        found = _readable(self.footprints.between(camera, start - SPILL, end + SPILL), slots, now)
        newest = self.footprints.newest(camera, now)
        self.footprints.forget_before(now - self._term)
        known = damage.read(self._state.damaged(camera))
        harmed = {one: [*one.holes, *known.get(one.path.name, ())] for one in found}
        return Known(
            spans=[span for one in found for span in without((one.start, one.end), harmed[one])],
            damaged=[span for spans in (*harmed.values(), *known.values()) for span in spans],
            entries=journal.read(self._state.gaps(camera)),
            present=Present(now, self._clock.boot_id(), self._term),
            newest=newest,
            fate=lambda epoch: _fate(slots.of(epoch), now),
        )


def _readable(found: list[Footprint], slots: SlotFile, now: datetime) -> list[Footprint]:
    """Those whose key stands, before its deadline."""
    epochs = {one.epoch for one in found}
    # Reading all slots at once costs as much as finding some hundreds.
    standing = map(slots.find, epochs) if len(epochs) < _FEW else slots.live()
    live = {slot.epoch for slot in standing if slot is not None and now < slot.deadline}
    return [one for one in found if one.epoch in live]


def _fate(slot: Slot | None, now: datetime) -> Cause | None:
    """What became of a minute's key: destroyed at its term or early, to make room; None: it stands, or never was."""
    if slot is None or (slot.kind == "live" and now < slot.deadline):
        return None
    early = slot.kind != "live" and (slot.erased_at or now) < slot.deadline - LEAD
    return Cause.EVICTED if early else Cause.EXPIRED
