"""What the touch screen asks, in which order, and what it forgets: a state machine without Kivy.

Everything a visitor tells lives in one `Visitor`, dropped whole when they are done, go away or go back to the start.
The screens show the state and forward taps to the ways.
"""

from collections.abc import Callable
from typing import Protocol

from kiosk.conversation import Conversation, Work
from kiosk.house import House, Seen
from kiosk.statement import Statement, shipped
from kiosk.steps import LEAVES_BY_ITSELF, RESTS, Step
from kiosk.ways.coming import Coming, SignsIn
from kiosk.ways.emergency import Emergency
from kiosk.ways.helping import Helping
from kiosk.ways.leaving import Leaving, SignsOut
from kiosk.ways.listening import Listening
from kiosk.ways.own import OwnEntry, Rewrites
from kiosk.ways.reading import Reading
from kiosk.ways.serving import Serving
from kiosk.ways.showing import Showing
from kiosk.ways.staff import Staff
from kiosk.ways.typing import Typing
from retention.base.config import Config

QUESTION_SECONDS = 30.0
HELP_SECONDS = 300.0
"""Whoever waits for help, and has told nothing yet, is not asked whether they are still there, so long."""
EMERGENCY_SECONDS = 15.0
"""In an emergency nothing hides the way out for longer."""


class Reception(SignsIn, SignsOut, Rewrites, Protocol):
    """What the ways need of the reception: it writes, and tells nothing about anybody."""


class Flow(Conversation):
    """The conversation, with all its ways, and time."""

    def __init__(
        self,
        config: Config,
        reception: Reception,
        work: Work,
        monotonic: Callable[[], float],
        drawable: Callable[[str], bool] = str.isprintable,
        *,
        statement: Statement | None = None,
        house: House | None = None,
    ) -> None:
        super().__init__(config, work, monotonic)
        self.typing = Typing(self, drawable)
        self.coming = Coming(self, self.typing, reception)
        self.leaving = Leaving(self, reception)
        self.listening = Listening(self)
        self.serving = Serving(self)
        self.own = OwnEntry(self, reception)
        self.reading = Reading(self, statement or shipped())
        self.coming.corrected = self.own.corrected
        self.showing = Showing(self, self.leaving, self.coming)
        house = house or House()
        self.helping = Helping(self, house.building)
        self.emergency = Emergency(self, house.building)
        self.staff = Staff(self, house, self.emergency)

    def look_round(self, seen: Seen) -> None:
        """Something changed in the house."""
        self.emergency.seen(seen.calamity)
        self.helping.seen(seen.call)

    def back(self) -> None:
        """One step back, or one page where several are read."""
        if not self.reading.turned_back():
            super().back()

    # Time

    def touched(self) -> None:
        """A finger touched the glass, anywhere."""
        self.touched_at = self.monotonic()

    def tick(self) -> None:
        """Let time have its say: the idle question, and screens that leave by themselves. Called often."""
        for way in (self.emergency, self.helping, self.staff):
            way.tick()
        now = self.monotonic()
        if self.in_emergency and self.step is not Step.EMERGENCY and now - self.touched_at >= EMERGENCY_SECONDS:
            self.begin_again()
        elif self.step in LEAVES_BY_ITSELF:
            stays, follows = LEAVES_BY_ITSELF[self.step]
            quiet_since = self.since if self.step is Step.WAIT else self.touched_at
            if now - quiet_since >= stays:
                self._leave_by_itself(follows)
        elif self.step is Step.STILL_THERE:
            if now - self.since >= QUESTION_SECONDS:
                self.begin_again()
        elif now - self.touched_at >= self._patience():
            self._idle()

    def _leave_by_itself(self, follows: Step) -> None:
        if follows is Step.ATTENTION:
            self.needs_attention()
        elif follows is Step.JUST_LEFT:
            self.leaving.finish()
        elif self.visitor.has_something_to_lose:
            self.ask(Step.STILL_THERE)
        else:
            self.begin_again()

    def _patience(self) -> float:
        usual = self.config.kiosk.idle.total_seconds()
        waits = self.step is Step.HELP_CALLED and not self.visitor.has_something_to_lose
        return max(usual, HELP_SECONDS) if waits else usual

    def _idle(self) -> None:
        if self.step not in RESTS:
            self.ask(Step.STILL_THERE)
        elif self.choices != self._usual():
            self.begin_again()
