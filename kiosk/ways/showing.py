"""What a code means that somebody shows: on which screen, and to which way it belongs."""

from kiosk.codes.code import Code
from kiosk.conversation import Conversation
from kiosk.steps import STARTS, Step
from kiosk.ways.coming import Coming
from kiosk.ways.leaving import Leaving

LEAVES = frozenset({Step.COLOUR, Step.PICTURE, Step.DIGIT})
ENDS = frozenset({Step.DONE, Step.TAKEN_BACK})


class Showing:
    """Hears every code, and passes over what nobody asked for."""

    def __init__(self, talk: Conversation, leaving: Leaving, coming: Coming) -> None:
        self._talk, self._leaving, self._coming = talk, leaving, coming

    def hear(self, text: str) -> None:
        """Something was read, by a camera or a scanner."""
        code = Code.parse(text)
        if code is None:
            self._coming.show_code(text)
        elif self._talk.step in LEAVES | STARTS | ENDS:
            if self._talk.step not in LEAVES:  # whoever stood here before has gone
                self._talk.begin_again()
            self._leaving.show(code)
