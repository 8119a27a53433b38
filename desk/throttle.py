"""Slows down guessing: after some wrong passwords a name waits, whether or not there is such an account.

Kept in memory, bounded, by the hash of the name typed: a password typed into the wrong field is not kept readable.
"""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from retention.base.clock import Clock

FREE_TRIES = 5
FIRST_WAIT, LONGEST_WAIT = 5.0, 300.0
FORGOTTEN_AFTER = 900.0
REMEMBERED = 1_000
# All names together: nobody tries a thousand names with one password each.
ALL_TRIES, ALL_WINDOW = 60, 60.0


@dataclass
class _Tries:
    wrong: int = 0
    latest: float = 0.0
    open_at: float = 0.0


class Throttle:
    """Counts wrong log-ins of one desk."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._recent: list[float] = []

    def wait(self, name: str) -> float:
        """Seconds until this name may be tried; 0 when it may now."""
        now = self._clock.monotonic()
        with self._lock:
            tries = self._tries.get(_key(name))
            mine = tries.open_at - now if tries else 0.0
            self._recent = [at for at in self._recent if at > now - ALL_WINDOW]
            everybody = self._recent[0] + ALL_WINDOW - now if len(self._recent) >= ALL_TRIES else 0.0
        return max(0.0, mine, everybody)

    def failed(self, name: str) -> None:
        """Count a wrong try."""
        now = self._clock.monotonic()
        with self._lock:
            tries = self._tries.pop(_key(name), _Tries())
            if now - tries.latest > FORGOTTEN_AFTER:
                tries = _Tries()
            tries.wrong += 1
            tries.latest = now
            if tries.wrong >= FREE_TRIES:
                tries.open_at = now + min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** (tries.wrong - FREE_TRIES))
            self._tries[_key(name)] = tries
            self._recent.append(now)
            while len(self._tries) > REMEMBERED:
                self._tries.popitem(last=False)

    def passed(self, name: str) -> None:
        """Forget the wrong tries of a name that came in."""
        with self._lock:
            self._tries.pop(_key(name), None)


def _key(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
