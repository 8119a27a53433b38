"""The reader's keys of single files, remembered for a short while: one key slot is opened per seek, at most.

A remembered key is worth nothing alone: each time the slot is looked at anew, and where it is erased, intended, another
one or past its deadline, the key is let go of and the file stays closed.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from retention.base.clock import Clock
from retention.base.errors import EpochErased, SealBroken
from retention.base.sealed import SealedFile, Unlocked
from retention.base.slots import SlotFile
from retention.base.state import State, camera_stream
from retention.base.trusted import TrustedTime

_MOST = 16
_SECONDS = 60.0


@dataclass(frozen=True)
class _Known:
    """A file's key, the slot it came from, and when it was made."""

    unlocked: Unlocked
    slot: tuple[int, int, bytes]
    deadline: datetime
    since: float


class Keyring:
    """Opens the sealed files of cameras for one reader; safe to share between threads."""

    def __init__(self, state: State, clock: Clock, reader: X25519PrivateKey) -> None:
        self._state, self._clock, self._reader = state, clock, reader
        self._trusted = TrustedTime(state, clock)
        self._lock = Lock()
        self._known: OrderedDict[bytes, _Known] = OrderedDict()

    def open(self, camera: str, path: Path) -> Unlocked:
        """A file as it stands now, with its key. Raises EpochErased or SealBroken."""
        file = SealedFile(path)
        stream, epoch = self._place_of_key(camera, file)
        if file.stream != stream:
            raise SealBroken(f"{path.name} says that it belongs to {file.stream}")
        now = self._trusted.latest()
        slots = SlotFile(self._state, stream)
        try:
            slot = slots.find(epoch)
            if slot is None or now >= slot.deadline:
                raise EpochErased(f"epoch {epoch} of {stream} is past its term: its key is destroyed")
            same = (slot.index, slot.generation, slot.wrapped)
            known = self._remembered(file.file_id, same)
            if known is not None:
                return known.again(file)
            unlocked = file.unlock(slots.open(epoch, self._reader, now))
        finally:
            slots.close()
            self.forget()
        with self._lock:
            self._known[file.file_id] = _Known(unlocked, same, slot.deadline, self._clock.monotonic())
        return unlocked

    def forget(self) -> None:
        """Let go of keys that were not made a moment ago, or that nobody may use any more."""
        now, moment = self._trusted.latest(), self._clock.monotonic()
        with self._lock:
            kept = [
                (id, one) for id, one in self._known.items() if moment - one.since < _SECONDS and now < one.deadline
            ]
            self._known = OrderedDict(kept[-_MOST:])

    def _place_of_key(self, camera: str, file: SealedFile) -> tuple[str, int]:
        """The stream and the epoch whose slot opens a file."""
        return camera_stream(camera), file.epoch

    def _remembered(self, file_id: bytes, slot: tuple[int, int, bytes]) -> Unlocked | None:
        with self._lock:
            known = self._known.get(file_id)
        return known.unlocked if known is not None and known.slot == slot else None
