"""Why there is no footage of a moment: the one list of causes, as timelines, tables and screens name them."""

from enum import StrEnum


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
    DAMAGED = "damaged"  # bytes on disk do not match their seal
    LOST = "lost"  # was written, and is not there any more
