"""One line of the chain of receipts, byte for byte: 256 bytes that say what was made or erased, and name no person.

Pure functions between bytes and `Line`; docs/formats-evidence.md describes the same bytes for a stranger.
"""

import struct
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from typing import Final, Literal, NamedTuple

from retention.base.clock import microseconds
from retention.base.slot import HEADER_BYTES, Slot, live_image

LINE_BYTES: Final = 256
GENESIS: Final = bytes(32)
Key = tuple[str, int, int, int]
Kind = Literal["made", "erased", "begun", "torn"]
Why = Literal["", "deadline", "interrupted", "damaged", "room", "early", "rederived", "moved"]
KINDS: Final[tuple[Kind, ...]] = ("made", "erased", "begun", "torn")
WHYS: Final[tuple[Why, ...]] = ("", "deadline", "interrupted", "damaged", "room", "early", "rederived", "moved")
_LINE = struct.Struct("<4sBBHQ48sqqqII32sqII48s32s32s")
_MAGIC, _FORMAT = b"RCPT", 1
_ROOM = bytes(48)
NOWHERE: Final = (0, 0, 0)
_HEAD = struct.Struct("<8sHxxI")
_HEAD_MAGIC = b"PORTRCPT"


class Line(NamedTuple):
    """What one line says; moments in microseconds. `committed` is the hash of the slot as it was made.

    In a torn line `committed` is the hash of the bytes that a power cut left, and `epoch` how many places they take.
    Where a key moved, `to` is its other slot: epoch, place, generation.
    """

    kind: Kind
    why: Why
    stream: str
    epoch: int
    deadline: int
    moment: int
    slot: int
    generation: int
    committed: bytes
    number: int = 0
    previous: bytes = GENESIS
    hash: bytes = GENESIS
    to: tuple[int, int, int] = NOWHERE

    @property
    def key(self) -> Key:
        """Which key is meant: its stream, the slot's place there, how often that was used, and the epoch."""
        return self.stream, self.slot, self.generation, self.epoch

    @property
    def heir(self) -> Key:
        """The key under which what was sealed with this one can still be opened, where it moved."""
        epoch, slot, generation = self.to
        return self.stream, slot, generation, epoch


def commitment(slot: Slot) -> bytes:
    """The check sum of a slot's header as it was made, also when its deadline moved or its erasure has begun.

    Zeros where the header is not there any more.
    """
    if slot.kind not in ("live", "intended"):
        return GENESIS
    return live_image(replace(slot, deadline=slot.first_deadline))[HEADER_BYTES - 32 : HEADER_BYTES]


def made(slot: Slot, at: datetime) -> Line:
    """A live slot as it was made."""
    deadline, moment = microseconds(slot.first_deadline), microseconds(at)
    return Line("made", "", slot.stream, slot.epoch, deadline, moment, slot.index, slot.generation, commitment(slot))


def erased(slot: Slot, why: Why, at: datetime, committed: bytes | None = None, heir: Slot | None = None) -> Line:
    """The receipt of an erasure, with the deadline that was in force.

    `heir`: another slot that holds the same private half. Then nothing was destroyed but a place, and the line says so.
    """
    hashed = commitment(slot) if committed is None else committed
    deadline, moment = microseconds(slot.deadline), microseconds(at)
    to = (heir.epoch, heir.index, heir.generation) if heir else NOWHERE
    why = "moved" if heir else why
    return Line("erased", why, slot.stream, slot.epoch, deadline, moment, slot.index, slot.generation, hashed, to=to)


def begun(at: datetime) -> Line:
    """The line with which the service opens a day, so that the day before is over."""
    return Line("begun", "", "", 0, 0, microseconds(at), 0, 0, GENESIS)


def torn(left: bytes, at: datetime) -> Line:
    """Names what a power cut left in the places just before."""
    return Line("torn", "", "", len(left) // LINE_BYTES, 0, microseconds(at), 0, 0, sha256(left).digest())


def image(line: Line, number: int, previous: bytes) -> bytes:
    """The line as it stands on disk, chained to the one before it."""
    body = _LINE.pack(
        _MAGIC,
        KINDS.index(line.kind) + 1,
        WHYS.index(line.why),
        _FORMAT,
        number,
        line.stream.encode(),
        line.epoch,
        line.deadline,
        line.moment,
        line.slot,
        line.generation,
        line.committed,
        *line.to,
        b"",
        previous,
        b"",
    )[:-32]
    return body + sha256(body).digest()


def parse(raw: bytes) -> Line | None:
    """The line in these 256 bytes; None where a byte of it is not as it was written."""
    if len(raw) != LINE_BYTES or sha256(raw[:-32]).digest() != raw[-32:]:
        return None
    magic, kind, why, form, number, name, epoch, deadline, moment, index, generation, committed, *rest = _LINE.unpack(
        raw
    )
    (*to, room, before, own) = rest
    if magic != _MAGIC or form != _FORMAT or not 0 < kind <= len(KINDS) or why >= len(WHYS) or room != _ROOM:
        return None
    if any(to) and WHYS[why] != "moved":
        return None
    stream = name.rstrip(b"\0").decode("ascii", "replace")
    return Line(
        KINDS[kind - 1],
        WHYS[why],
        stream,
        epoch,
        deadline,
        moment,
        index,
        generation,
        committed,
        number,
        before,
        own,
        (to[0], to[1], to[2]),
    )


def file_head(day: date) -> bytes:
    """The first 256 bytes of a day's file."""
    return _HEAD.pack(_HEAD_MAGIC, _FORMAT, day.year * 10_000 + day.month * 100 + day.day).ljust(LINE_BYTES, b"\0")
