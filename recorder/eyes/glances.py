"""Reading back what the eyes saw: a motion strip of any span, and the thumbnail of any moment.

Nothing past its deadline or erased is returned, reaper or no reaper: slots are looked at on every call, also for what
is remembered. What cannot be opened or is damaged is stepped over. One instance may serve several threads.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from recorder.eyes.sidecar import Glance, glances_in, picture_in, sidecars
from recorder.keyring import Keyring
from recorder.segments import MINUTE, epoch_of
from retention.base.clock import Clock
from retention.base.errors import EpochErased, SealBroken
from retention.base.sealed import SealedFile
from retention.base.slots import SlotFile
from retention.base.state import State, camera_stream
from retention.base.trusted import TrustedTime

__all__ = ["Glance", "Glances", "Thumbnail"]

NEAR = timedelta(minutes=1)  # a picture older than this is none of the moment asked for
_FEW = 1_000  # epochs, from which on reading all slots at once costs less than finding each


@dataclass(frozen=True)
class Thumbnail:
    """A small picture and the moment it shows."""

    at: datetime
    jpeg: bytes


class Glances:
    """The looks of all cameras, opened with the reader key; remembers motion, never a picture."""

    def __init__(self, state: State, clock: Clock, reader: X25519PrivateKey, keys: Keyring) -> None:
        self._state, self._reader, self._keys = state, reader, keys
        self._trusted = TrustedTime(state, clock)
        self._known: dict[Path, tuple[int, list[Glance]]] = {}

    def between(self, camera: str, start: datetime, end: datetime) -> list[Glance]:
        """The looks of a span, in order of time."""
        now = self._trusted.latest()
        slots = SlotFile(self._state, camera_stream(camera))
        try:
            paths = _live(slots, sidecars(self._state, camera, start, min(end, now + NEAR)), now)
            found = [one for path in paths for one in self._look(slots, path, now) if start <= one.at < end]
        finally:
            slots.close()
        self._forget_before(now - timedelta(days=5))
        return sorted(found, key=lambda one: one.at)

    def thumbnail(self, camera: str, at: datetime) -> Thumbnail | None:
        """The nearest picture at or before a moment; None where the minute before it holds none."""
        best: Thumbnail | None = None
        for path in reversed(sidecars(self._state, camera, at - NEAR, at + timedelta(microseconds=1))):
            if best is not None and epoch_of(best.at) > _epoch(path):
                break
            found = self._picture(camera, path, at)
            if found is not None and (best is None or found.at > best.at):
                best = found
        return best if best is not None and best.at >= at - NEAR else None

    def _picture(self, camera: str, path: Path, at: datetime) -> Thumbnail | None:
        try:
            unlocked = self._keys.open(camera, path)
        except (EpochErased, SealBroken, OSError):  # destroyed while we looked, or damaged
            return None
        for place in reversed(unlocked.file.chunks):
            try:
                if place.first <= at:
                    return Thumbnail(place.first, picture_in(unlocked.chunk(place.number)))
            except (SealBroken, OSError, ValueError):
                continue
        return None

    def _look(self, slots: SlotFile, path: Path, now: datetime) -> list[Glance]:
        """The looks of one file; kept while its size stays the same."""
        try:
            size = path.stat().st_size
            known = self._known.get(path)
            if known is None or known[0] != size:
                known = self._known[path] = (size, self._read(slots, path, now))
            return known[1]
        except (EpochErased, SealBroken, OSError):
            self._known.pop(path, None)
            return []

    def _read(self, slots: SlotFile, path: Path, now: datetime) -> list[Glance]:
        """What the last whole chunk tells, which is all of the minute up to it."""
        file = SealedFile(path)
        if file.stream != slots.stream or file.epoch != _epoch(path):
            raise SealBroken(f"{path.name} says that it belongs to {file.stream}, epoch {file.epoch}")
        unlocked = file.unlock(slots.open(file.epoch, self._reader, now))
        for place in reversed(file.chunks):
            try:
                return glances_in(unlocked.chunk(place.number))
            except SealBroken:
                continue
        return []

    def _forget_before(self, moment: datetime) -> None:
        for path in [path for path in list(self._known) if _epoch(path) < moment.timestamp()]:
            self._known.pop(path, None)


def _live(slots: SlotFile, paths: list[Path], now: datetime) -> Iterator[Path]:
    """The files whose key stands and whose deadline lies ahead."""
    epochs = {_epoch(path) for path in paths}
    found = (slots.find(epoch) for epoch in epochs) if len(epochs) < _FEW else slots.live()
    live = {slot.epoch for slot in found if slot is not None and now < slot.deadline}
    return (path for path in paths if _epoch(path) in live)


def _epoch(path: Path) -> int:
    return int(path.name.partition("-")[0]) // MINUTE * MINUTE
