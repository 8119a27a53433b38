"""The footage that a case is made from: which sealed files of a camera touch a span, and when they die.

Read from names, heads and slots; no key is needed and no codec.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from retention.base.errors import SealBroken
from retention.base.sealed import SealedFile
from retention.base.slots import SlotFile
from retention.base.state import State, camera_stream

SPILL: Final = timedelta(seconds=125)  # how far a group of pictures may reach beyond the start of its minute
_DAY: Final = 86_400


@dataclass(frozen=True)
class Original:
    """A file of footage that touches the span and still opens, until `deadline`."""

    camera: str
    path: Path
    begins: datetime
    deadline: datetime


def originals(state: State, camera: str, start: datetime, end: datetime, now: datetime) -> Iterator[Original]:
    """The files of a camera that touch a span, oldest first; what is past its deadline is not among them."""
    slots = SlotFile(state, camera_stream(camera))
    try:
        for path in _paths(state, camera, start - SPILL, end):
            try:
                file = SealedFile(path)
            except SealBroken:
                continue
            slot = slots.find(file.epoch)
            if slot is not None and now < slot.deadline and touches(file, start, end):
                yield Original(camera, path, file.chunks[1].first, slot.deadline)
    finally:
        slots.close()


def touches(file: SealedFile, start: datetime, end: datetime) -> bool:
    """Whether a part of a file is shown within a span. The first chunk is the init, and shows nothing."""
    return any(place.first < end and place.last > start for place in file.chunks[1:])


def _paths(state: State, camera: str, start: datetime, end: datetime) -> Iterator[Path]:
    first, last = int(start.astimezone(UTC).timestamp()) // 60 * 60, end.timestamp()
    for day in range(first // _DAY * _DAY, int(last) + 1, _DAY):
        folder = state.segments(camera, day)
        try:
            names = os.listdir(folder)  # noqa: PTH208 - names alone: there are thousands
        except (FileNotFoundError, NotADirectoryError):
            continue
        found = sorted((_epoch(name), name) for name in names if name.endswith(".seg"))
        yield from (folder / name for epoch, name in found if first <= epoch < last)


def _epoch(name: str) -> int:
    text = name.partition("-")[0]
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 12 else -1
