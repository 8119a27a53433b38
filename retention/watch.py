"""What the reaper remembers of one stream's places, so that a step costs the same however much is kept.

Memory only ever says where to look: what is destroyed was read anew in the same step. What moves without a word (a
damaged place, an erasure that another process left half done) is found within `ROUND`, for each step also looks at
the next few places in turn, and at those after the oldest epoch, which are next to go.
"""

import heapq
from datetime import datetime, timedelta
from typing import Final

from retention.base.slots import Slot, SlotFile
from retention.due import Due, due
from retention.rules import LEAD

ROUND: Final = timedelta(minutes=10)  # in which every place is looked at anew
_NEXT: Final = 64  # places after the oldest epoch: in them others erase, to make room
_SMALL: Final = 256  # places that are looked at in every step


class Watch:
    """One stream's places, as the last step saw them."""

    def __init__(self, slots: SlotFile) -> None:
        self.slots = slots
        self._deadlines: dict[int, datetime] = {}  # of every live place
        self._queue: list[tuple[datetime, int]] = []  # a heap of the same; what is no longer so is dropped when met
        self._suspects: set[int] = set()  # due, half erased or damaged when last seen
        self._turn = 0
        self._looked: datetime | None = None

    def due(self, trusted: datetime) -> list[Due]:
        """What is due at `trusted`, read from the disk now."""
        wanted, self._looked = self._wanted(trusted), None  # whoever is kept from looking looks at all next time
        for first, count in wanted:
            for slot in self.slots.news(first, count):
                self._note(slot)
        self._looked = trusted
        seen = [self.slots.at(index) for index in sorted(self._suspects | self._ripe(trusted))]
        for slot in seen:
            self._note(slot)
        found = due(seen, trusted)
        self._suspects = {item.slot.index for item in found}
        return found

    def oldest(self) -> datetime | None:
        """The deadline that comes first."""
        while self._queue and self._is_over(self._queue[0]):
            heapq.heappop(self._queue)
        return self._queue[0][0] if self._queue else None

    def _wanted(self, trusted: datetime) -> list[tuple[int, int]]:
        """The places to look at in this step, as (first, number)."""
        capacity = self.slots.capacity
        passed = trusted - self._looked if self._looked else ROUND
        if self.slots.has_moved() or capacity <= _SMALL or not timedelta(0) <= passed < ROUND:
            return [(0, capacity)]
        in_turn = -(-capacity * passed // ROUND)
        wanted = _around(self._turn, in_turn, capacity)
        self._turn = (self._turn + in_turn) % capacity
        if self.oldest() is not None:
            wanted += _around(self._queue[0][1], _NEXT, capacity)
        return wanted

    def _ripe(self, trusted: datetime) -> set[int]:
        ripe = set[int]()
        while (first := self.oldest()) is not None and first <= trusted + LEAD:
            _, index = heapq.heappop(self._queue)
            del self._deadlines[index]
            ripe.add(index)
        return ripe

    def _note(self, slot: Slot) -> None:
        known = self._deadlines.pop(slot.index, None)
        if slot.kind == "live":
            self._deadlines[slot.index] = slot.deadline
            if known != slot.deadline:
                heapq.heappush(self._queue, (slot.deadline, slot.index))
        elif slot.kind in ("intended", "damaged"):
            self._suspects.add(slot.index)

    def _is_over(self, entry: tuple[datetime, int]) -> bool:
        deadline, index = entry
        return self._deadlines.get(index) != deadline


def _around(first: int, count: int, capacity: int) -> list[tuple[int, int]]:
    """Places in a row, from the last one on to the first."""
    before = min(count, capacity - first)
    return [(first, before), (0, count - before)] if count > before else [(first, before)]
