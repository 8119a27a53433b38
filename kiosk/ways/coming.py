"""Coming to visit: the name or the code of an invitation, whom they visit, the help they want, who comes along."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from kiosk.conversation import Conversation
from kiosk.invitation import Invitation, Invited
from kiosk.passes import Pass
from kiosk.steps import STARTS, Step
from kiosk.visitor import Own, Visitor
from kiosk.visits import Details, Help, clean_name
from kiosk.ways.typing import Typing
from retention.base.translations import N_

CODE_UNKNOWN = N_("That code did not work. Type your name.")


class SignedIn(Protocol):
    """What a sign-in answers; see `kiosk.reception`."""

    @property
    def visit(self) -> str: ...

    @property
    def pass_(self) -> Pass: ...


class SignsIn(Protocol):
    """What coming needs of the reception: it writes, and tells nothing about anybody."""

    def come(self, comers: Sequence[Details | Invited]) -> Sequence[SignedIn]: ...

    def is_invited(self, invitation: Invitation) -> bool: ...


class Coming:
    """One question a screen, each only where the configuration asks it: at most three to the pass."""

    def __init__(self, talk: Conversation, typing: Typing, reception: SignsIn) -> None:
        self._talk, self._typing, self._reception = talk, typing, reception
        visits = talk.config.visits
        self.invites, self._asks_help = visits.invitations, visits.ask_help
        self.asks_code = visits.invitations and talk.config.kiosk.reads_codes
        asked = (
            (Step.NAME, True),
            (Step.HOST, visits.ask_host != "off" and bool(visits.hosts)),
            (Step.HELP, visits.ask_help),
        )
        self.corrected: Callable[[], None] = lambda: None
        self._questions = tuple(step for step, wanted in asked if wanted)

    def begin(self) -> None:
        """Somebody comes to visit."""
        self._talk.visitor.invitation = None
        self._talk.ask(Step.NAME)

    def ask_code(self) -> None:
        """Somebody has the code of an invitation."""
        self._talk.ask(Step.CODE)

    def show_code(self, text: str) -> None:
        """A code was read, by camera or scanner. Heard only at the start and where it is asked.

        Whatever is wrong with a code, the answer is the same.
        """
        talk = self._talk
        if not self.invites or talk.step not in STARTS | {Step.CODE}:
            return
        invitation = Invitation.read(text)
        if invitation is None:
            self._unknown()
            return

        def answered(invited: bool) -> None:
            if not invited:
                self._unknown()
                return
            talk.visitor.invitation = invitation
            if self._asks_help:
                talk.go(Step.HELP)
            else:
                self._sign_in()

        talk.work(lambda: self._reception.is_invited(invitation), answered)

    def _unknown(self) -> None:
        talk = self._talk
        if talk.step is Step.WAIT:
            talk.go(Step.NAME)
        else:
            talk.ask(Step.NAME)
        talk.say(CODE_UNKNOWN)

    def go_on(self) -> None:
        """The question on the screen is answered well enough."""
        talk = self._talk
        if talk.step is Step.NAME:
            if talk.visitor.beside and talk.visitor.own is None and not talk.visitor.typed.text.strip():
                self._alone()
                return
            if not self._typing.holds():
                return
        following = self._following(talk.step)
        if talk.visitor.own is not None:
            self.corrected()
        elif following is not None:
            talk.ask(following)
        elif Help.COMPANION in talk.visitor.help and talk.visitor.beside is None:
            self._second()
        else:
            self._sign_in()

    def _following(self, step: Step) -> Step | None:
        """The question after this one; of a second person nobody asks whom they visit."""
        rest = self._questions[self._questions.index(step) + 1 :]
        return next((one for one in rest if not (one is Step.HOST and self._talk.visitor.beside)), None)

    def _second(self) -> None:
        """Two come together: now the other tells their name."""
        first = self._talk.visitor
        self._talk.visitor = replace(self._talk.nobody(), host=first.host, beside=first, second=True)
        self._talk.ask(Step.NAME)

    @property
    def offers_another(self) -> bool:
        """Whether somebody with the pass before them can bring another in: where no question asks who comes along."""
        visitor = self._talk.visitor
        return not self._asks_help and visitor.beside is None and bool(visitor.visit)

    def another(self) -> None:
        """Somebody who is signed in has another along: only that one is signed in now, and both stay together."""
        if self.offers_another:
            self._second()

    def _alone(self) -> None:
        """The other tells no name: the first has somebody along, and signs in alone, or is signed in already."""
        first = self._talk.visitor.beside
        assert first is not None
        self._talk.visitor = first
        if first.given is not None:
            self._talk.tell(Step.PASS)
        else:
            self._sign_in()

    def choose_host(self, name: str | None) -> None:
        """Whom they visit; None for "I do not know"."""
        self._talk.visitor.host = name
        self.go_on()

    def toggle_help(self, wanted: Help) -> None:
        """Ask for help, or withdraw it: the same tap."""
        self._talk.visitor.help ^= {wanted}
        self._talk.changed()

    def _sign_in(self) -> None:
        visitor, both = self._talk.visitor, self._talk.visitor.beside is not None
        coming = [one for one in visitor.all_here if one.given is None]
        came = visitor.beside.visit if visitor.beside else ""
        comers = [_comer(one, along=both, came=came) for one in coming]

        def signed(answers: Sequence[SignedIn]) -> None:
            for one, comer, answer in zip(coming, comers, answers, strict=True):
                one.given, one.visit = answer.pass_, answer.visit
                # Who was invited told no name here, so there is none to show.
                one.own = Own(answer.visit, comer) if isinstance(comer, Details) else None
            if visitor.beside and visitor.own:  # a corrected entry stays with the one it came with
                visitor.own = Own(visitor.visit, replace(visitor.own.details, together=visitor.beside.visit))
            self._talk.tell(Step.PASS)

        self._talk.work(lambda: self._reception.come(comers), signed)


def _comer(visitor: Visitor, *, along: bool, came: str) -> Details | Invited:
    """What one person told, and with whom they `came` who is signed in already.

    Who has come along stands on the list, and is no wish any more.
    """
    wanted = visitor.help - {Help.COMPANION} if along else visitor.help
    if visitor.invitation is not None:
        return Invited(visitor.invitation, wanted)
    return Details(clean_name(visitor.typed.text), host=visitor.host, help=wanted, together=came or None)
