"""What is due for erasure, and why. Pure decisions: slots and a moment in, a list out; nothing is touched here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from retention.base.slots import Slot
from retention.rules import LEAD

Why = Literal["deadline", "interrupted", "damaged", "room", "early"]


@dataclass(frozen=True)
class Due:
    """A slot to destroy: its term is reached, an erasure was cut short, or no copy can be read.

    Before its term: since room is needed, or people let it go (`early`).
    """

    slot: Slot
    why: Why


def due(slots: Iterable[Slot], trusted: datetime) -> list[Due]:
    """The slots to destroy at trusted time `trusted`: what was cut short first, then the oldest deadlines."""
    found = [Due(slot, why) for slot in slots if (why := _why(slot, trusted))]
    return sorted(found, key=lambda item: (item.why == "deadline", item.slot.deadline, item.slot.epoch))


def _why(slot: Slot, trusted: datetime) -> Why | None:
    match slot.kind:
        case "intended":
            return "interrupted"
        case "damaged":
            return "damaged"
        case "live" if slot.deadline <= trusted + LEAD:
            return "deadline"
    return None
