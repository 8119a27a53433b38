"""Which touches count: one finger at a time, and no second touch by a trembling hand.

A touch within 400 ms of the one before is ignored (FIELD.md section 4), wherever it lands; only between two different
letters, further apart than a double tap strays, does the next one count at once, or quick typists would lose letters.
"""

from collections.abc import Callable

PAUSE_SECONDS = 0.4
STRAY_MILLIMETRES = 14.0
LONGEST_SECONDS = 30.0
"""A touch that lasts longer is something that lies there, or a finger whose lifting nobody told: others count again."""


class Taps:
    """Remembers the last touch that counted."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._at = float("-inf")
        self._where = (0.0, 0.0)
        self._letter = False
        self._down = False
        self._since = 0.0

    @property
    def busy(self) -> bool:
        """Whether a finger that counts is on the glass."""
        return self._down and self._monotonic() - self._since < LONGEST_SECONDS

    def accepts(self, x: float, y: float, *, letter: bool) -> bool:
        """Whether a touch that begins here (millimetres) counts; if so, it is the one that others are held against."""
        if self.busy:
            return False
        if self._monotonic() - self._at < PAUSE_SECONDS and not self._next_letter(x, y, letter):
            return False
        self._where, self._letter, self._down, self._since = (x, y), letter, True, self._monotonic()
        return True

    def ended(self) -> None:
        """The finger is lifted; the pause counts from here, or a slow tap's bounce would count."""
        self._down = False
        self._at = self._monotonic()

    def _next_letter(self, x: float, y: float, letter: bool) -> bool:
        across, along = x - self._where[0], y - self._where[1]
        return letter and self._letter and across * across + along * along > STRAY_MILLIMETRES**2
