"""The epochs that a reader holds open: one that is erased is forgotten at the next look.

A disk that fails, or is gone from where it was, closes none. Nobody erases there, and people are looked for by what
stands here: it stays until the deadline that was in force.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from kiosk.calamity.record import RollRecord
from kiosk.calamity.roll import RollReader
from retention.base.errors import DiskRefused, SealBroken
from retention.base.slots import Slot, SlotFile
from retention.base.state import State


@dataclass(frozen=True)
class _Epoch:
    slot: Slot
    roll: RollReader


class Opened:
    """Open epochs of one stream, with what was read under them."""

    def __init__(self, state: State, slots: SlotFile, reader: X25519PrivateKey) -> None:
        self._state, self._slots, self._reader = state, slots, reader
        self._open: dict[int, _Epoch] = {}

    @property
    def epochs(self) -> frozenset[int]:
        """The epochs of which names are held in memory."""
        return frozenset(self._open)

    @property
    def wiped(self) -> int:
        """How many records of them were overwritten, when they were last read."""
        return sum(one.roll.wiped for one in self._open.values())

    def follow(self, wanted: Iterable[int], now: datetime) -> bool:
        """Open what is wanted and live at `now`, and forget all else; False where the disk tells nothing."""
        held = self._open
        self._open = {epoch: one for epoch, one in held.items() if now < one.slot.deadline}
        try:
            places = self._slots.slots()
        except DiskRefused:
            return False
        told = {slot.kind for slot in places} - {"empty"}
        # One damaged place is an erased one; all of them, or none where there were keys, are a disk that fails.
        if told == {"damaged"} or (self._open and not told):
            return False
        live = {slot.epoch: slot for slot in places if slot.kind == "live" and now < slot.deadline}
        self._open = dict(self._opened((live[epoch] for epoch in wanted if epoch in live), held))
        return True

    def records(self) -> tuple[list[RollRecord], int]:
        """All records of all open epochs, and how many records or files do not open."""
        found: list[RollRecord] = []
        unreadable = 0
        for epoch in sorted(self._open):
            records, lost = self._open[epoch].roll.records()
            found += records
            unreadable += lost
        return found, unreadable

    def wipe(self) -> int:
        """Overwrite what the roll says is deleted and was not yet; how many records. DiskRefused."""
        return sum(one.roll.wipe() for one in self._open.values())

    def _opened(self, live: Iterable[Slot], held: Mapping[int, _Epoch]) -> Iterator[tuple[int, _Epoch]]:
        for slot in live:
            known = held.get(slot.epoch)
            if known is not None and known.slot.public_bytes == slot.public_bytes:
                yield slot.epoch, replace(known, slot=slot)
                continue
            with suppress(SealBroken):  # its files stay unopened, which the list says
                private = self._slots.unwrap(slot, self._reader)
                yield slot.epoch, _Epoch(slot, RollReader(self._state, self._slots.stream, slot.epoch, private))
