"""What the reaper writes its receipts with. It never raises and keeps no erasure waiting.

A receipt that finds no place on disk waits in memory, is told as a failure, and is written at a later pass. Where the
process ends before that, the retention service makes it anew from the tombstone in the slot.
"""

from datetime import datetime

from retention.base.errors import PortierError
from retention.base.slots import Slot
from retention.base.state import State
from retention.evidence.chain import Chain
from retention.evidence.line import Line, Why, erased


class Receipts:
    """The receipts of one reaper; several processes each have one, on the same chain."""

    def __init__(self, state: State) -> None:
        self._chain = Chain(state)
        self._waiting: list[Line] = []

    @property
    def waiting(self) -> int:
        """How many receipts wait for a place on disk."""
        return len(self._waiting)

    def erased(self, slot: Slot, why: Why, at: datetime) -> list[str]:
        """Note that a slot was erased; sentences on what could not be written yet."""
        self._waiting.append(erased(slot, why, at))
        # Behind one that waits it waits too: a disk that refuses is asked once a pass, not once an erasure.
        return self.flush(at) if len(self._waiting) == 1 else []

    def flush(self, at: datetime) -> list[str]:
        """Write what waits."""
        if not self._waiting:
            return []
        try:
            self._chain.add(self._waiting, at)
        except PortierError as error:
            return [f"{len(self._waiting)} receipts wait in memory; nothing waits for them ({error})"]
        return []
