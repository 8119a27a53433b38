"""Where the chunks of a sealed file stand, from their plain heads: also beyond a head that is damaged.

Walking costs one small read a chunk. Where no head stands the next one is looked for, so that damage takes only the
chunk it hit: each chunk's tag binds its number, its times and the tag before it, whatever was skipped.
"""

import os
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from retention.base.clock import from_microseconds

CHUNK: Final = struct.Struct("<IIqqBxxxxxxx")
TAG: Final = 16
LARGEST: Final = 256 * 1024 * 1024  # no chunk is longer: a length beyond it is damage
_LATEST = 253_402_300_799_999_999  # the end of the year 9999, beyond which there is no moment
# Length and number (below 2**24), two moments since 1979, the flag and seven zeros; also where two overlap.
_MAYBE_HEAD = re.compile(rb"(?s)(?=.{7}\x00(?:.{6}[^\x00]\x00){2}[\x00\x01]\x00{7})")
_WINDOW = 1024 * 1024


@dataclass(frozen=True)
class ChunkPlace:
    """Where a chunk stands in its file, and the span it covers; its plain length is `length` less the tag.

    A length of 0: its head is damaged, and its span is what its neighbours leave.
    """

    number: int
    first: datetime
    last: datetime
    offset: int
    length: int
    final: bool


class Head(NamedTuple):
    """A chunk's head as it stands on disk, times in microseconds; `offset` is where the sealed text begins."""

    number: int
    first: int
    last: int
    offset: int
    length: int
    final: bool

    def place(self) -> ChunkPlace:
        first, last = from_microseconds(self.first), from_microseconds(self.last)
        return ChunkPlace(self.number, first, last, self.offset, self.length, self.final)


def heads(descriptor: int, offset: int) -> list[Head]:
    """The chunks that are there in full, numbered without a hole; of one cut short at the end nothing is told."""
    size, found = os.fstat(descriptor).st_size, list[Head]()
    while offset + CHUNK.size <= size:
        raw = os.pread(descriptor, CHUNK.size, offset)
        head = _head(raw, offset, size)
        if head is None or head.number != len(found):
            # Perhaps it is the length of the chunk before that is damaged: look in there too.
            head = _next_head(descriptor, found[-1].offset if found else offset + 1, len(found), size)
            if head is None:
                break
            found += _between(found, head)
        found.append(head)
        offset = head.offset + head.length
    return found


def _head(raw: bytes, offset: int, size: int) -> Head | None:
    if len(raw) < CHUNK.size:
        return None
    length, number, first, last, final = CHUNK.unpack(raw)
    offset += CHUNK.size
    if not TAG <= length <= min(LARGEST, size - offset) or not 0 <= first <= last <= _LATEST:
        return None
    return Head(number, first, last, offset, length, bool(final))


def _next_head(descriptor: int, start: int, number: int, size: int) -> Head | None:
    """The first head from `start` on that can be chunk `number` or one after it, and comes before the one behind it."""
    held: Head | None = None
    for head in _maybe_heads(descriptor, start, size):
        if not number <= head.number <= number + size // CHUNK.size:
            continue
        if held is not None and held.number < head.number:
            break
        held = head
    return held


def _maybe_heads(descriptor: int, start: int, size: int) -> Iterator[Head]:
    while start < size:
        window = os.pread(descriptor, _WINDOW + CHUNK.size - 1, start)
        for match in _MAYBE_HEAD.finditer(window):
            head = _head(window[match.start() : match.start() + CHUNK.size], start + match.start(), size)
            if head is not None:
                yield head
        start += _WINDOW


def _between(before: list[Head], after: Head) -> Iterator[Head]:
    """Stands for the chunks whose heads are damaged."""
    first = min(before[-1].last, after.first) if before else after.first
    for number in range(len(before), after.number):
        yield Head(number, first, after.first, after.offset - CHUNK.size, 0, False)
        first = after.first
