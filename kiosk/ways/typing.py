"""Typing a name: letter by letter on the screen, or on a keyboard of the machine."""

from collections.abc import Callable

from kiosk.conversation import Conversation
from kiosk.errors import NameRefused
from kiosk.keyboard import LONGEST, Typed
from kiosk.keyboard import Page as Letters
from kiosk.steps import Step
from kiosk.visits import TOO_LONG, clean_name
from retention.base.translations import N_

CANNOT_DRAW = N_("We cannot show every letter. It is kept.")


class Typing:
    """What a tap on a letter does; `drawable` tells whether every letter of a text can be shown."""

    def __init__(self, talk: Conversation, drawable: Callable[[str], bool]) -> None:
        self._talk, self._drawable = talk, drawable

    def letter(self, letter: str) -> None:
        self._typed(self._talk.visitor.typed.tap(letter))

    def space(self) -> None:
        self._typed(self._talk.visitor.typed.space())

    def erase(self) -> None:
        self._typed(self._talk.visitor.typed.erase())

    def turn(self, page: Letters) -> None:
        self._typed(self._talk.visitor.typed.turn(page))

    def open(self, group: int | None) -> None:
        """The letters of a tile, or all tiles again."""
        self._typed(self._talk.visitor.typed.open(group))

    def turn_on(self) -> None:
        """The next page of letters, by the one key there is for them."""
        self.turn(self._talk.visitor.typed.next_page())

    def enter(self, text: str) -> None:
        """Text from a keyboard of the machine; heard only where a name is asked."""
        if self._talk.step is Step.NAME:
            self._typed(self._talk.visitor.typed.enter(text))

    def holds(self) -> bool:
        """Whether what is typed can be kept as a name; if not, the screen says what to do."""
        try:
            clean_name(self._talk.visitor.typed.text)
        except NameRefused as refused:
            self._talk.say(refused.sentence)
            return False
        return True

    def _typed(self, typed: Typed) -> None:
        if len(typed.text) > LONGEST:
            return self._talk.say(TOO_LONG)
        self._talk.visitor.typed = typed
        return self._talk.say("" if self._drawable(typed.text) else CANNOT_DRAW)
