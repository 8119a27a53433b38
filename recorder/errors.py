"""What can go wrong between a camera and its footage.

    PortierError
    ├── CaptureFailed      69  the camera gives no picture; `cause` says why, as the gap will
    ├── FootageErased      69  what was asked for is past its term, or its key is destroyed
    ├── CannotBeConverted  69  pictures that this browser cannot play, and that cannot be converted for it
    ├── Cancelled          75  whoever asked does not wait any more
    ├── ExportRefused      64  no reason given, a destination that will not do, nothing to export
    └── PlanRefused        64  a plan for blurring that cannot be followed, or leaves a moment undecided

No message holds an address with a password.
"""

from recorder.causes import Cause
from retention.base.errors import TryAgain, Unavailable, UsageRefused


class CaptureFailed(Unavailable):
    """The camera gives no picture now; trying again later may help."""

    def __init__(self, cause: Cause, message: str) -> None:
        self.cause = cause
        super().__init__(message)


class FootageErased(Unavailable):
    """There was footage, and it has reached its term."""


class ExportRefused(UsageRefused):
    """An export that must not or cannot be made."""


class CannotBeConverted(Unavailable):
    """Pictures that cannot be made into H.264."""


class Cancelled(TryAgain):
    """Work was given up because nobody waits for it."""


class PlanRefused(UsageRefused):
    """A plan for blurring that says too little, or what cannot be meant."""
