"""What the touch screen asks, in which order, and what it forgets: a state machine without Kivy.

Everything a visitor tells lives in one `Visitor`, dropped whole when they are done, go away or go back to the start.
The screens show the state and forward taps to the ways.
"""

from collections.abc import Callable
from typing import Protocol

from kiosk.conversation import Conversation, Work
from kiosk.steps import LEAVES_BY_ITSELF, Step
from kiosk.ways.coming import Coming, SignsIn
from kiosk.ways.leaving import Leaving, SignsOut
from kiosk.ways.reading import Reading
from kiosk.ways.typing import Typing
from retention.base.config import Config

QUESTION_SECONDS = 30.0


class Reception(SignsIn, SignsOut, Protocol):
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
    ) -> None:
        super().__init__(config, work, monotonic)
        self.typing = Typing(self, drawable)
        self.coming = Coming(self, self.typing, reception)
        self.leaving = Leaving(self, reception)
        self.reading = Reading(self, self.leaving)

    def ask_privacy(self) -> None:
        """Somebody wants to know what happens with their name."""
        self.ask(Step.PRIVACY)

    def next_language(self) -> None:
        """The next language by its own name; for this visitor only."""
        languages = self.config.kiosk.languages
        self.choose(language=languages[(languages.index(self.language) + 1) % len(languages)])

    def other_language(self) -> str | None:
        """The language a tap would bring, if there is more than one."""
        languages = self.config.kiosk.languages
        return languages[(languages.index(self.language) + 1) % len(languages)] if len(languages) > 1 else None

    # Time

    def touched(self) -> None:
        """A finger touched the glass, anywhere."""
        self.touched_at = self.monotonic()

    def tick(self) -> None:
        """Let time have its say: the idle question, and screens that leave by themselves. Called often."""
        now = self.monotonic()
        if self.step in LEAVES_BY_ITSELF:
            stays, follows = LEAVES_BY_ITSELF[self.step]
            if now - self.since >= stays:
                self._follow(follows)
        elif self.step is Step.STILL_THERE:
            if now - self.since >= QUESTION_SECONDS:
                self.begin_again()
        elif now - self.touched_at >= self.config.kiosk.idle.total_seconds():
            self._idle()

    def _follow(self, step: Step) -> None:
        if step is Step.ATTENTION:
            self.needs_attention()
        elif step is Step.JUST_LEFT:
            self.leaving.finish()
        else:
            self.begin_again()

    def _idle(self) -> None:
        if self.step is not Step.WELCOME:
            self.ask(Step.STILL_THERE)
        elif self.choices != self._usual():
            self.begin_again()
