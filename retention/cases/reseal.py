"""Sealing footage anew: the chunks of a span, one after the other, from the key of their minute to that of a case.

One case file for each file of footage. Its first chunk names the camera and the file it was made from, then holds
the init; the others are the chunks themselves with their times. From the key frame before the span up to the span's
end, and no further: what nobody needs is not kept longer. A file that was not finished is made anew.
"""

import json
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from retention.base.errors import SealBroken
from retention.base.sealed import SealedFile, SealedWriter, Unlocked
from retention.base.slots import Slot
from retention.cases.shelf import FILM

Span = tuple[datetime, datetime]


class Film(Protocol):
    """What cases need to know of footage that only the recorder knows."""

    def begins_group(self, media: bytes) -> bool:
        """Whether a chunk can be decoded without the one before it."""
        ...

    def gaps(self, camera: str, start: datetime, end: datetime) -> list[tuple[datetime, datetime, str]]:
        """Where a camera has no footage, and why."""
        ...

    def held(self, camera: str, start: datetime, end: datetime) -> AbstractContextManager[None]:
        """While it lasts, nothing of the span is erased to make room."""
        ...


@dataclass(frozen=True)
class Label:
    """What the first chunk of a case file says before the init: whose footage, and from which file."""

    camera: str
    epoch: int
    file: str

    def before(self, init: bytes) -> bytes:
        """The chunk: one line of JSON, then the init."""
        told = {"camera": self.camera, "epoch": self.epoch, "file": self.file}
        return json.dumps(told, separators=(",", ":")).encode() + b"\n" + init


def label_of(chunk: bytes) -> tuple[Label, bytes]:
    """The label and the init of a first chunk; SealBroken where it was never written by a `Label`."""
    line, _, init = chunk.partition(b"\n")
    try:
        told = json.loads(line)
        return Label(str(told["camera"]), int(told["epoch"]), str(told["file"])), init
    except (ValueError, KeyError, TypeError) as error:
        raise SealBroken("this is no file of a case") from error


def finished(path: Path, private: X25519PrivateKey) -> Label | None:
    """The label of a case file that is whole; None where it broke off or does not open."""
    try:
        file = SealedFile(path)
        if not file.chunks or not file.chunks[-1].final or file.breaks_off:
            return None
        return label_of(file.unlock(private).chunk(0))[0]
    except (SealBroken, OSError):
        return None


def seal_anew(  # noqa: PLR0917 - from here to there
    folder: Path, slot: Slot, original: Unlocked, camera: str, span: Span, film: Film
) -> Path | None:
    """One file of footage into one file of the case; None where nothing of the span opens.

    Raises DiskRefused, and leaves nothing half made; OSError or SealBroken where the original has gone meanwhile.
    """
    file = original.file
    label = Label(camera, file.epoch, file.file_id.hex())
    first = label.before(original.chunk(0))
    writer: SealedWriter | None = None
    held: tuple[bytes, datetime, datetime] | None = None  # one chunk is kept back: the last one is marked so
    try:
        for chunk in _wanted(original, span, film):
            if writer is None:
                writer = SealedWriter(folder / f"{slot.epoch}-{secrets.token_hex(8)}{FILM}", slot)
                writer.append(first, file.chunks[0].first, file.chunks[0].last, sync=False)
            if held is not None:
                writer.append(*held, sync=False)
            held = chunk
        if writer is None or held is None:
            return None
        writer.append(*held, final=True)
    except BaseException:
        if writer is not None:
            writer.close()
            writer.path.unlink(missing_ok=True)
        raise
    return writer.path


def _wanted(original: Unlocked, span: Span, film: Film) -> Iterator[tuple[bytes, datetime, datetime]]:
    """The chunks that a player needs for a span; after a damaged one it goes on at the next key frame."""
    start, end = span
    places, showing = original.file.chunks, False
    for place in places[_first(original, start, film) :]:
        if place.first >= end:
            return
        media = _chunk(original, place.number)
        showing = media is not None and (showing or film.begins_group(media))
        if media is not None and showing:
            yield media, place.first, place.last


def _first(original: Unlocked, start: datetime, film: Film) -> int:
    """The chunk to begin with: the key frame's that the first moment of the span needs."""
    places = original.file.chunks
    shown = next((place.number for place in places[1:] if place.last > start), len(places))
    for number in range(min(shown, len(places) - 1), 0, -1):
        media = _chunk(original, number)
        if media is None:
            break
        if film.begins_group(media):
            return number
    return shown


def _chunk(unlocked: Unlocked, number: int) -> bytes | None:
    try:
        return unlocked.chunk(number)
    except SealBroken:
        return None


def uncovered(span: Span, covered: list[Span]) -> Iterator[Span]:
    """What of a span no part covers."""
    edge, end = span
    for begin, finish in sorted(covered):
        if edge < min(begin, end):
            yield edge, min(begin, end)
        edge = max(edge, finish)
    if edge < end:
        yield edge, end
