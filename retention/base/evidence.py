"""What the disk tells of the time when the floor of trusted time is lost: a moment that has certainly passed.

A tombstone bears the trusted time at which its key was destroyed, so the newest of them is a lower bound that no
system clock has touched. Where nothing was destroyed yet, the oldest live minute of a camera is one: a clock that
jumped since could only have made younger ones.
"""

from datetime import UTC, datetime

from retention.base.slots import SlotFile, streams
from retention.base.state import CAMERA_STREAM, State

_NO_CALENDAR = 100_000_000_000  # unix seconds that no minute of a camera bears


def newest_erasure(state: State) -> datetime | None:
    """The latest trusted time that a tombstone bears."""
    return max((moment for stream in streams(state) for moment in _erasures(state, stream)), default=None)


def surely_past(state: State) -> datetime | None:
    """A moment that lies behind us whatever the clocks say; None where nothing on disk tells of one."""
    return newest_erasure(state) or min(
        (
            datetime.fromtimestamp(slot.epoch, UTC)
            for stream in streams(state)
            if stream.startswith(CAMERA_STREAM)
            for slot in SlotFile(state, stream).live()
            if 0 <= slot.epoch < _NO_CALENDAR
        ),
        default=None,
    )


def _erasures(state: State, stream: str) -> list[datetime]:
    return [slot.erased_at for slot in SlotFile(state, stream).slots() if slot.erased_at is not None]
