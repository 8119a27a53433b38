"""The register of requests: each under a key slot of its own, which dies six weeks after the answer.

Registering needs the public half alone, listing no key at all; opening one needs the reader key and stands in the
trail. Every change writes the file anew, whole or not at all, under a lock and against the version that was seen.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from retention.asked.errors import RequestChanged, RequestRefused, RequestUnknown, RequestUnreadable
from retention.asked.file import SUFFIX, content_of, head_of, packed
from retention.asked.request import Act, Answer, Content, Head, Kind, Request, Step, Way, epoch_of, number_of
from retention.base.audit import Trail
from retention.base.clock import Clock
from retention.base.errors import DiskRefused, EpochErased, NoFreeSlot
from retention.base.files import locked, replace_file
from retention.base.readerkey import public_half
from retention.base.slots import Slot, SlotFile
from retention.base.state import REQUESTS, State
from retention.base.translations import N_
from retention.base.trusted import TrustedTime
from retention.evidence.receipts import Receipts
from retention.rules import ANSWER_WITHIN, request_deadline

TOO_EARLY: Final = N_("A request cannot be received in the future. Change the day.")
TOO_LATE: Final = N_("A request of more than eight weeks ago is answered on paper. Or change the day.")
UNIDENTIFIED: Final = N_("First note how you know who asks.")
ANSWERED: Final = N_("This request is answered. It cannot be changed any more.")
TO_FREEZE: Final = N_("First keep the footage, or say that there is none.")


class Requests:
    """The requests of one site; any number of processes may hold one."""

    def __init__(self, state: State, clock: Clock, zone: ZoneInfo) -> None:
        self._state, self._zone = state, zone
        self._time = TrustedTime(state, clock)
        self._slots, self._receipts = SlotFile(state, REQUESTS), Receipts(state)
        self._trail = Trail(state, clock)

    def register(self, kind: Kind, content: Content, *, by: str, received: datetime | None = None) -> Head:
        """Note a new request, on disk and in the trail when this returns, or not at all.

        Raises RequestRefused, DiskRefused, NoFreeSlot.
        """
        now = self._time.latest()
        received = now if received is None else received
        if received > now:
            raise RequestRefused(TOO_EARLY)
        if received < now - 2 * ANSWER_WITHIN:
            raise RequestRefused(TOO_LATE)
        with self._turn():
            slot = self._claim(int(now.timestamp()), request_deadline(received))
            at = datetime.fromtimestamp(slot.epoch, UTC)
            answer_by = received.astimezone(self._zone).date() + ANSWER_WITHIN
            head = Head(number_of(slot.epoch), kind, received, at, answer_by, "to_freeze" if content.span else "open")
            path = self._state.requests / f"{slot.epoch}-{os.urandom(8).hex()}{SUFFIX}"
            try:
                self._write(path, head, replace(content, by=by), slot, act="request.new", by=by, category=kind)
            except DiskRefused:
                self._slots.bring_forward(slot.epoch, now)  # a slot without its request is given back
                raise
        return head

    def heads(self) -> list[Head]:
        """Every request whose term has not come, what is most urgent first, answered ones last. Needs no key."""
        found = [head for head, _, _ in self._living()]
        return sorted(found, key=lambda head: (head.state == "answered", head.answer_by, head.number))

    def unreadable(self) -> list[str]:
        """A sentence for each file that is no request any more, though its key lives."""
        said = []
        for path in self._files(self._live()):
            try:
                head_of(path)
            except RequestUnreadable as error:
                said.append(str(error))
        return said

    def read(self, number: str, reader: X25519PrivateKey, *, by: str) -> Request:
        """Open one, after the trail knows. Raises RequestUnknown, RequestUnreadable, DiskRefused."""
        request = self.open(number, reader)
        self._trail.note("request.look", actor=by, about=number, category=request.head.kind)
        return request

    def open(self, number: str, reader: X25519PrivateKey) -> Request:
        """Open one for something that is noted by itself. Raises RequestUnknown, RequestUnreadable."""
        return self._open(number, reader)[0]

    def identify(self, number: str, version: int, reader: X25519PrivateKey, *, way: Way, by: str) -> Request:
        """Note how it is known who asks; what was shown is kept nowhere."""
        return self._change(number, version, reader, "identity", way, by=by, identified=True)

    def note(
        self,
        number: str,
        version: int,
        reader: X25519PrivateKey,
        *,
        act: Act,
        told: str,
        by: str,
        until: datetime | None = None,
    ) -> Request:
        """Note what was done for it: footage frozen or not, a visit deleted (copies `until`) or corrected."""
        changes: dict[str, Any] = {"state": "open"} if act in ("frozen", "not_frozen") else {}
        changes["until"] = until
        return self._change(number, version, reader, act, told, by=by, **changes)

    def answer(self, number: str, version: int, reader: X25519PrivateKey, answer: Answer) -> Request:
        """Note the answer; from now on it lives six weeks. Raises RequestRefused without an identity."""
        at = self._time.latest()
        changes = {"state": "answered", "answered": at}
        answer = replace(answer, at=at)
        return self._change(
            number, version, reader, "answered", answer.decision, by=answer.by, answer=answer, **changes
        )

    def close(self, number: str, version: int, *, by: str, why: str) -> None:
        """End it now: hidden at once, destroyed by the reaper's next pass. Needs no key."""
        epoch = epoch_of(number)
        with self._turn():
            head = next((head for head, _, slot in self._living() if slot.epoch == epoch), None)
            if head is None:
                raise RequestUnknown("there is no such request: see `portier request list`")
            _same(head, version)
            self._trail.note("request.close", actor=by, about=number, category=why)
            self._slots.bring_forward(epoch, self._time.latest())

    def settle(self) -> None:
        """Bring every answered request to its own term: a crash may have come between the answer and its slot."""
        for head, _, slot in self._living():
            self._settle(head, slot)

    def _change(
        self, number: str, version: int, reader: X25519PrivateKey, act: Act, told: str, *, by: str, **changes: Any
    ) -> Request:
        with self._turn():
            request, path, slot = self._open(number, reader)
            _same(request.head, version)
            _refuse(request, act, told)
            content = replace(request.content, answer=changes.pop("answer", request.content.answer))
            step = Step(self._time.latest(), by, act, told, changes.pop("until", None))
            content = replace(content, steps=(*content.steps, step))
            head = replace(request.head, version=version + 1, **changes)
            category = told if act in ("identity", "answered") else head.kind
            self._write(path, head, content, slot, act=f"request.{ACTS[act]}", by=by, category=category)
            self._settle(head, slot)
        return Request(head, content, self._deadline(head, slot))

    def _write(self, path: Path, head: Head, content: Content, slot: Slot, *, act: str, by: str, category: str) -> None:
        """Through the trail to the disk: what is not on record is not done. The mark is that of the sealed bytes."""
        packing = packed(head, content, slot.public)
        mark = hashlib.sha256(packing.partition(b"\n")[2]).hexdigest()
        self._trail.note(act, actor=by, about=head.number, category=category, text=mark)
        replace_file(path, packing, 0o660)

    def _open(self, number: str, reader: X25519PrivateKey) -> tuple[Request, Path, Slot]:
        epoch, now = epoch_of(number), self._time.latest()
        slot, paths = self._slots.find(epoch), self._state.data_of(REQUESTS, epoch)
        if slot is None or not paths:
            raise RequestUnknown("there is no such request: see `portier request list`")
        try:
            private = self._slots.open(epoch, reader, now)
        except EpochErased as error:
            raise RequestUnknown("this request has reached its term: it is destroyed") from error
        head, content = content_of(paths[0], private)
        return Request(head, content, self._deadline(head, slot)), paths[0], slot

    def _settle(self, head: Head, slot: Slot) -> None:
        if head.answered is not None and self._deadline(head, slot) < slot.deadline:
            self._slots.bring_forward(slot.epoch, self._deadline(head, slot))

    def _deadline(self, head: Head, slot: Slot) -> datetime:
        return min(slot.deadline, request_deadline(head.received, head.answered))

    def _claim(self, epoch: int, deadline: datetime) -> Slot:
        """A slot of its own: of the next second that nobody has, also where several are registered in one."""
        try:
            slot = self._slots.claim_new(epoch, deadline, public_half(self._state))
        except NoFreeSlot as error:
            raise NoFreeSlot(
                f"{self._slots.capacity} requests are kept already: close those that are answered"
            ) from error
        # By trusted time, in whose order receipts stand; it may be closed before retention looks.
        self._receipts.made(slot, self._time.for_destroying() if self._time.known() else self._time.latest())
        return slot

    def _living(self) -> Iterator[tuple[Head, Path, Slot]]:
        slots = self._live()
        for path in self._files(slots):
            slot = slots[int(path.name.partition("-")[0])]
            try:
                head = head_of(path)
            except RequestUnreadable:
                continue  # told by `unreadable`
            yield head, path, slot

    def _live(self) -> dict[int, Slot]:
        now = self._time.latest()
        return {slot.epoch: slot for slot in self._slots.live() if now < slot.deadline}

    def _files(self, slots: dict[int, Slot]) -> list[Path]:
        return [path for epoch in sorted(slots) for path in self._state.data_of(REQUESTS, epoch)[:1]]

    @contextmanager
    def _turn(self) -> Iterator[None]:
        self._state.requests.mkdir(mode=0o770, parents=True, exist_ok=True)
        with locked(self._state.requests / ".turn"):
            yield


# How the trail calls what is done.
ACTS: Final[dict[Act, str]] = {
    "identity": "identity",
    "frozen": "freeze",
    "not_frozen": "freeze",
    "deleted": "delete",
    "corrected": "correct",
    "answered": "answer",
}


def _same(head: Head, version: int) -> None:
    if head.version != version:
        raise RequestChanged("somebody else changed this request meanwhile: look at it again")


def _refuse(request: Request, act: Act, told: str) -> None:
    """What may not follow upon what was done. A refusal for want of an identity is the one answer that needs none."""
    if request.head.state == "answered":
        raise RequestRefused(ANSWERED)
    known = request.content.last("identity") is not None
    if not known and (act in ("deleted", "corrected") or (act == "answered" and told != "no")):
        raise RequestRefused(UNIDENTIFIED)
    if act == "answered" and request.head.state == "to_freeze":
        raise RequestRefused(TO_FREEZE)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment that counts for a request received on an earlier day: its first, so that nothing lives longer."""
    return datetime.combine(day, time(0), zone).astimezone(UTC)
