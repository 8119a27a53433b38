"""Fragmented MP4 (ISO/IEC 14496-12), as much of it as one H.264 or H.265 track needs; written and read, no library.

`init` is what a player needs once (ftyp and moov), `part` is one fragment (moof and mdat) that plays after it.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

TIMESCALE = 90_000
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_KEY, _NOT_KEY = 0x02000000, 0x01010000
_HAS_OFFSET, _HAS_FIRST_FLAGS, _HAS_DURATION, _HAS_SIZE, _HAS_SHIFT = 0x1, 0x4, 0x100, 0x200, 0x800


@dataclass(frozen=True)
class VideoFormat:
    """What stays the same from sample to sample: the codec as browsers name it, and the MP4 sample entry."""

    codec: str
    width: int
    height: int
    entry: bytes


@dataclass(frozen=True)
class PartHead:
    """What a part says about itself: when it begins, how long it is, how many frames, whether it stands alone."""

    decode_time: int
    duration: int
    frames: int
    key: bool


class Sample(NamedTuple):
    """One frame of a part, with its duration and the shift from decoding to showing it, in ticks."""

    data: bytes
    duration: int
    shift: int
    key: bool


def visual_entry(kind: bytes, width: int, height: int, config_kind: bytes, config: bytes) -> bytes:
    """The sample entry of a video track, with its decoder configuration."""
    head = struct.pack(">6xH16xHHIIIH32xHh", 1, width, height, 0x480000, 0x480000, 0, 1, 24, -1)
    return _box(kind, head, _box(config_kind, config))


def init(form: VideoFormat) -> bytes:
    """ftyp and moov of a track whose samples come in parts."""
    return _box(b"ftyp", b"iso6\0\0\0\1iso6isommp41") + _box(
        b"moov", _movie_header(), _track(form), _box(b"mvex", _full(b"trex", 0, 0, struct.pack(">5I", 1, 1, 0, 0, 0)))
    )


def part(number: int, start: int, times: list[tuple[int, int]], samples: list[bytes], *, key: bool) -> bytes:
    """moof and mdat of `samples`; `times` gives each its duration and the shift from decoding to showing it.

    `start` is the decode time of the first one, in ticks of 1/90000 s.
    """
    shifted = any(shift for _, shift in times)
    flags = _HAS_OFFSET | _HAS_FIRST_FLAGS | _HAS_DURATION | _HAS_SIZE | (_HAS_SHIFT if shifted else 0)
    if shifted:
        row = chain.from_iterable((d, len(s), c & 0xFFFFFFFF) for (d, c), s in zip(times, samples, strict=True))
    else:
        row = chain.from_iterable((d, len(s)) for (d, _), s in zip(times, samples, strict=True))
    table = struct.pack(f">{len(samples) * (3 if shifted else 2)}I", *row)
    header = _full(b"mfhd", 0, 0, struct.pack(">I", number))
    # 0x020000: offsets count from this moof; 0x20: frames are not key frames unless said otherwise.
    track = _full(b"tfhd", 0, 0x020020, struct.pack(">II", 1, _NOT_KEY))
    track += _full(b"tfdt", 1, 0, struct.pack(">Q", start))
    run_size = 12 + 12 + len(table)
    offset = 8 + len(header) + 8 + len(track) + run_size + 8
    run = _full(b"trun", 1, flags, struct.pack(">III", len(samples), offset, _KEY if key else _NOT_KEY), table)
    size = 8 + sum(map(len, samples))
    return b"".join((_box(b"moof", header, _box(b"traf", track, run)), struct.pack(">I4s", size, b"mdat"), *samples))


def head_of(media: bytes) -> PartHead:
    """Read a part's own description, without touching its pictures."""
    traf = find(find(media, b"moof"), b"traf")
    (decode_time,) = struct.unpack_from(">Q", find(traf, b"tfdt"), 4)
    run = find(traf, b"trun")
    flags, frames, _, first = struct.unpack_from(">IIII", run)
    fields = 3 if flags & _HAS_SHIFT else 2
    rows = struct.unpack_from(f">{frames * fields}I", run, 16)
    return PartHead(decode_time, sum(rows[::fields]), frames, first == _KEY)


def parts_of(media: bytes) -> Iterator[bytes]:
    """The parts of a group of pictures, each a moof with its mdat."""
    begin = offset = 0
    while offset + 8 <= len(media):
        size, kind = struct.unpack_from(">I4s", media, offset)
        offset += max(size, 8)
        if kind == b"mdat":
            yield media[begin:offset]
            begin = offset


def samples_of(media: bytes) -> list[Sample]:
    """The frames of one part, in the order of decoding."""
    run = find(find(find(media, b"moof"), b"traf"), b"trun")
    flags, frames, offset, first = struct.unpack_from(">IIII", run)
    shifted = bool(flags & _HAS_SHIFT)
    samples = []
    for number, row in enumerate(struct.iter_unpack(">IIi" if shifted else ">II", run[16:])):
        duration, size, shift = row if shifted else (*row, 0)
        samples.append(Sample(media[offset : offset + size], duration, shift, number == 0 and first == _KEY))
        offset += size
    assert len(samples) == frames
    return samples


def find(data: bytes, kind: bytes) -> bytes:
    """The content of the first box of a kind; ValueError where there is none."""
    offset = 0
    while offset + 8 <= len(data):
        size, found = struct.unpack_from(">I4s", data, offset)
        if size < 8:
            break
        if found == kind:
            return data[offset + 8 : offset + size]
        offset += size
    raise ValueError(f"there is no {kind.decode()} box")


def codec_of(init_chunk: bytes) -> str:
    """The codec as browsers name it (RFC 6381), read from ftyp and moov."""
    name, configuration = decoder_config(entry_of(init_chunk))
    return hevc_name(configuration[1:13]) if name == "hevc" else "avc1." + configuration[1:4].hex().upper()


def entry_of(init_chunk: bytes) -> bytes:
    """The sample entry of ftyp and moov: what `VideoFormat.entry` holds."""
    table = init_chunk
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd"):
        table = find(table, kind)
    return table[8:]


def decoder_config(entry: bytes) -> tuple[str, bytes]:
    """What a decoder wants of a sample entry: av's name of the codec, and avcC or hvcC as its extradata."""
    content = entry[8 + 78 :]
    return ("hevc", find(content, b"hvcC")) if entry[4:8] == b"hvc1" else ("h264", find(content, b"avcC"))


def hevc_name(profile: bytes) -> str:
    """H.265 by its general profile, tier and level, as sent; compatibility stands there with its bits turned round."""
    space, high, number = profile[0] >> 6, profile[0] >> 5 & 1, profile[0] & 31
    turned = int(f"{int.from_bytes(profile[1:5], 'big'):032b}"[::-1], 2)
    constraints = "".join(f".{byte:X}" for byte in profile[5:11].rstrip(b"\0"))
    return f"hvc1.{('', 'A', 'B', 'C')[space]}{number}.{turned:X}.{'LH'[high]}{profile[11]}{constraints}"


def _movie_header() -> bytes:
    return _full(
        b"mvhd", 0, 0, struct.pack(">IIIIIH10x", 0, 0, TIMESCALE, 0, 0x10000, 0x100), _MATRIX, bytes(24), b"\0\0\0\2"
    )


def _track(form: VideoFormat) -> bytes:
    size = struct.pack(">II", form.width << 16, form.height << 16)
    header = _full(b"tkhd", 0, 3, struct.pack(">IIIII8xHHHH", 0, 0, 1, 0, 0, 0, 0, 0, 0), _MATRIX, size)
    media = _full(b"mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, TIMESCALE, 0, 0x55C4, 0))
    handler = _full(b"hdlr", 0, 0, struct.pack(">I4s12x", 0, b"vide"), b"video\0")
    where = _box(b"dinf", _full(b"dref", 0, 0, b"\0\0\0\1", _full(b"url ", 0, 1)))
    empty = _full(b"stts", 0, 0, bytes(4)) + _full(b"stsc", 0, 0, bytes(4))
    empty += _full(b"stsz", 0, 0, bytes(8)) + _full(b"stco", 0, 0, bytes(4))
    table = _box(b"stbl", _full(b"stsd", 0, 0, b"\0\0\0\1", form.entry), empty)
    information = _box(b"minf", _full(b"vmhd", 0, 1, bytes(8)), where, table)
    return _box(b"trak", header, _box(b"mdia", media, handler, information))


def _box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", 8 + len(body), kind) + body


def _full(kind: bytes, version: int, flags: int, *content: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *content)
