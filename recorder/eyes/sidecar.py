"""What the eyes saw of a minute: a thumbnail and how much moved, every ten seconds, sealed under that minute's slot.

So it dies with its minute, by the same erasure. Each chunk tells all looks of its minute so far and holds the picture
of the last: one chunk is opened for a minute's motion, one for any picture. Bytes in docs/formats-footage.md.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from recorder.segments import MINUTE, epoch_of
from retention.base.clock import from_microseconds, microseconds
from retention.base.errors import DiskRefused, SealBroken
from retention.base.sealed import SealedWriter
from retention.base.slots import SlotFile
from retention.base.state import State, camera_stream

SPAN = 10  # seconds of a look
SUFFIX = ".eyes"


@dataclass(frozen=True, slots=True)
class Glance:
    """A look without its picture: when, which share of the picture moved until the next one, and whether it is blind.

    `blind` is None, or one of the words of recorder.eyes.blindness.
    """

    at: datetime
    motion: float
    blind: str | None


@dataclass(frozen=True)
class Look:
    """A glance, the moment until which it watched for motion, and its picture as JPEG."""

    glance: Glance
    until: datetime
    jpeg: bytes


class Sidecar:
    """The looks of one camera, written by the eyes alone; a file a minute, and one more after a restart."""

    def __init__(self, state: State, camera: str, reader: X25519PublicKey, deadline: Callable[[int], datetime]) -> None:
        self._state, self._camera, self._reader, self._deadline = state, camera, reader, deadline
        self._slots = SlotFile(state, camera_stream(camera))
        self._writer: SealedWriter | None = None
        self._epoch = 0
        self._glances: list[Glance] = []

    def add(self, look: Look) -> None:
        """Seal one look to the disk, synced. Raises DiskRefused, NoFreeSlot or EpochErased; the next one may do."""
        if self._writer is None or epoch_of(look.glance.at) != self._epoch:
            self._begin(epoch_of(look.glance.at))
        assert self._writer is not None
        self._glances.append(look.glance)
        last = look.glance.at >= from_microseconds((self._epoch + MINUTE - SPAN) * 1_000_000)
        try:
            self._writer.append(_line(self._glances) + look.jpeg, look.glance.at, look.until, final=last)
        except DiskRefused:
            self.close()
            raise
        if last:
            self.close()

    def close(self) -> None:
        """End the file where it stands: the next look begins a new one."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _begin(self, epoch: int) -> None:
        self.close()
        slot = self._slots.claim(epoch, self._deadline(epoch), self._reader)
        path = self._state.segments(self._camera, epoch) / f"{epoch}-{secrets.token_hex(8)}{SUFFIX}"
        self._writer, self._epoch, self._glances = SealedWriter(path, slot), epoch, []


def sidecars(state: State, camera: str, start: datetime, end: datetime) -> list[Path]:
    """The files whose minutes touch a span, oldest first."""
    first, last, day = epoch_of(start), end.timestamp(), epoch_of(start)
    found = list[tuple[int, Path]]()
    while state.segments(camera, day).name <= state.segments(camera, epoch_of(end)).name:
        for path in state.segments(camera, day).glob(f"*{SUFFIX}"):
            text = path.name.partition("-")[0]
            if text.isdecimal() and first <= int(text) < last:
                found.append((int(text), path))
        day += round(timedelta(days=1).total_seconds())
    return [path for _, path in sorted(found)]


def glances_in(plain: bytes) -> list[Glance]:
    """What a chunk tells of its minute; SealBroken where it was never written by a `Sidecar`."""
    try:
        rows = json.loads(plain[: plain.index(b"\n")])["looks"]
        return [Glance(from_microseconds(at), float(motion), blind and str(blind)) for at, motion, blind in rows]
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise SealBroken("this chunk holds no look") from error


def picture_in(plain: bytes) -> bytes:
    """The JPEG of a chunk's last look."""
    return plain[plain.index(b"\n") + 1 :]


def _line(glances: list[Glance]) -> bytes:
    rows = [[microseconds(one.at), round(one.motion, 3), one.blind] for one in glances]
    return json.dumps({"looks": rows}, separators=(",", ":")).encode() + b"\n"
