"""One key slot, byte for byte: 4,096 bytes, a header that says whose it is, and the wrapped private half.

Pure functions between bytes and `Slot`; docs/formats.md describes the same bytes for a stranger.
"""

import os
import struct
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final, Literal

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from retention.base.clock import microseconds

SLOT_BYTES: Final = 4096
INTENT_OFFSET: Final = 2048
INTENT: Final = b"ERASE ME"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FILE = struct.Struct("<8sHxxI48s")
_FILE_MAGIC = b"PORTSLTF"
_SLOT = struct.Struct("<8sBxHIqqq48s32s80s32s")
_SLOT_MAGIC = b"PORTSLOT"
_FORMAT = 1
_LIVE, _TOMBSTONE = 1, 2
_EMPTY = bytes(_SLOT.size)
HEADER_BYTES: Final = _SLOT.size
BELL_OFFSET: Final = _FILE.size
BELL_BYTES: Final = 8

Kind = Literal["empty", "live", "intended", "tombstone", "damaged"]


@dataclass(frozen=True, slots=True)
class Slot:
    """What a slot's header says; `first_deadline` is the one it was made with, `deadline` the one in force."""

    stream: str
    index: int
    kind: Kind
    epoch: int = 0
    generation: int = 0
    deadline: datetime = _EPOCH
    first_deadline: datetime = _EPOCH
    public_bytes: bytes = b""
    wrapped: bytes = b""
    erased_at: datetime | None = None

    @property
    def public(self) -> X25519PublicKey:
        """The half under which a writer seals for this epoch."""
        return X25519PublicKey.from_public_bytes(self.public_bytes)

    def same_key_as(self, other: "Slot") -> bool:
        """Whether both speak of one key: a place is used again for another epoch, as another generation."""
        return (self.epoch, self.generation) == (other.epoch, other.generation)

    @property
    def info(self) -> bytes:
        """The fixed fields, to which the wrapped private half is bound."""
        fixed = struct.pack(
            "<48sqIq", self.stream.encode(), self.epoch, self.generation, microseconds(self.first_deadline)
        )
        return b"portier slot 1" + fixed + self.public_bytes


def agree(first: Slot, second: Slot) -> Slot:
    """What two copies of a slot say together. Doubt means erased.

    A tombstone beside the key that it was to destroy: the erasure was cut short between the two, and is intended.
    """
    for slot, other in ((first, second), (second, first)):
        if slot.kind == "tombstone":
            half = other.kind in ("live", "intended") and other.same_key_as(slot)
            return replace(other, kind="intended") if half else slot
    for slot in (first, second):
        if slot.kind == "intended":
            return slot
    if first.kind == second.kind == "live":
        if (first.epoch, first.generation, first.wrapped) != (second.epoch, second.generation, second.wrapped):
            return replace(first, kind="damaged")
        return min(first, second, key=lambda slot: slot.deadline)
    return next((slot for slot in (first, second) if slot.kind == "live"), first if first.kind == "damaged" else second)


def parse(raw: bytes, stream: str, index: int) -> Slot:
    """One copy of one slot, from its header and the eight bytes behind it in which an intent would stand."""
    head = raw[: _SLOT.size]
    if head == _EMPTY[: len(head)]:
        return Slot(stream, index, "empty")
    if len(head) < _SLOT.size or sha256(head[:-32]).digest() != head[-32:]:
        return Slot(stream, index, "damaged")
    magic, kind, form, generation, epoch, deadline, other, name, public, wrapped, _ = _SLOT.unpack(head)
    ours = (magic, form, name.rstrip(b"\0")) == (_SLOT_MAGIC, _FORMAT, stream.encode())
    if not ours or (kind != _TOMBSTONE and deadline > other):  # a deadline only moves earlier (rule 5)
        return Slot(stream, index, "damaged")
    try:
        ends, moment = _EPOCH + timedelta(microseconds=deadline), _EPOCH + timedelta(microseconds=other)
    except OverflowError:  # no calendar has it
        return Slot(stream, index, "damaged")
    if kind == _TOMBSTONE:
        return Slot(stream, index, "tombstone", epoch, generation, ends, erased_at=moment)
    state: Kind = "intended" if any(raw[_SLOT.size :]) else "live"
    return Slot(stream, index, state, epoch, generation, ends, moment, public, wrapped)


def live_image(slot: Slot) -> bytes:
    """A live slot as it is written: the header, then zeros where an intent mark would stand."""
    return _image(slot, _LIVE, slot.first_deadline, slot.public_bytes, slot.wrapped).ljust(SLOT_BYTES, b"\0")


def tombstone_image(slot: Slot, at: datetime) -> bytes:
    """What an erased slot leaves: epoch, deadline, moment, and random bytes over all the rest."""
    head = _image(slot, _TOMBSTONE, at, os.urandom(32), os.urandom(80))
    return head + os.urandom(SLOT_BYTES - len(head))


def file_head(stream: str, capacity: int) -> bytes:
    """The first 4,096 bytes of a slot file."""
    return _FILE.pack(_FILE_MAGIC, _FORMAT, capacity, stream.encode()).ljust(SLOT_BYTES, b"\0")


def _image(slot: Slot, kind: int, other: datetime, public: bytes, wrapped: bytes) -> bytes:
    name = slot.stream.encode()
    deadline = microseconds(slot.deadline)
    head = _SLOT.pack(
        _SLOT_MAGIC,
        kind,
        _FORMAT,
        slot.generation,
        slot.epoch,
        deadline,
        microseconds(other),
        name,
        public,
        wrapped,
        b"",
    )
    body = head[: _SLOT.size - 32]
    return body + sha256(body).digest()
