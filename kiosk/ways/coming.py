"""Coming to visit: the name, whom they visit, the help they want, and the pass."""

from collections.abc import Callable
from typing import Protocol

from kiosk.conversation import Conversation
from kiosk.passes import Pass
from kiosk.steps import Step
from kiosk.visitor import Own
from kiosk.visits import Details, Help, clean_name
from kiosk.ways.typing import Typing


class SignedIn(Protocol):
    """What a sign-in answers; see `kiosk.reception`."""

    @property
    def visit(self) -> str: ...

    @property
    def pass_(self) -> Pass: ...


class SignsIn(Protocol):
    """What coming needs of the reception: it writes, and tells nothing about anybody."""

    def sign_in(self, details: Details) -> SignedIn: ...


class Coming:
    """One question a screen, each only where the configuration asks it."""

    def __init__(self, talk: Conversation, typing: Typing, reception: SignsIn) -> None:
        self._talk, self._typing, self._reception = talk, typing, reception
        visits = talk.config.visits
        asked = (
            (Step.NAME, True),
            (Step.HOST, visits.ask_host != "off" and bool(visits.hosts)),
            (Step.HELP, visits.ask_help),
        )
        self.corrected: Callable[[], None] = lambda: None
        self._questions = tuple(step for step, wanted in asked if wanted)

    def begin(self) -> None:
        """Somebody comes to visit."""
        self._talk.ask(self._questions[0])

    def go_on(self) -> None:
        """The question on the screen is answered well enough."""
        talk = self._talk
        if talk.step is Step.NAME and not self._typing.holds():
            return
        if talk.visitor.own is not None:
            self.corrected()
        elif talk.step is self._questions[-1]:
            self._sign_in()
        else:
            talk.ask(self._questions[self._questions.index(talk.step) + 1])

    def choose_host(self, name: str | None) -> None:
        """Whom they visit; None for "I do not know"."""
        self._talk.visitor.host = name
        self.go_on()

    def toggle_help(self, wanted: Help) -> None:
        """Ask for help, or withdraw it: the same tap."""
        self._talk.visitor.help ^= {wanted}
        self._talk.changed()

    def _sign_in(self) -> None:
        visitor = self._talk.visitor
        details = Details(clean_name(visitor.typed.text), host=visitor.host, help=visitor.help)

        def signed(answer: SignedIn) -> None:
            visitor.given, visitor.own = answer.pass_, Own(answer.visit, details)
            self._talk.tell(Step.PASS)

        self._talk.work(lambda: self._reception.sign_in(details), signed)
