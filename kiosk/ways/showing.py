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
            self._leave_by(code)

    def _leave_by(self, code: Code) -> None:
        again = code == self._talk.visitor.shown
        if again and self._talk.step is Step.DONE:
            return  # a hand that trembles shows it twice
        if not again and self._talk.step in ENDS:
            self._talk.begin_again()  # whoever stood here before has gone, and what they chose with them
        self._leaving.show(code)
