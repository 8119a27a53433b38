"""The key slots of cases: one for each, and how a case gets a later end.

A deadline in place only moves earlier. So a confirmation or a renewal (1) writes down what was decided, (2) wraps the
same key into a new slot, (3) writes the record under its epoch, (4) names the files by it, (5) drops the old record and
(6) erases the old slot. Each step is idempotent; a crash between any two is finished by whoever
comes next. Should nobody come before the old deadline, the case dies: never does it live longer than was decided.
"""

from dataclasses import replace
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from retention.base import limits
from retention.base.errors import NoFreeSlot
from retention.base.readerkey import public_half
from retention.base.slots import Slot, SlotFile
from retention.base.state import CASES, State
from retention.base.translations import N_
from retention.base.trusted import TrustedTime
from retention.cases.case import Case, Step
from retention.cases.errors import CaseRefused
from retention.cases.shelf import Shelf
from retention.reaper import Reaper

FULL = N_("There are as many cases as can be kept. Release one that is not needed any more.")


class Keys:
    """The slots of all cases of a site. Whoever changes anything holds the shelf's turn."""

    def __init__(self, state: State, shelf: Shelf, reader: X25519PrivateKey, trusted: TrustedTime) -> None:
        """`trusted`: what a tombstone bears, for a lost floor is made of it; the later clock may be a false one."""
        self._state, self._shelf, self._reader, self._trusted = state, shelf, reader, trusted
        self._slots = SlotFile(state, CASES)
        self._reaper = Reaper(state)

    def claim(self, now: datetime, deadline: datetime) -> Slot:
        """The slot of a new case; its epoch is the second in which it is placed, or the next that is free."""
        return self._claim(now, deadline, None)

    def live(self, now: datetime) -> dict[int, Slot]:
        """Every slot that opens something, by epoch."""
        return {slot.epoch: slot for slot in self._slots.live() if now < slot.deadline}

    def find(self, epoch: int, now: datetime) -> Slot | None:
        """The slot of a case, if it opens anything."""
        slot = self._slots.find(epoch)
        return slot if slot is not None and now < slot.deadline else None

    def open(self, epoch: int, now: datetime) -> X25519PrivateKey:
        """The private half of a case. Raises EpochErased."""
        return self._slots.open(epoch, self._reader, now)

    def shorten(self, epoch: int, deadline: datetime) -> None:
        """An earlier end; a later one changes nothing."""
        self._slots.bring_forward(epoch, deadline)

    def destroy(self, epoch: int) -> list[str]:
        """Erase a case's key and files; sentences on what would not go, which the reaper tries again."""
        twins = self._twins(self._slots.find(epoch))  # a crash may have left the same key under an earlier end
        return [told for one in (epoch, *(twin.epoch for twin in twins)) for told in self._evict(one)]

    def carry_out(self, case: Case, now: datetime) -> Case | None:
        """Give a case the end that was decided; None where its key died before that could be done."""
        assert case.becoming is not None
        old = self._slots.find(case.epoch)
        if old is not None and case.becoming.deadline <= old.deadline:
            self._slots.bring_forward(case.epoch, case.becoming.deadline)
            return self._settled(case, case.epoch)
        new = next(iter(self._twins(old)), None) or self._wrap_anew(case, now)
        if new is None:
            return None
        after = self._settled(case, new.epoch)  # first: should the disk be full, nothing has moved
        self._move(case.number, case.epoch, new.epoch)
        return after

    def tidy(self, now: datetime) -> None:
        """Finish what crashes left half done: decisions, records that a later one replaced, keys in two slots."""
        for case in self._shelf.all():
            if case.becoming is not None:
                self.carry_out(case, now)
        latest = {case.number: case.epoch for case in self._shelf.all()}
        for epoch, number in self._shelf.recorded():
            if epoch != latest.get(number, epoch):
                self._move(number, epoch, latest[number])
        live = self._slots.live()
        right = {slot.public_bytes: slot.epoch for slot in live if slot.epoch in latest.values()}
        for slot in live:
            if right.get(slot.public_bytes, slot.epoch) != slot.epoch:
                self._evict(slot.epoch)

    def _move(self, number: str, before: int, after: int) -> None:
        """A case's files, record and key stand under another epoch from now on; a second call goes on."""
        self._shelf.hand_over(before, after)
        self._shelf.drop_record(before, number)
        self._evict(before)

    def _claim(self, now: datetime, deadline: datetime, private: X25519PrivateKey | None) -> Slot:
        try:
            return self._slots.claim_new(int(now.timestamp()), deadline, public_half(self._state), private)
        except NoFreeSlot as error:
            raise CaseRefused(FULL) from error

    def _twins(self, slot: Slot | None) -> list[Slot]:
        """Other slots that hold the same key: a renewal was cut short between them."""
        if slot is None:
            return []
        others = (other for other in self._slots.live() if other.epoch != slot.epoch)
        return [other for other in others if other.public_bytes == slot.public_bytes]

    def _evict(self, epoch: int) -> list[str]:
        return self._reaper.evict(CASES, epoch, self._trusted.for_destroying(), "early").failures

    def _wrap_anew(self, case: Case, now: datetime) -> Slot | None:
        assert case.becoming is not None
        if self.find(case.epoch, now) is None:
            return None
        until = min(case.becoming.deadline, now + limits.CASE.ceiling)  # whatever a record says
        return self._claim(now, until, self.open(case.epoch, now))

    def _settled(self, case: Case, epoch: int) -> Case:
        """The record as it is when the step is done, on disk."""
        assert case.becoming is not None
        after = replace(_stepped(case, case.becoming.step), epoch=epoch, becoming=None)
        self._shelf.store(after)
        return after


def _stepped(case: Case, step: Step) -> Case:
    if case.confirmed is None:
        return replace(case, confirmed=step)
    return replace(case, renewals=(*case.renewals, step))
