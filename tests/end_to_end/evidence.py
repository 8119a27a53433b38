"""What must not be found any more: names, file keys, private halves of epochs; and where it is looked for."""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from retention.base import sealed
from retention.base.readerkey import private_half
from retention.base.sealed import SealedFile
from retention.base.slots import SlotFile, streams
from retention.base.state import State


@dataclass(frozen=True)
class Secret:
    """Bytes that must be gone, and what they are."""

    what: str
    content: bytes


def secrets(state: State, now: datetime, due: datetime, names: list[str]) -> list[Secret]:
    """Everything that opens something now and is due by `due`, and everybody who is named.

    Slots of days to come are made ahead, and outlive it.
    """
    found = [Secret("a name", name.encode(form)) for name in names for form in ("utf-8", "utf-16-le")]
    reader = private_half(state)
    halves = {}
    for stream in streams(state):
        slots = SlotFile(state, stream)
        for slot in (slot for slot in slots.live() if slot.deadline <= due):
            with suppress(sealed.SealBroken):
                half = slots.open(slot.epoch, reader, now)
                halves[stream, slot.epoch] = half
                found.append(Secret("a private half", half.private_bytes_raw()))
            found.append(Secret("a wrapped private half", slot.wrapped))
    for path in (*state.footage.rglob("*.seg"), *state.cases.glob("*.seg")):
        file = SealedFile(path)
        half = halves[file.stream, int(path.name.partition("-")[0])]
        info = sealed._key_info(file._stream, file.epoch, file.file_id)
        found.append(Secret("a file key", sealed.unseal(half, file._sealed_key, info)))
    return found


def found_under(folder: Path, looked_for: list[Secret]) -> list[str]:
    """Which secrets stand where; PDFs are also read behind their compression."""
    return [
        f"{secret.what} in {path.relative_to(folder)}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        for content in _readings(path)
        for secret in looked_for
        if secret.content in content
    ]


def _readings(path: Path) -> Iterator[bytes]:
    raw = path.read_bytes()
    yield raw
    if b"%PDF" in raw:
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", raw, re.DOTALL):
            with suppress(zlib.error):
                yield zlib.decompress(stream)
