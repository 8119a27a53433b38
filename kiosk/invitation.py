"""The code of an invitation: the day on which it counts and 128 random bits, as 47 digits. It holds no name.

Digits alone, as on a tear-off: every reader of codes gets them right, whatever keyboard it believes to be. The id of
the expected visit is a hash of the code, so that whoever is shown the code knows which visit is meant and looks up
nothing; from the id nobody finds the code, and the two cannot be matched once the key of the day is destroyed.
"""

import re
import secrets
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from kiosk.visits import Help

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

_TEXT: Final = re.compile(r"[0-9]{47}")
_BYTES: Final = 16


@dataclass(frozen=True, repr=False)
class Invitation:
    """One invitation, to be shown at the door on its day."""

    day: date
    secret: bytes

    @classmethod
    def new(cls, day: date) -> "Invitation":
        return cls(day, secrets.token_bytes(_BYTES))

    @classmethod
    def read(cls, text: str) -> "Invitation | None":
        """The invitation that a reader of codes read; None for anything else."""
        digits = text.strip()
        if _TEXT.fullmatch(digits) is None or int(digits[8:]) >= 1 << 8 * _BYTES:
            return None
        try:
            day = date.fromisoformat(digits[:8])
        except ValueError:
            return None
        return cls(day, int(digits[8:]).to_bytes(_BYTES, "big"))

    @property
    def text(self) -> str:
        """What its picture says."""
        return f"{self.day:%Y%m%d}{int.from_bytes(self.secret, 'big'):039d}"

    def visit(self, public: "X25519PublicKey") -> str:
        """The id of the visit it belongs to; `public` is the public half of its day."""
        return sha256(b"portier invitation 1\0" + public.public_bytes_raw() + self.secret).hexdigest()[: 2 * _BYTES]


@dataclass(frozen=True)
class Invited:
    """Somebody who showed an invitation; the help they want they tell themselves."""

    invitation: Invitation
    help: frozenset[Help] = field(default_factory=frozenset)
