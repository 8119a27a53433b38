""" "Hulp": calling reception from any screen, and what is true of it at each moment.

Nobody is promised before somebody has said that they come. Where nobody answers the telephone number is told.
"""

from typing import Any, Final

from kiosk.conversation import Conversation
from kiosk.house import Building, Called
from kiosk.steps import Step

PATIENCE: Final = 20.0
"""Seconds after which somebody who was not answered is told the number."""
AGAIN: Final = 2.0
"""Seconds between two attempts to call through a service that is away, or has forgotten the call with its restart."""


class Helping:
    """The call of this screen."""

    def __init__(self, talk: Conversation, building: Building) -> None:
        self._talk, self._building = talk, building
        self.coming = False
        self.unheard = False
        self._called_at = float("-inf")
        self._told_number = False
        self._again = float("inf")

    @property
    def waited_long(self) -> bool:
        """Whether the visitor is to be told how else reception is reached."""
        return not self.coming and (self.unheard or self._talk.monotonic() - self._called_at >= PATIENCE)

    @property
    def calling(self) -> bool:
        """Whether a call from this screen stands, answered or not."""
        return self._called_at > float("-inf")

    def call(self) -> None:
        """Somebody wants help; a second tap is the same call."""
        if not (self.calling and self._talk.step in (Step.HELP_CALLED, Step.EMERGENCY)):
            self.coming, self.unheard = False, False
            self._called_at, self._again = self._talk.monotonic(), float("inf")
        if self._talk.step is Step.EMERGENCY:
            self._talk.changed()  # the way out stays on the screen
        elif self._talk.step is not Step.HELP_CALLED:
            self._talk.ask(Step.HELP_CALLED)
        self._ask("call", self._rung)

    def go_on(self) -> None:
        """Back to the screen from which help was called; a call that nobody answered goes on ringing."""
        self._hang_up()

    def withdraw(self) -> None:
        """No help is needed after all."""
        self._hang_up(withdrawn=True)

    def seen(self, call: Called | None) -> None:
        """What the service says of this screen's call."""
        coming = call is not None and call.answered
        if call is None and self._talk.step is Step.EMERGENCY:
            self._called_at = float("-inf")  # it lapsed: nobody is called any more
            self._show()
        elif call is None and self._waits:
            self._again = self._talk.monotonic() + AGAIN
        if coming != self.coming and self.calling:
            self.coming = coming
            self._show()

    def tick(self) -> None:
        """Let the screen follow as time goes by, and call again who was not heard."""
        self._show_number(self.waited_long)
        if self._waits and self._talk.monotonic() >= self._again:
            self._again = float("inf")
            self._ask("call", self._rung)

    @property
    def _waits(self) -> bool:
        """Whether somebody stands here who called."""
        return self.calling and self._talk.step in (Step.HELP_CALLED, Step.EMERGENCY)

    def _hang_up(self, **how: bool) -> None:
        self._called_at, self._told_number = float("-inf"), False
        self._ask("hang_up", lambda _: None, **how)
        self._talk.back()

    def _ask(self, act: str, then: Any, **how: bool) -> None:
        question = {"do": act, "kiosk": self._talk.config.kiosk.title, **how}
        self._building.ask(question, then, self._nobody_heard)

    def _rung(self, answer: dict[str, Any]) -> None:
        call = answer.get("call") or {}
        self.coming, self.unheard = bool(call.get("answered")), not call.get("heard")
        self._show()

    def _nobody_heard(self) -> None:
        self.unheard, self._again = True, self._talk.monotonic() + AGAIN
        self._show()

    def _show_number(self, tell: bool) -> None:
        if tell != self._told_number:
            self._told_number = tell
            self._show()

    def _show(self) -> None:
        if self._talk.step in (Step.HELP_CALLED, Step.EMERGENCY):
            self._talk.changed()
