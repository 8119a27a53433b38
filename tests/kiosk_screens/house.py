"""A house around the screen, in the test's hand: a calamity service that answers when told to, a lock, a shutter."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from kiosk.errors import PinUnreadable
from kiosk.house import House


@dataclass
class Asked:
    """One question, and what the screen does with its answer."""

    question: dict[str, Any]
    then: Callable[[dict[str, Any]], None]
    failed: Callable[[], None]


@dataclass
class TestHouse:
    """Remembers what it was asked; the PIN is 4711."""

    __test__ = False
    asked: list[Asked] = field(default_factory=list)
    waits: float = 0.0
    closed: bool = False
    unreadable: bool = False

    def ask(self, question: dict[str, Any], then: Callable[[dict[str, Any]], None], failed: Callable[[], None]) -> None:
        self.asked.append(Asked(question, then, failed))

    def acts(self) -> list[str]:
        return [one.question["do"] for one in self.asked]

    def exists(self) -> bool:
        return True

    def wait(self) -> float:
        return self.waits

    def opens(self, digits: str) -> bool:
        if self.unreadable:
            raise PinUnreadable
        return digits == "4711"

    def close(self) -> None:
        self.closed = True

    def open(self) -> None:
        self.closed = False

    def house(self) -> House:
        return House(self, self, self)
