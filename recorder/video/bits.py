"""Bits and units, as H.264 and H.265 share them: exponential Golomb codes, start codes, length prefixes.

A camera may send anything: whatever makes no sense here is a ValueError, found within a bounded number of steps.
"""

import struct
from collections.abc import Iterable

_START = b"\0\0\1"
_MOST = 4096  # bytes of a parameter set that are looked at; an honest one is a tenth of it
_LONGEST_CODE = 32


class Bits:
    """Reads a parameter set bit by bit; past its end there are zeros, and then a ValueError."""

    def __init__(self, unit: bytes) -> None:
        data = unit[:_MOST].replace(b"\0\0\3", b"\0\0") + bytes(16)
        self._value, self._left = int.from_bytes(data, "big"), len(data) * 8

    def take(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise ValueError("the parameter set is cut short")
        return self._value >> self._left & (1 << count) - 1

    def golomb(self) -> int:
        zeros = 0
        while not self.take(1):
            zeros += 1
            if zeros > _LONGEST_CODE:
                raise ValueError("the parameter set is cut short, or holds a number without end")
        return (1 << zeros) - 1 + self.take(zeros)

    def signed_golomb(self) -> int:
        value = self.golomb()
        return (value + 1) // 2 if value % 2 else -(value // 2)


def split(data: bytes) -> list[bytes]:
    """The units between start codes. A unit never ends in zero bytes: those belong to the next start code."""
    return [unit for piece in data.split(_START) if (unit := piece.rstrip(b"\0"))]


def prefixed(data: bytes, size: int = 4) -> list[bytes]:
    """The units behind length prefixes of so many bytes; ValueError where the lengths do not add up."""
    units, offset, end = [], 0, len(data)
    while offset < end:
        begin = offset + size
        offset = begin + int.from_bytes(data[offset:begin], "big")
        if offset > end or begin > end:
            raise ValueError("a unit is cut short")
        if offset > begin:
            units.append(data[begin:offset])
    return units


def sample_of(units: Iterable[bytes]) -> bytes:
    """The units as an MP4 sample: a length of four bytes before each."""
    return b"".join([part for unit in units for part in (struct.pack(">I", len(unit)), unit)])


def counted(data: bytes, offset: int, count: int) -> tuple[list[bytes], int]:
    """So many units behind two-byte lengths, as decoder configurations hold them; and where they end."""
    units = []
    for _ in range(count):
        begin = offset + 2
        offset = begin + int.from_bytes(data[offset:begin], "big")
        if offset > len(data):
            raise ValueError("the decoder configuration is cut short")
        units.append(data[begin:offset])
    return [unit for unit in units if unit], offset


def with_counts(units: Iterable[bytes]) -> bytes:
    """The other way round."""
    return b"".join([struct.pack(">H", len(unit)) + unit for unit in units])
