"""Every screen there is, how long each stays by itself, and which only look aside."""

from enum import StrEnum
from typing import Final


class Step(StrEnum):
    """Every screen there is."""

    WELCOME = "welcome"
    CODE = "code"
    NAME = "name"
    HOST = "host"
    HELP = "help"
    PASS = "pass"  # noqa: S105 - the visitor's pass
    COLOUR = "colour"
    PICTURE = "picture"
    DIGIT = "digit"
    DONE = "done"
    JUST_LEFT = "just_left"
    TAKEN_BACK = "taken_back"
    WAIT = "wait"
    STILL_THERE = "still_there"
    ATTENTION = "attention"
    PRIVACY = "privacy"
    VOICE = "voice"
    ALOUD = "aloud"
    PACE = "pace"
    SERVING = "serving"
    LANGUAGE = "language"
    TERMS = "terms"
    STATEMENT = "statement"
    OWN = "own"
    TAKE_BACK = "take_back"
    TAKEN = "taken"
    HELP_CALLED = "help_called"
    STAFF = "staff"
    ALARM = "alarm"
    PIN = "pin"
    STAFF_TOLD = "staff_told"
    EMERGENCY = "emergency"
    CLOSED = "closed"


LEAVES_BY_ITSELF: Final[dict[Step, tuple[float, Step]]] = {
    Step.PASS: (60, Step.WELCOME),
    Step.DONE: (10, Step.JUST_LEFT),
    Step.JUST_LEFT: (60, Step.WELCOME),
    Step.TAKEN_BACK: (10, Step.WELCOME),
    Step.ATTENTION: (90, Step.WELCOME),
    Step.WAIT: (20, Step.ATTENTION),
    Step.OWN: (60, Step.WELCOME),
    Step.TAKE_BACK: (60, Step.WELCOME),
    Step.TAKEN: (60, Step.WELCOME),
    Step.STAFF: (60, Step.WELCOME),
    Step.STAFF_TOLD: (20, Step.WELCOME),
}
"""How long a screen stays by itself, in seconds, and what follows; "Bent u er nog?" first, where that loses something.

A screen that waits for work counts from when it came, all others from the last touch."""

STARTS: Final = frozenset({Step.WELCOME, Step.JUST_LEFT})
"""Screens a visitor begins at: whoever comes back to one has told nothing."""

ASKS_FOR_A_CODE: Final = frozenset({Step.COLOUR, Step.CODE})
"""Screens on which somebody may hold a code before the camera; it is off on all others."""

UNDO_SECONDS: Final = 60.0
"""How long a sign-out can be taken back where it was made."""

ASIDE: Final = frozenset(
    {
        Step.STILL_THERE,
        Step.PRIVACY,
        Step.TERMS,
        Step.STATEMENT,
        Step.SERVING,
        Step.LANGUAGE,
        Step.VOICE,
        Step.ALOUD,
        Step.PACE,
        Step.HELP_CALLED,
    }
)
"""Screens that look aside: "back" brings everything back as it was, the first screen too."""

RESTS: Final = frozenset({Step.WELCOME, Step.EMERGENCY, Step.CLOSED})
"""Screens that wait for whoever comes next; one of them is home."""
