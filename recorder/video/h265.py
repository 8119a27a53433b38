"""H.265 as cameras send it: its parameter sets, picture size and decoder configuration, and which pictures lean back.

Facts from ITU-T H.265 (7.3) and ISO/IEC 14496-15 (8.3, annex E). No library.
"""

from typing import NamedTuple

from recorder.video.bits import Bits, counted, prefixed, with_counts
from recorder.video.boxes import VideoFormat, hevc_name, visual_entry
from recorder.video.shaper import Shaper as Shaping
from recorder.video.shaper import refuse_size

_VPS, _SPS, _PPS = 32, 33, 34
_SKIPPED = (8, 9)  # RASL: shown before a CRA picture, and made from pictures before it
_HEADER = 2  # bytes before the content of every unit


class Shaper(Shaping):
    """Turns the access units of one H.265 stream into MP4 samples."""

    sets = (_VPS, _SPS, _PPS)
    sets_stay_outside = True  # or the entry would be "hev1", which fewer players take
    slices = frozenset(range(32))
    first_slice_at = _HEADER

    @staticmethod
    def kind(unit: bytes) -> int:
        return unit[0] >> 1 & 63

    @staticmethod
    def configuration_units(extradata: bytes) -> tuple[int, list[bytes]]:
        if len(extradata) < 23:
            raise ValueError("this is no hvcC")
        units, offset = [], 23
        for _ in range(extradata[22]):
            count = int.from_bytes(extradata[offset + 1 : offset + 3], "big")
            found, offset = counted(extradata, offset + 3, count)
            units += found
        return (extradata[21] & 3) + 1, units

    @staticmethod
    def format_of(sets: dict[int, tuple[bytes, ...]]) -> VideoFormat:
        story = read_sps(sets[_SPS][0])
        entry = visual_entry(b"hvc1", story.width, story.height, b"hvcC", _hvcc(story, sets))
        return VideoFormat(hevc_name(story.profile), story.width, story.height, entry)


class SpsStory(NamedTuple):
    """What a sequence parameter set tells. `profile`: twelve bytes, general profile, tier and level, as sent."""

    profile: bytes
    layers: int
    nested: int
    chroma: int
    width: int
    height: int
    luma_depth: int
    chroma_depth: int


def read_sps(sps: bytes) -> SpsStory:
    """Read as far as the bit depths; the conformance window is taken off the size. ValueError when it is nonsense."""
    bits = Bits(sps[_HEADER:])
    bits.take(4)
    layers = bits.take(3) + 1
    nested = bits.take(1)
    profile = bytes(bits.take(8) for _ in range(12))
    _skip_layers(bits, layers - 1)
    bits.golomb()
    chroma = bits.golomb()
    if chroma > 3:
        raise ValueError("the parameter set tells an unknown kind of colour")
    if chroma == 3:
        bits.take(1)
    width, height = bits.golomb(), bits.golomb()
    left, right, top, bottom = [bits.golomb() for _ in range(4)] if bits.take(1) else (0, 0, 0, 0)
    luma, other = bits.golomb() + 8, bits.golomb() + 8
    if max(luma, other) > 16:
        raise ValueError("the parameter set tells a depth of colour that cannot be")
    width -= (left + right) * (2 if chroma in (1, 2) else 1)
    height -= (top + bottom) * (2 if chroma == 1 else 1)
    return SpsStory(profile, layers, nested, chroma, *refuse_size(width, height), luma, other)


def leans_back(sample: bytes) -> bool:
    """Whether a picture is made from pictures before its group: no decoder that begins at the group can show it."""
    return any(unit[0] >> 1 & 63 in _SKIPPED for unit in prefixed(sample))


def _skip_layers(bits: Bits, layers: int) -> None:
    told = [(bits.take(1), bits.take(1)) for _ in range(layers)]
    if layers:
        bits.take(2 * (8 - layers))
    for has_profile, has_level in told:
        bits.take(88 * has_profile + 8 * has_level)


def _hvcc(story: SpsStory, sets: dict[int, tuple[bytes, ...]]) -> bytes:
    # Unknown to us, and allowed to be: spatial segmentation 0, parallelism 0, frame rate 0.
    middle = bytes((0xF0, 0, 0xFC, 0xFC | story.chroma, 0xF8 | story.luma_depth - 8, 0xF8 | story.chroma_depth - 8))
    layers = story.layers << 3 | story.nested << 2 | 3
    head = b"\1" + story.profile + middle + bytes((0, 0, layers, len(sets)))
    complete = 0x80
    arrays = [bytes((complete | kind, 0, len(sets[kind]))) + with_counts(sets[kind]) for kind in Shaper.sets]
    return head + b"".join(arrays)
