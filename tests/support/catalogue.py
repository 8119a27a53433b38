"""A catalogue as a site has after four days: many cameras, a live minute in every place, a small file behind each."""

import os
from datetime import UTC, datetime, timedelta

from retention.base.slot import SLOT_BYTES, Slot, file_head, live_image
from retention.base.slots import SlotFile, capacity_of
from retention.base.state import State, camera_stream

TERM = timedelta(hours=96)


def fill(state: State, *, cameras: int, minutes: int, until: datetime) -> None:
    """The last `minutes` before `until` of so many cameras; no key opens them, for none is needed here."""
    last = int(until.astimezone(UTC).timestamp()) // 60 * 60 - 60
    for number in range(cameras):
        epochs = range(last - (minutes - 1) * 60, last + 60, 60)
        _slots(state, camera_stream(f"camera{number}"), epochs)
        _files(state, f"camera{number}", epochs)


def _slots(state: State, stream: str, epochs: range) -> None:
    capacity = capacity_of(stream)
    content = bytearray(file_head(stream, capacity) + bytes(capacity * SLOT_BYTES))
    for epoch in epochs:
        index = epoch // 60 % capacity
        deadline = datetime.fromtimestamp(epoch, UTC) + TERM
        slot = Slot(stream, index, "live", epoch, 1, deadline, deadline, os.urandom(32), os.urandom(80))
        content[(index + 1) * SLOT_BYTES : (index + 2) * SLOT_BYTES] = live_image(slot)
    for path in SlotFile(state, stream).paths:
        path.write_bytes(content)


def _files(state: State, camera: str, epochs: range) -> None:
    for epoch in epochs:
        folder = state.segments(camera, epoch)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{epoch}-{epoch:032x}.seg").write_bytes(b"sealed")
