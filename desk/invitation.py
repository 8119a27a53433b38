"""The one-time link that makes the first account: one hour, one use, only while there is no account.

Kept in memory as a hash. The token travels in the fragment of the address, which no browser sends and no server logs.
"""

import hashlib
import hmac
import secrets
from threading import Lock

from retention.base.clock import Clock

VALID_SECONDS = 3_600.0


class Invitation:
    """Opens the page for the first account, or nothing."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._hash: bytes | None = None
        self._until = 0.0

    def issue(self) -> str:
        """A fresh token; the one before stops working."""
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._hash = _hash(token)
            self._until = self._clock.monotonic() + VALID_SECONDS
        return token

    def fits(self, token: str) -> bool:
        """Whether the token opens the door now; using it up is `spend`."""
        with self._lock:
            return (
                self._hash is not None
                and self._clock.monotonic() < self._until
                and hmac.compare_digest(self._hash, _hash(token))
            )

    def spend(self) -> None:
        """Close the door for good; of two at once the second finds it closed."""
        with self._lock:
            self._hash = None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
