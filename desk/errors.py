"""What goes wrong at the desk, in one family.

    DeskError                       70
    ├── AccountRefused              64  the name or password of an account is not acceptable
    ├── NoSuchAccount               64
    ├── LookRefused                 75  footage is not shown: no reason given, or the look has ended
    │   └── TrailAway               75  ... or the trail cannot be written
    └── AddressTaken                69  the desk's port is in use

The sentence of AccountRefused is an English msgid of the desk's catalogue, so that page and terminal can both say it.
"""

from retention.base.errors import PortierError


class DeskError(PortierError):
    """Root of the desk's family."""


class AccountRefused(DeskError):
    """The name or password will not do; the message says what would."""

    exit_code = 64


class NoSuchAccount(DeskError):
    """There is no account of that name."""

    exit_code = 64


class LookRefused(DeskError):
    """Footage stays closed."""

    exit_code = 75


class TrailAway(LookRefused):
    """The trail cannot be written, so nothing is shown."""


class AddressTaken(DeskError):
    """Somebody else listens on the desk's address."""

    exit_code = 69
