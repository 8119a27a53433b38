"""What the screen by the door knows of the house around it, and whom it asks: without Kivy, without a name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True)
class Going:
    """A calamity that goes on."""

    drill: bool


@dataclass(frozen=True)
class Called:
    """This screen's call for help; `answered` once somebody comes."""

    answered: bool


@dataclass(frozen=True)
class Seen:
    """The house at one moment; `away` where the calamity service does not answer."""

    calamity: Going | None = None
    call: Called | None = None
    away: bool = False


class Building(Protocol):
    """Asks the calamity service off the screen's thread; brings the answer, or calls `failed`, on the screen's."""

    def ask(
        self, question: dict[str, Any], then: Callable[[dict[str, Any]], None], failed: Callable[[], None]
    ) -> None: ...


class Lock(Protocol):
    """The PIN of staff. `opens` is slow on purpose; `wait` says how many seconds nobody may try."""

    def exists(self) -> bool: ...

    def wait(self) -> float: ...

    def opens(self, digits: str) -> bool: ...


class Shutter(Protocol):
    """Whether the screen is closed for today, kept over a restart."""

    def close(self) -> None: ...

    def open(self) -> None: ...


class Nobody:
    """A building in which nobody answers, a lock without a key, a shutter of air: for a screen on its own."""

    def ask(self, question: dict[str, Any], then: Callable[[dict[str, Any]], None], failed: Callable[[], None]) -> None:
        failed()

    def exists(self) -> bool:
        return False

    def wait(self) -> float:
        return 0.0

    def opens(self, digits: str) -> bool:
        return False

    def close(self) -> None:
        """Nothing to close."""

    def open(self) -> None:
        """Nothing to open."""


@dataclass(frozen=True)
class House:
    """All that the ways of staff and help need."""

    building: Building = field(default_factory=Nobody)
    lock: Lock = field(default_factory=Nobody)
    shutter: Shutter = field(default_factory=Nobody)
