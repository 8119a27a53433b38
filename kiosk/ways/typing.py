"""Typing a name: letter by letter on the screen, or on a keyboard of the machine."""

from collections.abc import Callable

from kiosk.conversation import Conversation
from kiosk.errors import NameRefused
from kiosk.keyboard import LONGEST, Typed
from kiosk.keyboard import Page as Letters
from kiosk.steps import Step
from kiosk.visits import TOO_LONG, clean_name
from retention.base.translations import N_

BURST, BURST_SECONDS, PAUSE = 8, 0.16, 0.5
"""So many letters in so short a time no hand types; after a pause it may be a hand again."""
CANNOT_DRAW = N_("We cannot show every letter. It is kept.")


class Typing:
    """What a tap on a letter does; `drawable` tells whether every letter of a text can be shown."""

    def __init__(self, talk: Conversation, drawable: Callable[[str], bool]) -> None:
        self._talk, self._drawable = talk, drawable
        self._keyed: list[tuple[float, int]] = []  # when, and how many letters were taken: never which
        self._latest, self._machine = float("-inf"), False

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

    def enter(self, text: str, at: float | None = None) -> None:
        """Text from a keyboard of the machine; heard only where a name is asked, and from people only.

        A scanner that acts as a keyboard types faster than anybody: what it wrote is taken back, the rest not heard.
        `at` is when it came, where that is a while ago.
        """
        now = self._talk.monotonic() if at is None else at
        was_machine, asked = self.by_machine(now), self._talk.step is Step.NAME
        recent = [] if now - self._latest > PAUSE else [one for one in self._keyed if now - one[0] <= BURST_SECONDS]
        self._keyed, self._latest = [*recent, (now, 0)], now
        if not asked:
            self._machine = len(self._keyed) >= BURST
        if was_machine or not asked:
            return
        before = len(self._talk.visitor.typed.text)
        self._typed(self._talk.visitor.typed.enter(text))
        self._keyed[-1] = now, len(self._talk.visitor.typed.text) - before
        if len(self._keyed) >= BURST:
            self._machine = True
            visitor, taken = self._talk.visitor, sum(letters for _, letters in self._keyed)
            visitor.typed = visitor.typed.cut(taken)
            self._talk.say("")

    def by_machine(self, at: float) -> bool:
        """Whether what comes from the keyboard then is typed by no person: so much, so fast, and no pause since."""
        if self._machine and at - self._latest > PAUSE:
            self._machine = False
        return self._machine

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
