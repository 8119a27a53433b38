"""The key that signs a day's digest, and is destroyed once it has named and signed for its successor.

`keys/evidence.key` is preallocated and has two places, one for today's key and one for tomorrow's; a place is
overwritten with random bytes, synced and read back, as a slot is. It is never backed up. A key knows the digest
before its own, so that the chain goes on although somebody changed or took away that digest.
"""

import os
import pwd
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from retention.base.errors import DiskRefused
from retention.base.files import sync_folder, write_all, write_new
from retention.base.hpke import forget
from retention.base.siteday import day_number, day_of_number
from retention.base.state import State

_PLACE: Final = 4096
_SERVICE: Final = "portier-retention"
_HEAD: Final = struct.Struct("<8sHxxIQ32s32s32s")
_MAGIC, _FORMAT = b"PORTDKEY", 1


@dataclass(frozen=True)
class Held:
    """A key that has not signed yet; and the day and hash of the digest before its own, once there is one."""

    number: int
    private: Ed25519PrivateKey
    day: date | None
    previous: str

    @property
    def public(self) -> str:
        return self.private.public_key().public_bytes_raw().hex()


class DayKeys:
    """The private keys of one state directory: that of the digest to come, and for a moment also the next one."""

    def __init__(self, state: State) -> None:
        self.path = state.keys / "evidence.key"

    def held(self) -> list[Held]:
        """The keys that are there and whole, by number."""
        try:
            raw = self.path.read_bytes()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise DiskRefused(f"{self.path} cannot be read ({error.strerror}): see to its rights") from error
        found = (_parse(raw[place * _PLACE :][: _HEAD.size], place) for place in (0, 1))
        return sorted((held for held in found if held), key=lambda held: held.number)

    def find(self, number: int) -> Held | None:
        """The key that signs digest `number`; None where it is not there or is damaged."""
        return next((held for held in self.held() if held.number == number), None)

    def make(self, number: int) -> Held:
        """The key for digest `number`, on disk and synced; the one that is there already where there is one."""
        found = self.find(number)
        if found is None:
            found = Held(number, Ed25519PrivateKey.generate(), None, "")
            self._keep(found)
        return found

    def follow(self, held: Held, day: date, previous: str) -> None:
        """Tell a key which digest comes before its own."""
        if (held.day, held.previous) != (day, previous):
            self._keep(replace(held, day=day, previous=previous))

    def destroy(self, number: int) -> None:
        """Overwrite the key of digest `number`, and see that it is gone; a second call changes nothing."""
        if self.find(number) is None:
            return
        with self._writing() as descriptor:
            _put(descriptor, number, os.urandom(_PLACE))

    def _keep(self, held: Held) -> None:
        seed = held.private.private_bytes_raw()
        day = day_number(held.day) if held.day else 0
        body = _HEAD.pack(_MAGIC, _FORMAT, day, held.number, bytes.fromhex(held.previous), seed, b"")[:-32]
        with self._writing() as descriptor:
            _put(descriptor, held.number, (body + sha256(body).digest()).ljust(_PLACE, b"\0"))
        forget(seed)

    @contextmanager
    def _writing(self) -> Iterator[int]:
        try:
            if not self.path.exists():
                aside = self.path.with_name(f".{self.path.name}.new")
                write_new(aside, bytes(2 * _PLACE), 0o600)
                _hand_over(aside)
                aside.replace(self.path)
                sync_folder(self.path.parent)
            descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
            try:
                yield descriptor
            finally:
                os.close(descriptor)
        except OSError as error:
            raise DiskRefused(
                f"{self.path} cannot be written ({error.strerror}): see to the disk and its rights"
            ) from error


def _hand_over(path: Path) -> None:
    """Where root makes the key by a command, before the service ever ran, it is the service's all the same."""
    if os.geteuid() == 0:
        with suppress(KeyError):  # a machine without the users of the units
            os.chown(path, pwd.getpwnam(_SERVICE).pw_uid, -1)


def _put(descriptor: int, number: int, content: bytes) -> None:
    offset = number % 2 * _PLACE
    write_all(descriptor, content, offset)
    os.fdatasync(descriptor)
    os.posix_fadvise(descriptor, offset, _PLACE, os.POSIX_FADV_DONTNEED)
    if os.pread(descriptor, _PLACE, offset) != content:
        raise DiskRefused("the file of signing keys does not hold what was written to it: replace the disk")


def _parse(raw: bytes, place: int) -> Held | None:
    if len(raw) < _HEAD.size or sha256(raw[:-32]).digest() != raw[-32:]:
        return None
    magic, form, day, number, previous, seed, _ = _HEAD.unpack(raw)
    if (magic, form, number % 2) != (_MAGIC, _FORMAT, place):
        return None
    private = Ed25519PrivateKey.from_private_bytes(seed)
    return Held(number, private, day_of_number(day) if day else None, previous.hex() if day else "")
