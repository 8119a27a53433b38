"""Leaving: colour and picture of a pass, or the code of a tear-off; the answer is the same whether or not anybody has
it. For a minute each sign-out can be taken back, on the farewell and on the first screen after it.
"""

from typing import Protocol

from kiosk.codes.code import Code
from kiosk.conversation import Conversation
from kiosk.passes import Pass
from kiosk.steps import UNDO_SECONDS, Step

LATE_SECONDS = 20.0
"""A button that is still on the glass is still answered, so long after its minute; the reception waits longer."""


class SignsOut(Protocol):
    """What leaving needs of the reception. A sign-out answers the token by which it is taken back."""

    def sign_out(self, pass_: Pass) -> str: ...

    def sign_out_by_code(self, code: Code) -> str: ...

    def put_back(self, token: str) -> None: ...

    def digits_in_use(self) -> bool: ...


class Leaving:
    """Two taps, and a third only while passes with a digit are out; or no tap at all, for who shows a code."""

    def __init__(self, talk: Conversation, reception: SignsOut) -> None:
        self._talk, self._reception = talk, reception
        self._token, self._until = "", float("-inf")

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

    def show(self, code: Code) -> None:
        """A tear-off is held before the camera or the scanner."""
        self._talk.visitor.shown = code
        self._talk.work(lambda: self._reception.sign_out_by_code(code), self._left)

    def finish(self) -> None:
        """The farewell is read: make room for the next visitor, with the way back still open for a while."""
        may_come_back = self.can_be_taken_back() and self._talk.home is Step.WELCOME
        self._talk.begin_again(Step.JUST_LEFT if may_come_back else None)

    def can_be_taken_back(self) -> bool:
        """Whether the last sign-out is less than a minute ago, and nobody took it back."""
        return self._talk.monotonic() < self._until

    def take_back(self) -> None:
        """ "Toch niet": the answer is the same whether or not anybody was signed out."""
        if self._talk.monotonic() > self._until + LATE_SECONDS:
            self._talk.begin_again()
            return
        token, self._until = self._token, float("-inf")
        self._talk.work(lambda: self._reception.put_back(token), lambda _: self._talk.tell(Step.TAKEN_BACK))

    def _sign_out(self, digit: int | None, *, asked: bool) -> None:
        visitor = self._talk.visitor
        assert visitor.colour
        assert visitor.picture
        leaving = Pass(visitor.colour, visitor.picture, digit)

        def leave() -> str | None:
            # Which of the two happens depends on the whole site, never on this pass.
            if not asked and self._reception.digits_in_use():
                return None
            return self._reception.sign_out(leaving)

        self._talk.work(leave, self._left)

    def _left(self, token: str | None) -> None:
        if token is None:
            self._talk.go(Step.DIGIT)
        else:
            self._token, self._until = token, self._talk.monotonic() + UNDO_SECONDS
            self._talk.tell(Step.DONE)
