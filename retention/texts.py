"""Free text that staff write (a reason, a note): sealed under the day it was written on, gone after 28 days.

The trail and whatever refers to a text carry its mark alone, the hash of the sealed bytes. A reader who holds the
reader key opens it by that mark.
"""

import hashlib
import re
import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from retention.base.clock import Clock
from retention.base.errors import EpochErased, SealBroken, UsageRefused
from retention.base.files import replace_file
from retention.base.readerkey import public_half
from retention.base.sealed import seal, unseal
from retention.base.siteday import day_number
from retention.base.slots import SlotFile
from retention.base.state import TEXTS, State
from retention.base.trusted import TrustedTime
from retention.rules import text_deadline

LONGEST: Final = 2_000
_PADDING: Final = 512
_UNSEEN: Final = ("Cc", "Cf", "Cs", "Co", "Cn")
_MARK = re.compile(r"[0-9a-f]{64}")


class Texts:
    """The free texts of one site."""

    def __init__(self, state: State, clock: Clock) -> None:
        self._state = state
        self._time = TrustedTime(state, clock)
        self._slots = SlotFile(state, TEXTS)

    def write(self, text: str) -> str:
        """Seal a text to the disk, synced; its mark. Raises UsageRefused for an empty or endless one, DiskRefused."""
        words = _shown(text).strip()
        if not words or len(words) > LONGEST:
            raise UsageRefused(f"write a text of 1 to {LONGEST} characters")
        day = self._time.latest().astimezone(UTC).date()
        epoch = day_number(day)
        slot = self._slots.claim(epoch, text_deadline(day), public_half(self._state))
        plain = words.encode("utf-8", "replace")
        sealed = seal(slot.public, plain.ljust(-(-len(plain) // _PADDING) * _PADDING), _info(epoch))
        mark = hashlib.sha256(sealed).hexdigest()
        self._state.texts.mkdir(mode=0o770, parents=True, exist_ok=True)
        replace_file(self._state.texts / f"{epoch}-{mark}.text", sealed, 0o660)
        return mark

    def read(self, mark: str, reader: X25519PrivateKey) -> str | None:
        """The text of a mark; None when it has reached its term, was taken away, or no longer opens."""
        path = self._find(mark)
        if path is None:
            return None
        epoch = int(path.name.partition("-")[0])
        try:
            private = self._slots.open(epoch, reader, self._time.latest())
            return unseal(private, path.read_bytes(), _info(epoch)).decode("utf-8", "replace").rstrip(" ")
        except (EpochErased, SealBroken, OSError):
            return None

    def deadline(self, written: datetime) -> datetime:
        """When a text written at a moment is gone."""
        return text_deadline(written.astimezone(UTC).date())

    def _find(self, mark: str) -> Path | None:
        if not _MARK.fullmatch(mark):
            return None
        return next(self._state.texts.glob(f"*-{mark}.text"), None)


def _shown(text: str) -> str:
    """Without what steers a terminal or turns text round; line ends and the joiners of some scripts stay."""
    kept = (letter for letter in text if letter in "\n\u200c\u200d" or unicodedata.category(letter) not in _UNSEEN)
    return "".join(kept)


def _info(epoch: int) -> bytes:
    return f"portier text 1 {epoch}".encode()
