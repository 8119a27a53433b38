"""When the answer to a sign-out comes: at an even pace, and later for everybody where many are tried in a short while.

Both depend on what was tried at this screen and never on whether anybody had the pass: how long an answer takes tells
nothing, and neither does when it begins to take longer.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

STEP: Final = 0.025
"""No answer comes sooner: more than the work takes, too little to be felt. What takes longer is not rounded up, for a
small difference in work would become a large one.
"""
FREE: Final = 12
WINDOW: Final = 120.0
"""So many within this many seconds are people who leave together; two taps and a farewell take five seconds each."""
EACH: Final = 0.5
LONGEST: Final = 3.0
"""Each further one waits so much longer, up to this many seconds."""


class Pace:
    """The pace of one screen."""

    def __init__(self, monotonic: Callable[[], float], pause: Callable[[float], object]) -> None:
        """`pause` waits for so many seconds; it may end early when the service is stopped."""
        self._monotonic, self._pause = monotonic, pause
        self._tries: deque[float] = deque()

    @contextmanager
    def even(self) -> Iterator[None]:
        """Hold the answer to what is done within until it is due; also an answer that is an error."""
        began = self._monotonic()
        least = self._slowed(began)
        try:
            yield
        finally:
            took = self._monotonic() - began
            self._pause(max(STEP - took, 0) + least)

    def _slowed(self, now: float) -> float:
        """How much later the answer comes because of how many were tried of late."""
        while self._tries and self._tries[0] <= now - WINDOW:
            self._tries.popleft()
        self._tries.append(now)
        return min(max(len(self._tries) - FREE, 0) * EACH, LONGEST)
