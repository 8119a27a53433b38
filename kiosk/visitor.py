"""What one person told the screen, and how they want to be served; both are dropped whole when they go."""

from dataclasses import dataclass, field

from kiosk.codes.code import Code
from kiosk.invitation import Invitation
from kiosk.keyboard import Typed
from kiosk.passes import Pass
from kiosk.theme import Contrast
from kiosk.visits import Details, Help


@dataclass(frozen=True)
class Own:
    """A visitor's own entry as they told it a moment ago: it is not read back from anywhere."""

    visit: str
    details: Details


@dataclass
class Visitor:
    """All that one person told the screen; the only place it stands in.

    `beside` is the other of two who come together, and `second` who of them told their name last: the order in which
    both stand on the screen. `visit` is known once they are signed in, also of who told no name here. `shown` is the
    code of the tear-off by which they leave.
    """

    typed: Typed = field(default_factory=Typed)
    host: str | None = None
    help: frozenset[Help] = frozenset()
    colour: str | None = None
    picture: str | None = None
    given: Pass | None = None
    pin: str = ""
    own: Own | None = None
    invitation: Invitation | None = None
    beside: "Visitor | None" = None
    second: bool = False
    visit: str = ""
    shown: Code | None = None

    @property
    def all_here(self) -> list["Visitor"]:
        """This one, and who came along, in the order in which they told their names."""
        here = [self.beside, self] if self.beside else [self]
        return sorted(here, key=lambda one: one.second)

    @property
    def has_something_to_lose(self) -> bool:
        """Whether a screen must not leave by itself before it has asked."""
        return bool(self.typed.text or self.host or self.help or self.given or self.invitation or self.beside)


@dataclass(frozen=True)
class Choices:
    """How this visitor wants to be served. They say nothing about who it is, but end with the visitor all the same."""

    language: str
    contrast: Contrast = Contrast.PAPER
    larger: bool = False
    lower: bool = False
    voice: bool | None = None  # None: as the configuration, the headphone and the keys have it
    volume: int = 3
    aloud: bool | None = None  # whether everybody may hear the name; None: not asked yet
    keys: bool = False
    scanning: bool = False
    pace: float = 1.0
    dark: bool = False
