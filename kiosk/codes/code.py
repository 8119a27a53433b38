"""The code of a tear-off: 128 random bits, written as forty digits.

Digits alone, because a scanner types keys and every keyboard layout has its digits in the same places. Whoever keeps a
code keeps only what `hashed` makes of it, which means nothing any more once the key of its day is destroyed.
"""

import re
import secrets
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

BYTES: Final = 16
DIGITS: Final = 40  # 39 hold 128 bits; the last one tells a slip of the finger
_DOMAIN: Final = b"portier tear-off 1\0"
BETWEEN: Final = re.compile(r"[\s.-]")
"""What people and scanners put between digits."""


@dataclass(frozen=True, repr=False)
class Code:
    """One code, in the clear: held for as long as it takes to print or to look up, and kept nowhere."""

    secret: bytes

    @classmethod
    def new(cls) -> Self:
        return cls(secrets.token_bytes(BYTES))

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The code of what was scanned or typed, blanks and dashes left out; None for anything else."""
        digits = BETWEEN.sub("", text)
        if len(digits) != DIGITS or not (digits.isascii() and digits.isdigit()) or _check(digits[:-1]) != digits[-1]:
            return None
        number = int(digits[:-1])
        return cls(number.to_bytes(BYTES, "big")) if number < 1 << 8 * BYTES else None

    @property
    def text(self) -> str:
        """Forty digits."""
        digits = f"{int.from_bytes(self.secret, 'big'):0{DIGITS - 1}d}"
        return digits + _check(digits)

    @property
    def groups(self) -> list[str]:
        """The digits as a person reads them out: eight groups of five."""
        return [self.text[place : place + 5] for place in range(0, DIGITS, 5)]

    def hashed(self, public: "X25519PublicKey") -> str:
        """What is kept of the code: 32 hexadecimal digits of a hash that only the public half of its day can repeat."""
        return sha256(_DOMAIN + public.public_bytes_raw() + self.secret).hexdigest()[: 2 * BYTES]


def _check(digits: str) -> str:
    """The check digit of ISO 7064, MOD 11,10: no wrong digit and hardly a swapped pair goes by unseen."""
    product = 10
    for digit in digits:
        product = ((product + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - product) % 10)
