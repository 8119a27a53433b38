"""H.264 as cameras send it, made into MP4 samples: parameter sets, picture size, length prefixes. No library.

Parameter sets may travel beside the stream or in it; whichever came last counts, and a change gives a new format.
"""

import struct
from dataclasses import dataclass

from recorder.boxes import VideoFormat, visual_entry

_SPS, _PPS = 7, 8
_SLICES = (1, 5)
_START = b"\0\0\1"
_HIGH_PROFILES = frozenset((100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135))


@dataclass(frozen=True)
class ParameterSets:
    """What a decoder must know before the first picture."""

    sps: tuple[bytes, ...]
    pps: tuple[bytes, ...]

    @property
    def format(self) -> VideoFormat:
        """How an MP4 names and describes this stream."""
        width, height = picture_size(self.sps[0])
        codec = "avc1." + self.sps[0][1:4].hex().upper()
        return VideoFormat(codec, width, height, visual_entry(b"avc1", width, height, b"avcC", self._avcc()))

    def _avcc(self) -> bytes:
        head = bytes((1, *self.sps[0][1:4], 0xFF, 0xE0 | len(self.sps)))
        return head + _counted(self.sps) + bytes((len(self.pps),)) + _counted(self.pps)


class Shaper:
    """Turns the access units of one stream into MP4 samples, each picture's bytes untouched."""

    def __init__(self, extradata: bytes | None) -> None:
        self.format: VideoFormat | None = None
        self._known: ParameterSets | None = None
        self._prefix = 0  # bytes of a length prefix; 0: start codes
        if extradata and extradata[0] == 1:
            self._prefix = (extradata[4] & 3) + 1
            self._learn(_avcc_units(extradata))
        elif extradata:
            self._learn(_split(extradata))

    def shape(self, data: bytes, key: bool) -> bytes:
        """The sample with four-byte lengths. `format` follows the parameter sets that a key frame carries."""
        if self._prefix == 4 and not key:
            return data
        units = _split(data) if not self._prefix else _prefixed_units(data, self._prefix)
        if key:
            self._learn(units)
        if self._prefix == 4:
            return data
        return b"".join([part for unit in units for part in (struct.pack(">I", len(unit)), unit)])

    def _learn(self, units: list[bytes]) -> None:
        sps = tuple(unit for unit in units if unit[0] & 31 == _SPS and len(unit) > 4)
        pps = tuple(unit for unit in units if unit[0] & 31 == _PPS)
        if not (sps and pps):
            return
        found = ParameterSets(sps, pps)
        if found != self._known:
            self._known, self.format = found, found.format


def continues_picture(sample: bytes) -> bool:
    """Whether a sample's first slice is not the first of its picture: the sample before it was cut in two."""
    first = next((unit for unit in _prefixed_units(sample, 4) if unit[0] & 31 in _SLICES), None)
    return first is not None and len(first) > 1 and not first[1] & 0x80


def slices_of(sample: bytes) -> bytes:
    """A sample without what is no slice."""
    slices = [unit for unit in _prefixed_units(sample, 4) if unit[0] & 31 in _SLICES]
    return b"".join(struct.pack(">I", len(unit)) + unit for unit in slices)


def picture_size(sps: bytes) -> tuple[int, int]:
    """Width and height in pixels, cropping taken off (ISO/IEC 14496-10, 7.3.2.1.1)."""
    bits = _Bits(sps[1:].replace(b"\0\0\3", b"\0\0"))
    profile = bits.take(8)
    bits.take(16)
    bits.golomb()  # seq_parameter_set_id
    chroma = _chroma(bits) if profile in _HIGH_PROFILES else 1
    bits.golomb()  # log2_max_frame_num
    _skip_picture_order(bits)
    bits.golomb()  # max_num_ref_frames
    bits.take(1)
    across, down = bits.golomb() + 1, bits.golomb() + 1
    frames_only = bits.take(1)
    bits.take(1 if frames_only else 2)
    left, right, top, bottom = [bits.golomb() for _ in range(4)] if bits.take(1) else (0, 0, 0, 0)
    unit_x = 2 if chroma in (1, 2) else 1
    unit_y = (2 if chroma == 1 else 1) * (2 - frames_only)
    return across * 16 - (left + right) * unit_x, down * 16 * (2 - frames_only) - (top + bottom) * unit_y


def _chroma(bits: "_Bits") -> int:
    chroma = bits.golomb()
    if chroma == 3:
        bits.take(1)
    bits.golomb()
    bits.golomb()
    bits.take(1)
    if bits.take(1):
        for index in range(12 if chroma == 3 else 8):
            if bits.take(1):
                _skip_scaling_list(bits, 16 if index < 6 else 64)
    return chroma


def _skip_scaling_list(bits: "_Bits", size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.signed_golomb()) % 256
        last = following or last


def _skip_picture_order(bits: "_Bits") -> None:
    kind = bits.golomb()
    if kind == 0:
        bits.golomb()
    elif kind == 1:
        bits.take(1)
        bits.golomb()
        bits.golomb()
        for _ in range(bits.golomb()):
            bits.golomb()


class _Bits:
    """Reads a byte string bit by bit; past its end there are zeros."""

    def __init__(self, data: bytes) -> None:
        data += bytes(16)
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
        return (1 << zeros) - 1 + self.take(zeros)

    def signed_golomb(self) -> int:
        value = self.golomb()
        return (value + 1) // 2 if value % 2 else -(value // 2)


def _split(data: bytes) -> list[bytes]:
    """The units between start codes. A unit never ends in zero bytes: those belong to the next start code."""
    return [unit for piece in data.split(_START) if (unit := piece.rstrip(b"\0"))]


def _prefixed_units(data: bytes, prefix: int) -> list[bytes]:
    units, offset = [], 0
    while offset + prefix <= len(data):
        length = int.from_bytes(data[offset : offset + prefix], "big")
        units.append(data[offset + prefix : offset + prefix + length])
        offset += prefix + length
    return [unit for unit in units if unit]


def _avcc_units(avcc: bytes) -> list[bytes]:
    units, offset = [], 5
    for mask in (31, 255):
        count, offset = avcc[offset] & mask, offset + 1
        for _ in range(count):
            length = int.from_bytes(avcc[offset : offset + 2], "big")
            units.append(avcc[offset + 2 : offset + 2 + length])
            offset += 2 + length
    return [unit for unit in units if unit]


def _counted(units: tuple[bytes, ...]) -> bytes:
    return b"".join(struct.pack(">H", len(unit)) + unit for unit in units)
