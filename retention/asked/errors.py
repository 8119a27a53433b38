"""What goes wrong with a request, in one family.

    AskedError                  70
    ├── RequestRefused          64  what was given will not do; the sentence says what would
    │   └── SameName        64  a visit has the name of who asks, and nobody said whose it is
    ├── RequestUnknown          64  there is no such request, or it has reached its term
    ├── RequestChanged          75  somebody else changed it meanwhile
    └── RequestUnreadable       70  its file was changed or damaged outside Portier

The sentence of RequestRefused is an English msgid, so that page and terminal can both say it.
"""

from collections.abc import Sequence

from retention.base.errors import PortierError
from retention.base.translations import N_


class AskedError(PortierError):
    """Root of the family."""


class RequestRefused(AskedError):
    """Something is missing or cannot be meant; the message says what to give."""

    exit_code = 64


class SameName(RequestRefused):
    """Visits of the same name are neither told nor said to be of somebody else; `visits` are their ids."""

    def __init__(self, visits: Sequence[str]) -> None:
        self.visits = tuple(visits)
        super().__init__(
            N_("A visit has the same name and is not in the letter. Tick it, or say that it is of another person.")
        )


class RequestUnknown(AskedError):
    """There is no request of that number now."""

    exit_code = 64


class RequestChanged(AskedError):
    """Two people at once: look again, then decide."""

    exit_code = 75


class RequestUnreadable(AskedError):
    """What is on disk does not open."""
