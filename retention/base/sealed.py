"""Sealed files: append-only chunks that only the epoch's private half opens. Layout in docs/formats.md.

A file has its own random key, sealed to the epoch's public half at its head. Each chunk is AES-256-GCM with its
number and a last flag as nonce, and stream, epoch, file, number, times and the previous chunk's tag as associated
data: chunks cannot be swapped, dropped in the middle or moved between files unnoticed. A failed write abandons
the file; nothing is ever appended after a restart. A file cut short is read up to its last valid tag, a damaged one
around the damage.
"""

import os
import struct
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from retention.base.clock import microseconds
from retention.base.errors import DiskRefused, SealBroken
from retention.base.files import sync_folder, write_all
from retention.base.hpke import forget, seal, unseal
from retention.base.places import CHUNK, TAG, ChunkPlace, heads
from retention.base.slots import Slot

__all__ = ["CHUNK", "ChunkPlace", "SealedFile", "SealedWriter", "Unlocked", "seal", "unseal"]

HEAD: Final = struct.Struct("<8sHxxxxxx48sq16s80s")
_MAGIC = b"PORTSEAL"
_FORMAT = 1
_LATEST = 253_402_300_799  # the last second of the year 9999


class SealedWriter:
    """One file under one epoch, written from the first chunk to the last by one process."""

    def __init__(self, path: Path, slot: Slot) -> None:
        """Make the file and its folder; its head is synced. DiskRefused when that fails."""
        self.path = path
        self.chunks = 0
        self._synced = True
        self._stream, self._epoch, self._file_id = slot.stream.encode(), slot.epoch, os.urandom(16)
        self._previous_tag = bytes(TAG)
        raw = AESGCM.generate_key(256)
        self._cipher: AESGCM | None = AESGCM(raw)
        sealed_key = seal(slot.public, raw, _key_info(self._stream, self._epoch, self._file_id))
        forget(raw)
        head = HEAD.pack(_MAGIC, _FORMAT, self._stream, self._epoch, self._file_id, sealed_key)
        self.bytes_written = len(head)
        self._descriptor = self._create(head)

    @property
    def file_id(self) -> str:
        """The random name of this file, as hex."""
        return self._file_id.hex()

    def append(self, plain: bytes, first: datetime, last: datetime, *, final: bool = False, sync: bool = True) -> None:
        """Seal one chunk to the disk with one sync; without it the last one syncs all, for what can be made anew.

        On an error the file is abandoned: DiskRefused now, and for every later call.
        """
        if self._cipher is None:
            raise DiskRefused(f"{self.path.name} was abandoned or closed: open a new file")
        times = microseconds(first), microseconds(last)
        associated = _associated(self._stream, self._epoch, self._file_id, self.chunks, times, self._previous_tag)
        sealed = self._cipher.encrypt(_nonce(self.chunks, final), plain, associated)
        block = CHUNK.pack(len(sealed), self.chunks, *times, final) + sealed
        try:
            if final and not self._synced:  # a last chunk on the disk says that all before it are there
                os.fdatasync(self._descriptor)
            write_all(self._descriptor, block, self.bytes_written)
            if sync or final:
                os.fdatasync(self._descriptor)
            self._synced = sync
        except OSError as error:
            self.close()
            raise DiskRefused(f"{self.path} cannot be written ({error.strerror}): see to the disk") from error
        self._previous_tag = sealed[-TAG:]
        self.chunks += 1
        self.bytes_written += len(block)
        if final:
            self.close()

    def close(self) -> None:
        """Let go of the file and its key; a second call changes nothing."""
        if self._cipher is not None:
            self._cipher = None
            os.close(self._descriptor)

    def _create(self, head: bytes) -> int:
        descriptor = None
        try:
            self.path.parent.mkdir(mode=0o770, parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
            write_all(descriptor, head, 0)
            os.fdatasync(descriptor)
            sync_folder(self.path.parent)
        except OSError as error:
            if descriptor is not None:
                os.close(descriptor)
                with suppress(OSError):  # a full disk must not fill with files that hold nothing
                    self.path.unlink()
            raise DiskRefused(
                f"{self.path} cannot be made ({error.strerror}): see to the disk, its space and its rights"
            ) from error
        return descriptor


class SealedFile:
    """A sealed file as it stands on disk, perhaps still growing, perhaps cut short.

    Heads and places are read without a key; only `unlock` tells whether they are true.
    """

    def __init__(self, path: Path) -> None:
        """Read the head and the chunks' places; SealBroken when not even the head is there."""
        self.path = path
        try:
            with path.open("rb") as file:
                head = file.read(HEAD.size)
                if len(head) < HEAD.size or not head.startswith(_MAGIC):
                    raise SealBroken(f"{path} is no sealed file, or not even its head reached the disk")
                _, form, stream, self.epoch, self.file_id, self._sealed_key = HEAD.unpack(head)
                if form != _FORMAT:
                    raise SealBroken(f"{path} has format {form}, this version reads {_FORMAT}")
                if not 0 <= self.epoch <= _LATEST:
                    raise SealBroken(f"{path} has a damaged head: there is no epoch {self.epoch}")
                self.heads = heads(file.fileno(), HEAD.size)
                self._size = os.fstat(file.fileno()).st_size
        except OSError as error:
            raise SealBroken(f"{path} cannot be read ({error.strerror})") from error
        self._stream = stream.rstrip(b"\0")

    @cached_property
    def chunks(self) -> list[ChunkPlace]:
        """The chunks' places, by number."""
        return [head.place() for head in self.heads]

    @property
    def breaks_off(self) -> bool:
        """Whether bytes stand behind the last chunk that is there in full."""
        return self._size > (self.heads[-1].offset + self.heads[-1].length if self.heads else HEAD.size)

    @property
    def stream(self) -> str:
        """The stream under whose slots the file was sealed."""
        return str(self._stream, errors="replace")

    def unlock(self, epoch_private: X25519PrivateKey) -> "Unlocked":
        """The same file with its key; SealBroken when this private half is not the one."""
        raw = unseal(epoch_private, self._sealed_key, _key_info(self._stream, self.epoch, self.file_id))
        cipher = AESGCM(raw)
        forget(raw)
        return Unlocked(self, cipher)

    def associated(self, place: ChunkPlace, previous_tag: bytes) -> bytes:
        """What a chunk's tag binds besides its text."""
        times = microseconds(place.first), microseconds(place.last)
        return _associated(self._stream, self.epoch, self.file_id, place.number, times, previous_tag)


class Unlocked:
    """A sealed file and its key: any chunk, alone, with one decryption."""

    def __init__(self, file: SealedFile, cipher: AESGCM) -> None:
        self.file = file
        self._cipher = cipher

    def chunk(self, number: int) -> bytes:
        """The plain bytes of one chunk; SealBroken when its tag is wrong or it is not there."""
        place = self._place(number)
        with self.file.path.open("rb") as file:
            sealed = os.pread(file.fileno(), place.length, place.offset)
            # The chunk before ends where this one's head begins, also when its own head is damaged.
            tag = os.pread(file.fileno(), TAG, place.offset - CHUNK.size - TAG) if number else bytes(TAG)
        try:
            return self._cipher.decrypt(_nonce(number, place.final), sealed, self.file.associated(place, tag))
        except InvalidTag as error:
            raise SealBroken(f"chunk {number} of {self.file.path.name} does not match its seal") from error

    def again(self, file: SealedFile) -> "Unlocked":
        """The same key for the same file as it stands now: it may have grown."""
        return Unlocked(file, self._cipher)

    def valid_chunks(self) -> int:
        """How many chunks from the start are whole: what a cut or damaged file still has to give."""
        for place in self.file.chunks:
            try:
                self.chunk(place.number)
            except SealBroken:
                return place.number
        return len(self.file.chunks)

    def _place(self, number: int) -> ChunkPlace:
        if not 0 <= number < len(self.file.chunks):
            raise SealBroken(f"{self.file.path.name} has no chunk {number}")
        return self.file.chunks[number]


def _nonce(number: int, final: bool) -> bytes:
    return struct.pack("<QxxxB", number, final)


def _key_info(stream: bytes, epoch: int, file_id: bytes) -> bytes:
    return b"portier file 1" + struct.pack("<48sq16s", stream, epoch, file_id)


def _associated(  # noqa: PLR0917 - the order is the layout
    stream: bytes, epoch: int, file_id: bytes, number: int, times: tuple[int, int], previous_tag: bytes
) -> bytes:
    return struct.pack("<48sq16sIqq16s", stream, epoch, file_id, number, *times, previous_tag)
