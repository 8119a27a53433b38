"""The corner of staff: the alarm by two taps; behind a PIN the list on paper, and closing the screen for today."""

from enum import StrEnum
from math import ceil
from typing import Any, Final

from kiosk.conversation import Conversation
from kiosk.house import House
from kiosk.steps import Step
from kiosk.ways.emergency import Emergency
from retention.base.translations import N_

SECONDS_TO_CANCEL: Final = 5.0
LONGEST_PIN: Final = 8

WRONG = N_("That is not the PIN.")
WAIT = N_("Wait {seconds} seconds.")
PRINTING = N_("The list is being printed.")
PRINTED = N_("The list is printed: {printer}.")
NOT_PRINTED = N_("The list is not printed. Print at the desk.")


class Wanted(StrEnum):
    """What the PIN is asked for."""

    PRINT = "print"
    CLOSE = "close"
    OPEN = "open"


class Staff:
    """What a colleague does at the screen. The digits stand in the visitor, and are dropped with it."""

    def __init__(self, talk: Conversation, house: House, emergency: Emergency) -> None:
        self._talk, self._house, self._emergency = talk, house, emergency
        self.wanted = Wanted.PRINT
        self._until = 0.0
        self._said = 0
        self.told: tuple[str, dict[str, str]] = ("", {})

    # The corner

    @property
    def has_pin(self) -> bool:
        """Whether there is anything behind a PIN here."""
        return self._house.lock.exists()

    def begin(self) -> None:
        """Somebody taps "Medewerkers"."""
        self._talk.ask(Step.STAFF)

    def alarm(self) -> None:
        """The second tap: five seconds in which it can be stopped."""
        self._until = self._talk.monotonic() + SECONDS_TO_CANCEL
        self._talk.ask(Step.ALARM)

    def stop_alarm(self) -> None:
        """It was a mistake: nothing has happened."""
        self._talk.begin_again()

    @property
    def seconds_left(self) -> int:
        """How long the alarm can still be stopped."""
        return max(ceil(self._until - self._talk.monotonic()), 0)

    def ask_pin(self, wanted: Wanted) -> None:
        """What somebody wants that needs the PIN, whole: digits that a colleague left behind open nothing."""
        self.wanted, self._talk.visitor.pin = wanted, ""
        self._talk.ask(Step.PIN)
        self._say_wait()

    # The PIN

    def digit(self, digit: str) -> None:
        """One more digit, from the screen or a keyboard of the machine; heard only where the PIN is asked."""
        visitor = self._talk.visitor
        if self._talk.step is Step.PIN and digit in "0123456789" and len(visitor.pin) < LONGEST_PIN:
            visitor.pin += digit
            self._talk.say("")

    def no_pin(self) -> None:
        """What stands there was typed by a scanner, at least in part: a colleague begins anew."""
        if self._talk.visitor.pin:
            self._talk.visitor.pin = ""
            self._talk.say("")

    def erase(self) -> None:
        self._talk.visitor.pin = self._talk.visitor.pin[:-1]
        self._talk.say("")

    def enter(self) -> None:
        """The PIN is whole: look whether it opens."""
        digits, self._talk.visitor.pin = self._talk.visitor.pin, ""
        if not digits or self._say_wait():
            return
        self._talk.work(lambda: self._house.lock.opens(digits), self._looked)

    @property
    def waits(self) -> int:
        """How many seconds nobody may try."""
        return ceil(self._house.lock.wait())

    def _looked(self, opens: bool) -> None:
        if opens:
            {Wanted.PRINT: self._print, Wanted.CLOSE: self._close, Wanted.OPEN: self._open}[self.wanted]()
            return
        self._talk.back()
        if not self._say_wait():
            self._talk.say(WRONG)

    def _say_wait(self) -> bool:
        if self.waits:
            self._talk.say(WAIT)
        return bool(self.waits)

    # What it opens

    def _print(self) -> None:
        self.told = PRINTING, {}
        self._talk.tell(Step.STAFF_TOLD)
        self._house.building.ask({"do": "print"}, self._printed, self._not_printed)

    def _printed(self, answer: dict[str, Any]) -> None:
        printed = answer.get("printed") or {}
        self._say_told((PRINTED, {"printer": str(printed.get("printer"))}) if printed else (NOT_PRINTED, {}))

    def _not_printed(self) -> None:
        self._say_told((NOT_PRINTED, {}))

    def _say_told(self, told: tuple[str, dict[str, str]]) -> None:
        self.told = told
        if self._talk.step is Step.STAFF_TOLD:
            self._talk.go(Step.STAFF_TOLD)

    def _close(self) -> None:
        self._talk.work(self._house.shutter.close, lambda _: self.closed(is_closed=True))

    def _open(self) -> None:
        self._talk.work(self._house.shutter.open, lambda _: self.closed(is_closed=False))

    def closed(self, *, is_closed: bool) -> None:
        """The screen is closed for today, or open again: by staff, after a restart, or with a new day."""
        self._talk.turn(is_closed=is_closed)

    # Time

    def tick(self) -> None:
        """Count down, and raise the alarm at the end; and stay until it is told whether the list came out."""
        if self._talk.step is Step.ALARM:
            if self._talk.monotonic() >= self._until:
                self._emergency.raise_alarm()
            else:
                self._count(self.seconds_left)
        elif self._talk.step is Step.PIN and self._talk.notice == WAIT:
            self._count(self.waits)
            if not self.waits:
                self._talk.say("")
        elif self._talk.step is Step.STAFF_TOLD and self.told[0] == PRINTING:
            # A print service that hangs takes as long as this screen stays, and longer. An answer always comes.
            self._talk.touched_at = self._talk.monotonic()

    def _count(self, seconds: int) -> None:
        if seconds != self._said:
            self._said = seconds
            self._talk.changed()
