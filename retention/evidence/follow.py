"""Following the chain of receipts through the bytes of a day: its lines, what a power cut tore, where it breaks."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from retention.evidence.line import LINE_BYTES, Line, parse

BATCH: Final = 16  # lines written and synced at once: no power cut tears more


@dataclass(frozen=True)
class Torn:
    """Places that a power cut left half written, and that the line after them names."""

    count: int


@dataclass(frozen=True)
class Break:
    """A place that holds no line, or one that does not follow the line before it."""

    held: Line | None


Found = Line | Torn | Break


def follow(body: bytes, number: int, previous: bytes | None) -> Iterator[tuple[int, Found]]:
    """Each place of a day's file and what stands there, up to the last that is used; it goes on behind a break.

    `body` is the file behind its head; number and hash are those of the line before it; no hash where it is unknown.
    """
    places = _places(body)
    at = 0
    while at < len(places):
        line = parse(places[at])
        if line is not None and _follows(line, number, previous):
            yield at, line
        elif (mended := _mended(places, at, number, previous)) is not None:
            yield at, Torn(mended.epoch)
            at, line = at + mended.epoch, mended
            yield at, line
        else:
            yield at, Break(line)
        if line is not None:
            number, previous = line.number, line.hash
        at += 1


def used(body: bytes) -> int:
    """How many places are used, up to the last that is not zeros."""
    return -(-len(body.rstrip(b"\0")) // LINE_BYTES)


def _follows(line: Line, number: int, previous: bytes | None) -> bool:
    return previous is None or (line.previous == previous and line.number == number + 1)


def _mended(places: list[bytes], at: int, number: int, previous: bytes | None) -> Line | None:
    """The torn line that names the places from `at` on."""
    for after in range(at + 1, min(at + BATCH + 1, len(places))):
        line = parse(places[after])
        if line is not None and line.kind == "torn" and line.epoch == after - at and _follows(line, number, previous):
            return line if line.committed == sha256(b"".join(places[at:after])).digest() else None
    return None


def _places(body: bytes) -> list[bytes]:
    return [body[at * LINE_BYTES : (at + 1) * LINE_BYTES] for at in range(used(body))]
