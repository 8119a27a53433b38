"""A visitor's own entry, from the pass until "Klaar": see it, correct it, take the name back.

What is shown is what this visitor told a moment ago; nothing is read back, and it goes with the visitor.
"""

from dataclasses import replace
from typing import Final, Protocol

from kiosk.conversation import Conversation
from kiosk.keyboard import Typed
from kiosk.passes import Pass
from kiosk.steps import Step
from kiosk.visitor import Own, Visitor
from kiosk.visits import Details, clean_name
from retention.base.translations import N_

SAVED: Final = N_("Your details are saved.")


class Rewrites(Protocol):
    """What an own entry needs of the reception: it writes anew, or deletes, what this visitor told."""

    def rewrite(self, visit: str, details: Details) -> None: ...

    def take_back(self, visit: str, pass_: Pass) -> None: ...


class OwnEntry:
    """Three taps at most: the entry, what to correct or "take my name away", and yes."""

    def __init__(self, talk: Conversation, reception: Rewrites) -> None:
        self._talk, self._reception = talk, reception

    def look(self, whose: Visitor | None = None) -> None:
        """Somebody with the pass before them wants to see their entry; of two the one that stands with this pass."""
        visitor = self._talk.visitor
        if whose is not None and whose is visitor.beside:
            visitor.beside, whose.beside = None, visitor
            self._talk.visitor = visitor = whose
        if visitor.own is not None:
            self._talk.ask(Step.OWN)

    def other(self) -> bool:
        """Whether the entry of who came along can be looked at too."""
        beside = self._talk.visitor.beside
        return beside is not None and beside.own is not None

    def look_at_other(self) -> None:
        """Of two who came together, the entry of the other."""
        talk, visitor, other = self._talk, self._talk.visitor, self._talk.visitor.beside
        if other is not None and other.own is not None:
            visitor.beside, other.beside = None, visitor
            talk.visitor = other
            talk.go(Step.OWN)

    def correct(self, question: Step) -> None:
        """Ask one question again, with what was answered before."""
        visitor = self._talk.visitor
        if visitor.own is None:
            return
        told = visitor.own.details
        visitor.typed, visitor.host, visitor.help = Typed(told.name).speak(self._talk.language), told.host, told.help
        self._talk.ask(question)

    def corrected(self) -> None:
        """The question is answered: write the entry anew, if it changed."""
        talk, visitor = self._talk, self._talk.visitor
        own = visitor.own
        assert own is not None
        told = replace(own.details, name=clean_name(visitor.typed.text), host=visitor.host, help=visitor.help)
        if told == own.details:
            talk.return_to(Step.OWN)
            return

        def written(_: object) -> None:
            visitor.own = Own(own.visit, told)
            talk.return_to(Step.OWN)
            talk.say(SAVED)

        talk.work(lambda: self._reception.rewrite(own.visit, told), written)

    def ask_to_take_back(self) -> None:
        self._talk.ask(Step.TAKE_BACK)

    def take_back(self) -> None:
        """The name goes; the pass stays, for somebody is inside all the same."""
        talk, visitor = self._talk, self._talk.visitor
        own, given = visitor.own, visitor.given
        assert own is not None
        assert given is not None

        def gone(_: object) -> None:
            talk.visitor = Visitor(given=given, beside=visitor.beside, second=visitor.second)
            talk.tell(Step.TAKEN)

        talk.work(lambda: self._reception.take_back(own.visit, given), gone)
