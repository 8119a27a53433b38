"""What can go wrong between a camera and its footage.

    PortierError
    ├── CaptureFailed      69  the camera gives no picture; `cause` says why, as the gap will
    ├── FootageErased      69  what was asked for is past its term, or its key is destroyed
    └── ExportRefused      64  no reason given, a destination that will not do, nothing to export

No message holds an address with a password.
"""

from recorder.causes import Cause
from retention.base.errors import Unavailable, UsageRefused


class CaptureFailed(Unavailable):
    """The camera gives no picture now; trying again later may help."""

    def __init__(self, cause: Cause, message: str) -> None:
        self.cause = cause
        super().__init__(message)


class FootageErased(Unavailable):
    """There was footage, and it has reached its term."""


class ExportRefused(UsageRefused):
    """An export that must not or cannot be made."""
