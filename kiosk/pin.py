"""The PIN of staff at the screen: its hash in a file, and a wait that grows with every wrong try.

Wrong tries are counted on the disk, so that pulling the plug wins nobody a try; the wait then begins anew. The digits
are never kept, logged or shown. A file that cannot be read is no wrong try: it is told, and reception helps.
"""

import json
import re
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

from kiosk.errors import PinUnreadable
from retention.base.clock import Clock
from retention.base.config import KioskSection
from retention.base.errors import DiskRefused, UsageRefused
from retention.base.files import replace_file
from retention.base.state import State

SHORTEST, LONGEST = 4, 8
FREE_TRIES: Final = 5
FIRST_WAIT, LONGEST_WAIT = 30.0, 900.0
COST: Final = (3, 65_536, 4)
"""Passes, kibibytes and lanes: RFC 9106, second recommended option."""

HASH: Final = re.compile(r"\$argon2id\$v=\d+\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+")


def pin_path(kiosk: KioskSection, state: State) -> Path:
    """Where the hash stands."""
    return kiosk.pin_file or state.directory / "kiosk.pin"


def set_pin(path: Path, digits: str) -> None:
    """Keep the hash of a PIN; UsageRefused for one that cannot be typed at the screen."""
    if not (SHORTEST <= len(digits) <= LONGEST and digits.isascii() and digits.isdigit()):
        raise UsageRefused(f"choose a PIN of {SHORTEST} to {LONGEST} digits")
    if len(set(digits)) == 1 or digits in "01234567890" or digits in "09876543210":
        raise UsageRefused("choose a PIN that is no row of equal or following digits")
    replace_file(path, _hashed(digits).encode() + b"\n", 0o640)


def _hashed(digits: str) -> str:
    from argon2 import PasswordHasher  # noqa: PLC0415 - the first screen does without

    return PasswordHasher(*COST).hash(digits)


def _fits(known: str, digits: str) -> bool:
    from argon2 import PasswordHasher  # noqa: PLC0415 - the first screen does without
    from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError  # noqa: PLC0415

    try:
        return PasswordHasher().verify(known, digits)
    except VerifyMismatchError:
        return False
    except (VerificationError, InvalidHashError) as error:
        raise PinUnreadable from error


class PinLock:
    """The lock of one screen; safe to use from several threads."""

    def __init__(self, kiosk: KioskSection, state: State, clock: Clock) -> None:
        self._path, self._tries = pin_path(kiosk, state), state.run / "kiosk-pin.json"
        self._clock, self._lock = clock, Lock()
        self._wrong = self._counted()
        self._open_at = self._clock.monotonic() + self._due() if self._wrong >= FREE_TRIES else 0.0

    def exists(self) -> bool:
        """Whether a PIN is set; also where its file cannot be reached."""
        try:
            return self._path.is_file()
        except OSError:
            return True

    def wait(self) -> float:
        """Seconds in which nobody may try."""
        return max(self._open_at - self._clock.monotonic(), 0.0)

    @property
    def guessed(self) -> bool:
        """Whether somebody seems to guess."""
        return self._wrong >= FREE_TRIES

    @property
    def unreadable(self) -> bool:
        """Whether a PIN is set that nobody can use."""
        try:
            self._hash()
        except PinUnreadable:
            return self.exists()
        return False

    def opens(self, digits: str) -> bool:
        """Whether this is the PIN. Counted before it is looked at: cutting the power wins no try.

        PinUnreadable, and nothing counted, where its file cannot be read: whoever stands there guessed nothing.
        """
        with self._lock:
            if self.wait():
                return False
            known, before = self._hash(), self._wrong
            self._count(before + 1)
            try:
                fits = _fits(known, digits)
            except PinUnreadable:
                self._count(before)
                raise
            if self._wrong >= FREE_TRIES:
                self._open_at = self._clock.monotonic() + self._due()
            if fits:
                self._open_at = 0.0
                self._count(0)
        return fits

    def _hash(self) -> str:
        try:
            known = self._path.read_text("ascii").strip()
        except (OSError, ValueError) as error:
            raise PinUnreadable from error
        if not HASH.fullmatch(known):
            raise PinUnreadable
        return known

    def _due(self) -> float:
        return float(min(FIRST_WAIT * 2.0 ** min(self._wrong - FREE_TRIES, 10), LONGEST_WAIT))

    def _count(self, wrong: int) -> None:
        self._wrong = wrong
        with suppress(DiskRefused):  # a full disk: then this process alone remembers
            replace_file(self._tries, json.dumps({"wrong": wrong}).encode(), 0o660)

    def _counted(self) -> int:
        try:
            wrong = int(json.loads(self._tries.read_text())["wrong"])
        except FileNotFoundError:
            return 0
        except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
            return FREE_TRIES  # what cannot be read is no reason to let anybody guess
        return wrong if wrong >= 0 else FREE_TRIES
