"""Leaving: the colour and the picture of a pass; the answer is the same whether or not anybody has it."""

from typing import Protocol

from kiosk.conversation import Conversation
from kiosk.passes import Pass
from kiosk.steps import Step


class SignsOut(Protocol):
    """What leaving needs of the reception."""

    def sign_out(self, pass_: Pass) -> None: ...

    def digits_in_use(self) -> bool: ...


class Leaving:
    """Two taps, and a third only while passes with a digit are out."""

    def __init__(self, talk: Conversation, reception: SignsOut) -> None:
        self._talk, self._reception = talk, reception

    def begin(self) -> None:
        """Somebody goes away."""
        self._talk.ask(Step.COLOUR)

    def choose_colour(self, colour: str) -> None:
        self._talk.visitor.colour = colour
        self._talk.ask(Step.PICTURE)

    def choose_picture(self, picture: str) -> None:
        self._talk.visitor.picture = picture
        self._sign_out(None, asked=False)

    def choose_digit(self, digit: int | None) -> None:
        self._sign_out(digit, asked=True)

    def _sign_out(self, digit: int | None, *, asked: bool) -> None:
        visitor = self._talk.visitor
        assert visitor.colour
        assert visitor.picture
        leaving = Pass(visitor.colour, visitor.picture, digit)

        def leave() -> bool:
            # Which of the two happens depends on the whole site, never on this pass.
            if not asked and self._reception.digits_in_use():
                return False
            self._reception.sign_out(leaving)
            return True

        def left(done: bool) -> None:
            if done:
                self._talk.tell(Step.DONE)
            else:
                self._talk.go(Step.DIGIT)

        self._talk.work(leave, left)
