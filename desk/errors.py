"""What goes wrong at the desk, in one family.

    DeskError                       70
    ├── AccountRefused              64  the name or password of an account is not acceptable
    ├── NoSuchAccount               64
    ├── TimeUnclear                 64  the site's clock shows the time asked for twice, or never
    ├── NotYours                     64  this is for others to do, who are named
    ├── LookRefused                 75  footage is not shown: no reason given, or the look has ended
    │   └── TrailAway               75  ... or the trail cannot be written
    └── AddressTaken                69  the desk's port is in use

The sentence of AccountRefused is an English msgid of the desk's catalogue, so that page and terminal can both say it.
"""

from datetime import datetime

from retention.base.errors import PortierError


class DeskError(PortierError):
    """Root of the desk's family."""


class AccountRefused(DeskError):
    """The name or password will not do; the message says what would."""

    exit_code = 64


class NoSuchAccount(DeskError):
    """There is no account of that name."""

    exit_code = 64


class TimeUnclear(DeskError):
    """Which of two moments is meant? `field` is the one of the form that asks."""

    exit_code = 64

    def __init__(self, field: str, choices: list[datetime], *, twice: bool) -> None:
        self.field, self.choices, self.twice = field, choices, twice
        super().__init__("this time of the clock is not one moment")


class NotYours(DeskError):
    """Somebody else may do this; the message says who."""

    exit_code = 64


class LookRefused(DeskError):
    """Footage stays closed."""

    exit_code = 75


class TrailAway(LookRefused):
    """The trail cannot be written, so nothing is shown."""


class AddressTaken(DeskError):
    """Somebody else listens on the desk's address."""

    exit_code = 69
