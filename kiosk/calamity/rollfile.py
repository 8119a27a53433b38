"""The bytes of one roll file, as docs/formats-roll.md writes them down: head, frames, and what damage leaves.

A frame says by itself where it stands and what came before it, so one that is damaged takes no other with it.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from retention.base.errors import SealBroken

MAGIC = b"PORTROLL"
VERSION = 1
_HEAD = struct.Struct("<8sHxx16sQ16s16s")
_FRAME = struct.Struct("<16sII32s")
_SUM = struct.Struct("<I")
HEAD_BYTES = _HEAD.size + _SUM.size
LONGEST = 65_536
"""No sealed record is longer; a length beyond it is damage."""
_WIPED = b"portier: deleted on request"


@dataclass(frozen=True)
class Head:
    """Whose file it is: stream and epoch of its slot, its own id, and the file it goes on from after a failed write."""

    stream: str
    epoch: int
    file_id: bytes
    goes_on_from: bytes = bytes(16)

    def pack(self) -> bytes:
        plain = _HEAD.pack(MAGIC, VERSION, self.stream.encode(), self.epoch, self.file_id, self.goes_on_from)
        return plain + _SUM.pack(zlib.crc32(plain))

    @staticmethod
    def unpack(data: bytes) -> "Head":
        """Read a head; SealBroken when it is cut short, damaged or of another version."""
        plain, check = data[: _HEAD.size], data[_HEAD.size : HEAD_BYTES]
        if len(data) < HEAD_BYTES or _SUM.pack(zlib.crc32(plain)) != check:
            raise SealBroken("the head of a roll file is damaged; its records may still be read")
        magic, version, stream, epoch, file_id, before = _HEAD.unpack(plain)
        if (magic, version) != (MAGIC, VERSION):
            raise SealBroken(f"a roll file of version {version} needs a newer Portier")
        return Head(stream.rstrip(b"\0").decode("ascii", "replace"), epoch, file_id, before)

    def info(self, number: int, previous: bytes) -> bytes:
        """What a record is sealed to besides the key: its place, so that no record can be moved or left out unseen."""
        place = struct.pack("<Q16sI", self.epoch, self.file_id, number)
        return b"portier roll 1\0" + self.stream.encode() + b"\0" + place + previous


@dataclass(frozen=True)
class Frame:
    """One sealed record as it stands in the file."""

    number: int
    previous: bytes
    sealed: bytes
    hash: bytes
    start: int
    end: int

    @property
    def wiped(self) -> bool:
        """Whether the record was overwritten because its visitor asked for that."""
        return self.sealed.startswith(_WIPED[:1]) and self.sealed == _wiped(len(self.sealed))


@dataclass(frozen=True)
class Place:
    """Where a frame stands, so that it is found again also when what it holds was overwritten by half."""

    file_id: bytes
    number: int
    start: int

    def __str__(self) -> str:
        return f"{self.file_id.hex()}-{self.number}-{self.start}"

    @staticmethod
    def parse(text: str) -> "Place | None":
        """What `str` wrote; None for anything else."""
        try:
            file_id, number, start = text.split("-")
            return Place(bytes.fromhex(file_id), int(number), int(start))
        except ValueError:
            return None


@dataclass(frozen=True)
class Scan:
    """All whole frames of a file, in order; how many are missing or damaged; whether the end is half a frame."""

    frames: tuple[Frame, ...]
    lost: int
    unfinished: bool


def pack_frame(head: Head, number: int, previous: bytes, sealed: bytes) -> bytes:
    plain = _FRAME.pack(head.file_id, number, len(sealed), previous) + sealed
    return plain + _SUM.pack(zlib.crc32(plain))


def wiping(data: bytes, place: Place) -> tuple[int, bytes] | None:
    """The bytes that overwrite the record at `place`, and from where on; None where there is no such frame.

    The head of the frame stays, its number and the hash it carries: what came before and after opens as it did.
    """
    head = data[place.start : place.start + _FRAME.size]
    if len(head) < _FRAME.size:
        return None
    file_id, number, length, _ = _FRAME.unpack(head)
    end = place.start + _FRAME.size + length + _SUM.size
    if (file_id, number) != (place.file_id, place.number) or length > LONGEST or end > len(data):
        return None
    sealed = _wiped(length)
    return place.start + _FRAME.size, sealed + _SUM.pack(zlib.crc32(head + sealed))


def _wiped(length: int) -> bytes:
    return _WIPED[:length].ljust(length, b"\0")


def digest(data: bytes) -> bytes:
    """The hash that the next record carries: of a whole frame, or of the head before the first."""
    return hashlib.sha256(data).digest()


def scan(data: bytes, file_id: bytes, before: tuple[bytes, Scan] | None = None) -> Scan:
    """Read every whole frame, stepping over damage to the next place where one begins.

    `before`: an earlier reading, and the bytes it read up to its last frame. Where those stand, only the rest is read.
    """
    frames: list[Frame] = []
    lost, place, expected, torn = 0, HEAD_BYTES, 0, False
    if before is not None and before[1].frames and data.startswith(before[0]):
        frames, lost = [*before[1].frames], before[1].lost
        place, expected = frames[-1].end, frames[-1].number + 1
    while place < len(data):
        frame = _frame_at(data, place, file_id) or next(_frames_after(data, place, file_id), None)
        if frame is None:
            torn = any(data[place:])  # zeros are room kept for records to come
            break
        lost += max(frame.number - expected, 0)
        expected, place = frame.number + 1, frame.end
        frames.append(frame)
    return Scan(tuple(frames), lost, torn)


def _frame_at(data: bytes, place: int, file_id: bytes) -> Frame | None:
    if not data.startswith(file_id, place) or place + _FRAME.size > len(data):
        return None
    _, number, length, previous = _FRAME.unpack_from(data, place)
    body = place + _FRAME.size + length
    # A damaged length must not swallow the frames behind it.
    if length > LONGEST or body + _SUM.size > len(data):
        return None
    if _SUM.unpack_from(data, body)[0] != zlib.crc32(memoryview(data)[place:body]):
        return None
    end = body + _SUM.size
    return Frame(number, previous, data[place + _FRAME.size : body], digest(data[place:end]), place, end)


def _frames_after(data: bytes, place: int, file_id: bytes) -> Iterator[Frame]:
    """Frames that begin beyond `place`; the file's random id marks where one may begin."""
    found = data.find(file_id, place + 1)
    while found >= 0:
        if frame := _frame_at(data, found, file_id):
            yield frame
        found = data.find(file_id, found + 1)
