"""What the touch screen asks, in which order, and what it forgets: a state machine without Kivy.

Everything a visitor tells lives in one `Visitor`, dropped whole when they are done, go away or go back to the start.
The screens show the state and forward taps; the work goes through `work`, off the screen's thread, and an answer that
comes after its visitor has gone changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, TypeVar

from kiosk.errors import NameRefused
from kiosk.keyboard import LONGEST, Typed
from kiosk.keyboard import Page as Letters
from kiosk.passes import Pass
from kiosk.visits import TOO_LONG, Details, Help, clean_name
from retention.base.config import Config
from retention.base.translations import N_

T = TypeVar("T")


class Step(StrEnum):
    """Every screen there is."""

    WELCOME = "welcome"
    NAME = "name"
    HOST = "host"
    HELP = "help"
    PASS = "pass"  # noqa: S105 - the visitor's pass
    COLOUR = "colour"
    PICTURE = "picture"
    DIGIT = "digit"
    DONE = "done"
    WAIT = "wait"
    STILL_THERE = "still_there"
    ATTENTION = "attention"
    PRIVACY = "privacy"


# How long a screen stays by itself, in seconds, and what follows.
LEAVES_BY_ITSELF: dict[Step, tuple[float, Step]] = {
    Step.PASS: (60, Step.WELCOME),
    Step.DONE: (10, Step.WELCOME),
    Step.ATTENTION: (90, Step.WELCOME),
    Step.WAIT: (20, Step.ATTENTION),
    Step.PRIVACY: (120, Step.WELCOME),
}
QUESTION_SECONDS = 30.0
LEAVING = (Step.COLOUR, Step.PICTURE, Step.DIGIT)

CANNOT_DRAW = N_("We cannot show every letter. It is kept.")


class SignedIn(Protocol):
    """What a sign-in answers; see `kiosk.reception`."""

    @property
    def pass_(self) -> Pass: ...


class Reception(Protocol):
    """What the flow needs of the reception: it writes, and tells nothing about anybody."""

    def sign_in(self, details: Details) -> SignedIn: ...

    def sign_out(self, pass_: Pass) -> None: ...

    def digits_in_use(self) -> bool: ...


class Work(Protocol):
    """Do `function` elsewhere and bring its answer to `then` on the screen's thread; or call `failed` there."""

    def __call__(self, function: Callable[[], T], then: Callable[[T], None], failed: Callable[[], None]) -> None: ...


@dataclass
class Visitor:
    """All that one person told the screen; the only place it stands in, and dropped whole."""

    typed: Typed = field(default_factory=Typed)
    host: str | None = None
    help: frozenset[Help] = frozenset()
    colour: str | None = None
    picture: str | None = None
    given: Pass | None = None


class Flow:
    """The visit to the screen: one instance for the life of the kiosk, one `Visitor` at a time."""

    def __init__(
        self,
        config: Config,
        reception: Reception,
        work: Work,
        monotonic: Callable[[], float],
        drawable: Callable[[str], bool] = str.isprintable,
    ) -> None:
        self.config = config
        self._reception, self._work, self._monotonic, self._drawable = reception, work, monotonic, drawable
        ask_host = config.visits.ask_host != "off" and bool(config.visits.hosts)
        asked = ((Step.NAME, True), (Step.HOST, ask_host), (Step.HELP, config.visits.ask_help))
        self._coming = tuple(step for step, wanted in asked if wanted)
        self.changed: Callable[[], None] = lambda: None
        self.language: str = config.kiosk.languages[0]
        self.step, self.notice = Step.WELCOME, ""
        self.visitor = Visitor()
        self._below = Step.WELCOME
        self._since = self._touched = monotonic()

    # What is tapped

    def come(self) -> None:
        """Somebody comes to visit."""
        self._go(self._coming[0])

    def leave(self) -> None:
        """Somebody goes away."""
        self._go(Step.COLOUR)

    def ask_privacy(self) -> None:
        """Somebody wants to know what happens with their name."""
        self._go(Step.PRIVACY)

    def go_on(self) -> None:
        """The question on the screen is answered well enough."""
        if self.step is Step.NAME and not self._name_holds():
            return self.changed()
        at = self._coming.index(self.step)
        return self._go(self._coming[at + 1]) if at + 1 < len(self._coming) else self._sign_in()

    def back(self) -> None:
        """One question back; from the first one to the start, where everything told is dropped."""
        if self.step is Step.PRIVACY:
            return self._go(Step.WELCOME)  # in the language that was chosen there
        way = self._coming if self.step in self._coming else LEAVING
        at = way.index(self.step)
        if at == 0:
            return self.begin_again()
        return self._go(way[at - 1])

    def choose_host(self, name: str | None) -> None:
        """Whom they visit; None for "I do not know"."""
        self.visitor.host = name
        self.go_on()

    def toggle_help(self, wanted: Help) -> None:
        """Ask for help, or withdraw it: the same tap."""
        self.visitor.help ^= {wanted}
        self.changed()

    def choose_colour(self, colour: str) -> None:
        self.visitor.colour = colour
        self._go(Step.PICTURE)

    def choose_picture(self, picture: str) -> None:
        self.visitor.picture = picture
        self._sign_out(None, asked=False)

    def choose_digit(self, digit: int | None) -> None:
        self._sign_out(digit, asked=True)

    def still_here(self) -> None:
        """The answer to the idle question: everything is as it was."""
        self._go(self._below)

    def begin_again(self) -> None:
        """Back to the start; everything told is dropped, the language too."""
        self.visitor = Visitor()
        self.language = self.config.kiosk.languages[0]
        self._go(Step.WELCOME)

    def next_language(self) -> None:
        """The next language by its own name; for this visitor only."""
        languages = self.config.kiosk.languages
        self.language = languages[(languages.index(self.language) + 1) % len(languages)]
        self.changed()

    def other_language(self) -> str | None:
        """The language a tap would bring, if there is more than one."""
        languages = self.config.kiosk.languages
        return languages[(languages.index(self.language) + 1) % len(languages)] if len(languages) > 1 else None

    # What is typed

    def tap_letter(self, letter: str) -> None:
        self._typed(self.visitor.typed.tap(letter))

    def tap_space(self) -> None:
        self._typed(self.visitor.typed.space())

    def erase(self) -> None:
        self._typed(self.visitor.typed.erase())

    def turn_page(self, page: Letters) -> None:
        self._typed(self.visitor.typed.turn(page))

    def enter(self, text: str) -> None:
        """Text from a keyboard of the machine; heard only where a name is asked."""
        if self.step is Step.NAME:
            self._typed(self.visitor.typed.enter(text))

    def _typed(self, typed: Typed) -> None:
        if len(typed.text) > LONGEST:
            self.notice = TOO_LONG
        else:
            self.visitor.typed = typed
            self.notice = "" if self._drawable(typed.text) else CANNOT_DRAW
        self.changed()

    def _name_holds(self) -> bool:
        try:
            clean_name(self.visitor.typed.text)
        except NameRefused as refused:
            self.notice = refused.sentence
            return False
        return True

    # What is worked on

    def _sign_in(self) -> None:
        visitor = self.visitor
        details = Details(clean_name(visitor.typed.text), host=visitor.host, help=visitor.help)
        self._go(Step.WAIT)

        def signed(answer: SignedIn) -> None:
            if self.visitor is visitor:
                visitor.given = answer.pass_
                self._go(Step.PASS)

        self._work(lambda: self._reception.sign_in(details), signed, lambda: self._failed(visitor))

    def _sign_out(self, digit: int | None, *, asked: bool) -> None:
        visitor = self.visitor
        assert visitor.colour
        assert visitor.picture
        leaving = Pass(visitor.colour, visitor.picture, digit)
        self._go(Step.WAIT)

        def leave() -> bool:
            # Which of the two happens depends on the whole site, never on this pass.
            if not asked and self._reception.digits_in_use():
                return False
            self._reception.sign_out(leaving)
            return True

        def left(done: bool) -> None:
            if self.visitor is visitor:
                self._go(Step.DONE if done else Step.DIGIT)

        self._work(leave, left, lambda: self._failed(visitor))

    def _failed(self, visitor: Visitor) -> None:
        if self.visitor is visitor:
            self.needs_attention()

    def needs_attention(self) -> None:
        """Something failed: drop what was told and say what to do."""
        language = self.language
        self.visitor = Visitor()
        self._go(Step.ATTENTION)
        self.language = language

    # Time

    def touched(self) -> None:
        """A finger touched the glass, anywhere."""
        self._touched = self._monotonic()

    def tick(self) -> None:
        """Let time have its say: the idle question, and screens that leave by themselves. Called often."""
        now = self._monotonic()
        if self.step in LEAVES_BY_ITSELF:
            stays, follows = LEAVES_BY_ITSELF[self.step]
            if now - self._since >= stays:
                self.needs_attention() if follows is Step.ATTENTION else self.begin_again()
        elif self.step is Step.STILL_THERE:
            if now - self._since >= QUESTION_SECONDS:
                self.begin_again()
        elif now - self._touched >= self.config.kiosk.idle.total_seconds():
            self._idle()

    def _idle(self) -> None:
        if self.step is not Step.WELCOME:
            below = self.step
            self._go(Step.STILL_THERE)
            self._below = below
        elif self.language != self.config.kiosk.languages[0]:
            self.begin_again()

    def _go(self, step: Step) -> None:
        self.step, self.notice = step, ""
        self._since = self._touched = self._monotonic()
        self.changed()
