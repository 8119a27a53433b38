"""Why there is no footage of a moment: the one list of causes, as timelines, tables and screens name them."""

import errno
from enum import StrEnum
from typing import Final

from retention.base.errors import EpochErased, NoFreeSlot, PortierError


class Cause(StrEnum):
    """The cause of a gap."""

    UNREACHABLE = "unreachable"  # no connection, or it was cut
    UNAUTHORISED = "unauthorised"  # the camera refuses user or password
    STALLED = "stalled"  # connected, and nothing comes
    UNSUPPORTED = "unsupported"  # pictures that this version cannot keep
    DISK_FULL = "disk_full"  # the disk takes no more
    DISK_SLOW = "disk_slow"
    STOPPED = "stopped"  # the recorder was stopped by a person or the system
    RESTARTED = "restarted"  # the recorder was killed, and started again
    POWER_LOST = "power_lost"  # the machine went down without warning
    CLOCK_STEPPED = "clock_stepped"  # a clock, of machine or camera, jumped
    DISABLED = "disabled"  # the camera was not set up, or switched off
    EVICTED = "evicted"  # erased early to make room
    EXPIRED = "expired"  # past its term
    DAMAGED = "damaged"  # the disk fails, or its bytes do not match their seal
    LOST = "lost"  # was written, and is not there any more


NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def cause_of(error: PortierError | OSError) -> Cause:
    """What a refusal to store is called in the timeline.

    Making room helps against the first kind only. A disk that fails is mounted read-only by the kernel to save what
    stands on it: so that is damage too, as are rights that somebody took away.
    """
    if isinstance(error, EpochErased):
        return Cause.EXPIRED
    if isinstance(error, NoFreeSlot):
        return Cause.DISK_FULL
    beneath = error if isinstance(error, OSError) else error.__cause__
    number = beneath.errno if isinstance(beneath, OSError) else None
    return Cause.DISK_FULL if number in NO_ROOM else Cause.DAMAGED
