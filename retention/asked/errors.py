"""What goes wrong with a request, in one family.

    AskedError                  70
    ├── RequestRefused          64  what was given will not do; the sentence says what would
    ├── RequestUnknown          64  there is no such request, or it has reached its term
    ├── RequestChanged          75  somebody else changed it meanwhile
    └── RequestUnreadable       70  its file was changed or damaged outside Portier

The sentence of RequestRefused is an English msgid, so that page and terminal can both say it.
"""

from retention.base.errors import PortierError


class AskedError(PortierError):
    """Root of the family."""


class RequestRefused(AskedError):
    """Something is missing or cannot be meant; the message says what to give."""

    exit_code = 64


class RequestUnknown(AskedError):
    """There is no request of that number now."""

    exit_code = 64


class RequestChanged(AskedError):
    """Two people at once: look again, then decide."""

    exit_code = 75


class RequestUnreadable(AskedError):
    """What is on disk does not open."""
