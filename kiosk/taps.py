"""Which touches count: one finger at a time, and no second touch by a trembling hand.

A touch within 400 ms of the one before is ignored (FIELD.md section 4), wherever it lands; only between two different
letters, further apart than a double tap strays, does the next one count at once, or quick typists would lose letters.
What lies on the glass for long, a palm or something stuck there, keeps nobody else from touching.
"""

from collections.abc import Callable

PAUSE_SECONDS = 0.4
STRAY_MILLIMETRES = 14.0
HELD_SECONDS = 10.0
"""Longer than any finger that means something rests on a button."""


class Taps:
    """Remembers the last touch that counted."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._at = float("-inf")
        self._where = (0.0, 0.0)
        self._letter = False
        self._down = False
        self.turn = 0
        """How many touches counted so far; a finger put down in an earlier turn than this does not count any more."""

    def accepts(self, x: float, y: float, *, letter: bool) -> bool:
        """Whether a touch that begins here (millimetres) counts; if so, it is the one that others are held against."""
        now = self._monotonic()
        if self._down and now - self._at < HELD_SECONDS:
            return False
        if not self._down and now - self._at < PAUSE_SECONDS and not self._next_letter(x, y, letter):
            return False
        self._where, self._letter, self._down, self._at = (x, y), letter, True, now
        self.turn += 1
        return True

    def ended(self) -> None:
        """The finger is lifted; the pause counts from here, or a slow tap's bounce would count."""
        self._down = False
        self._at = self._monotonic()

    def _next_letter(self, x: float, y: float, letter: bool) -> bool:
        across, along = x - self._where[0], y - self._where[1]
        return letter and self._letter and across * across + along * along > STRAY_MILLIMETRES**2
