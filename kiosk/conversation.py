"""Where the talk with one visitor stands: the step, the steps behind it, what was told, and work that is waited for.

The ways (`kiosk.ways`) lead through it; what each of them may do is written there. Work goes off the screen's thread,
and an answer that comes after its visitor has gone changes nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from kiosk.keyboard import Typed
from kiosk.steps import ASIDE, STARTS, Step
from kiosk.visitor import Choices, Visitor
from retention.base.config import Config

T = TypeVar("T")


class Work(Protocol):
    """Do `function` elsewhere and bring its answer to `then` on the screen's thread; or call `failed` there."""

    def __call__(self, function: Callable[[], T], then: Callable[[T], None], failed: Callable[[], None]) -> None: ...


class Conversation:
    """One instance for the life of the kiosk, one `Visitor` at a time."""

    def __init__(self, config: Config, work: Work, monotonic: Callable[[], float]) -> None:
        self.config, self._work, self.monotonic = config, work, monotonic
        self.changed: Callable[[], None] = lambda: None
        self.step, self.notice = Step.WELCOME, ""
        self.in_emergency = self.is_closed = False
        self.choices = self._usual()
        self.visitor = self.nobody()
        self._behind: list[Step] = []
        self.since = self.touched_at = monotonic()

    @property
    def language(self) -> str:
        return self.choices.language

    @property
    def home(self) -> Step:
        """The screen that waits for whoever comes next."""
        if self.in_emergency:
            return Step.EMERGENCY
        return Step.CLOSED if self.is_closed else Step.WELCOME

    def _usual(self) -> Choices:
        return Choices(self.config.kiosk.languages[0], volume=self.config.kiosk.voice.volume)

    def nobody(self) -> Visitor:
        """Whoever comes next, with the letters of the language that is spoken."""
        return Visitor(Typed().speak(self.language))

    def choose(self, **chosen: Any) -> None:
        """Serve this visitor as they wish, from now on."""
        self.choices = replace(self.choices, **chosen)
        self.changed()

    @property
    def shown(self) -> tuple[Step, Choices, str]:
        """What makes another page necessary: the step, how it is to be shown, and whose entry stands on it."""
        return self.step, self.choices, self.visitor.own.visit if self.visitor.own else ""

    # From step to step

    def go(self, step: Step) -> None:
        """Show this step in the place of the one before."""
        self.step, self.notice = step, ""
        self.since = self.touched_at = self.monotonic()
        self.changed()

    def ask(self, step: Step) -> None:
        """Show this step; "back" leads to the one before."""
        self._behind.append(self.step)
        self.go(step)

    def tell(self, step: Step) -> None:
        """Show this step, from which no way leads back."""
        self._behind.clear()
        self.go(step)

    def back(self) -> None:
        """One step back; from the first question to the start, where everything told is dropped, but no choice.

        Only whether everybody may hear the name is asked anew: who stands there next may be somebody else.
        """
        before = self._behind.pop() if self._behind else self.home
        if (before is self.home or before in STARTS) and self.step not in ASIDE:
            self.choices = replace(self.choices, aloud=None)
            self.visitor = self.nobody()
            self.tell(self.home)
            return
        if before in (Step.HELP, Step.PASS) and self.step is Step.NAME and self.visitor.beside:
            self.visitor = self.visitor.beside  # of two who come together, the first again
        self.go(before)

    def return_to(self, step: Step) -> None:
        """Back over several steps at once, to one of those behind."""
        while self._behind and self._behind.pop() is not step:
            pass
        self.go(step)

    def look_back(self) -> None:
        """From screens that look aside to the one where that began."""
        while self._behind and self._behind[-1] in ASIDE:
            self._behind.pop()
        self.back()

    def begin_again(self, start: Step | None = None) -> None:
        """Back to the first screen, or another that stands for it; everything told is dropped, and every choice."""
        self.choices = self._usual()
        self.visitor = self.nobody()
        self.tell(start or self.home)

    def turn(self, *, in_emergency: bool | None = None, is_closed: bool | None = None) -> None:
        """The house changes. Where that changes the first screen, what was being told is dropped at once."""
        before = self.home
        self.in_emergency = self.in_emergency if in_emergency is None else in_emergency
        self.is_closed = self.is_closed if is_closed is None else is_closed
        if self.home is not before:
            self.begin_again()

    def needs_attention(self) -> None:
        """Something failed: drop what was told and say what to do; in an emergency that stands there already."""
        self.visitor = self.nobody()
        self.tell(Step.EMERGENCY if self.in_emergency else Step.ATTENTION)

    def say(self, notice: str) -> None:
        """A sentence on the screen that is shown."""
        self.notice = notice
        self.changed()

    def work(self, function: Callable[[], T], then: Callable[[T], None]) -> None:
        """Wait for `function`, done elsewhere; `then` gets its answer, if this visitor is still there."""
        visitor = self.visitor
        self.ask(Step.WAIT)

        def answered(answer: T) -> None:
            if self.visitor is visitor:
                then(answer)

        def failed() -> None:
            if self.visitor is visitor:
                self.needs_attention()

        self._work(function, answered, failed)
