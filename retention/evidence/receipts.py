"""What the reaper writes its receipts with. It never raises and keeps no erasure waiting.

A receipt that finds no place on disk waits in memory, is told as a failure, and is written at a later pass. Where the
process ends before that, the retention service makes it anew from the tombstone in the slot.
"""

from datetime import datetime

from retention.base.errors import PortierError
from retention.base.slots import Slot
from retention.base.state import State
from retention.evidence.chain import Chain
from retention.evidence.line import Line, Why, erased, made


class Receipts:
    """The receipts of one reaper; several processes each have one, on the same chain."""

    def __init__(self, state: State) -> None:
        self._chain = Chain(state)
        self._waiting: list[Line] = []

    @property
    def waiting(self) -> int:
        """How many receipts wait for a place on disk."""
        return len(self._waiting)

    def made(self, slot: Slot, at: datetime) -> list[str]:
        """Note a slot that lives as it was made, for one that may not live until retention looks."""
        return self._note([made(slot, at)], at)

    def erased(self, slot: Slot, why: Why, at: datetime, heir: Slot | None = None) -> list[str]:
        """Note that a slot was erased; sentences on what could not be written yet.

        `heir`: a slot that holds the same private half. It is noted first, so that what moved is never lost from sight.
        """
        lines = [made(heir, at)] if heir else []
        return self._note([*lines, erased(slot, why, at, heir=heir)], at)

    def _note(self, lines: list[Line], at: datetime) -> list[str]:
        """Behind one that waits it waits too: a disk that refuses is asked once a pass, not once an erasure."""
        alone = not self._waiting
        self._waiting += lines
        return self.flush(at) if alone else []

    def flush(self, at: datetime) -> list[str]:
        """Write what waits."""
        if not self._waiting:
            return []
        try:
            self._chain.add(self._waiting, at)
        except PortierError as error:
            return [f"{len(self._waiting)} receipts wait in memory; nothing waits for them ({error})"]
        return []
