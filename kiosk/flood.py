"""Many who wait at once: told, and nobody is stopped. Pure, for desk and calamity service alike."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from retention.base.health import Problem
from retention.base.translations import N_

MANY: Final = 20
WITHIN: Final = timedelta(minutes=10)
"""More than so many within so long whom nobody has confirmed: somebody may be playing with the screen."""


def flood(waiting: Iterable[datetime], now: datetime) -> int:
    """How many of those who wait signed in during the last minutes; 0 where a lobby is used to so many."""
    recent = sum(now - WITHIN < arrived <= now for arrived in waiting)
    return recent if recent > MANY else 0


def flooded(count: int) -> Problem:
    """What health and desk say of it."""
    sentence = N_("%(count)s visitors signed in within ten minutes and nobody confirmed them: look who is at the door")
    return Problem("P1", sentence, {"count": str(count)}, everywhere=True)
