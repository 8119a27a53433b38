"""While an alarm or a drill goes on: the way out and the assembly point, and nothing else.

Nobody signs in, and nobody signs out: the responders hold a list, and what a passer-by does at the door must not
change who is looked for. Whoever leaves goes to the assembly point and is found there.
"""

from typing import Any, Final

from kiosk.conversation import Conversation
from kiosk.house import Building, Going
from kiosk.steps import Step

AGAIN: Final = 2.0
"""Seconds between two attempts to hand an alarm to a service that is away."""


class Emergency:
    """Whether it goes on, as the calamity service says; or because staff raised it here and nobody took it yet."""

    def __init__(self, talk: Conversation, building: Building) -> None:
        self._talk, self._building = talk, building
        self.going: Going | None = None
        self.untaken = False
        self.unprinted = False
        self._asking, self._again = False, float("inf")

    def raise_alarm(self) -> None:
        """Raise it: the screen changes at once, whatever becomes of list and paper."""
        self.untaken, self.unprinted = True, False
        self._begin(Going(drill=False))
        self._hand_over()

    def withdraw(self) -> None:
        """Take back an alarm that nobody took."""
        if self.untaken:
            self.untaken, self._again = False, float("inf")
            self._end()

    def seen(self, calamity: Going | None) -> None:
        """What the calamity service says."""
        if calamity is not None:
            self.untaken, self._again = False, float("inf")
            self._begin(calamity)
        elif not self.untaken and not self._asking:
            self._end()

    def tick(self) -> None:
        """Try again what the service did not take."""
        if self.untaken and not self._asking and self._talk.monotonic() >= self._again:
            self._hand_over()

    def _begin(self, going: Going) -> None:
        changed, self.going = self.going != going, going
        self._talk.turn(in_emergency=True)
        if changed:
            self._show()

    def _end(self) -> None:
        self.going, self.unprinted = None, False
        self._talk.turn(in_emergency=False)

    def _hand_over(self) -> None:
        self._asking = True
        self._building.ask({"do": "start"}, self._taken, self._not_taken)

    def _taken(self, answer: dict[str, Any]) -> None:
        self._asking, self.untaken, self._again = False, False, float("inf")
        self.unprinted = not answer.get("printed")
        self._show()

    def _not_taken(self) -> None:
        self._asking, self._again = False, self._talk.monotonic() + AGAIN
        self.unprinted = self.untaken
        self._show()

    def _show(self) -> None:
        if self._talk.step is Step.EMERGENCY:
            self._talk.changed()
