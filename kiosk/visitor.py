"""What one person told the screen, and how they want to be served; both are dropped whole when they go."""

from dataclasses import dataclass, field

from kiosk.keyboard import Typed
from kiosk.passes import Pass
from kiosk.visits import Help


@dataclass
class Visitor:
    """All that one person told the screen; the only place it stands in."""

    typed: Typed = field(default_factory=Typed)
    host: str | None = None
    help: frozenset[Help] = frozenset()
    colour: str | None = None
    picture: str | None = None
    given: Pass | None = None
    pin: str = ""


@dataclass(frozen=True)
class Choices:
    """How this visitor wants to be served. They say nothing about who it is, but end with the visitor all the same."""

    language: str
