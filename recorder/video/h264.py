"""H.264 as cameras send it: its parameter sets, picture size and decoder configuration. No library."""

from recorder.video.bits import Bits, counted, with_counts
from recorder.video.boxes import VideoFormat, visual_entry
from recorder.video.shaper import Shaper as Shaping
from recorder.video.shaper import refuse_size

_SPS, _PPS = 7, 8
_HIGH_PROFILES = frozenset((100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135))


class Shaper(Shaping):
    """Turns the access units of one H.264 stream into MP4 samples."""

    sets = (_SPS, _PPS)
    sets_stay_outside = False
    slices = frozenset((1, 2, 5))
    first_slice_at = 1  # its first number counts macroblocks: a single 1 bit is none

    @staticmethod
    def kind(unit: bytes) -> int:
        return unit[0] & 31

    @staticmethod
    def configuration_units(extradata: bytes) -> tuple[int, list[bytes]]:
        if len(extradata) < 7 or extradata[0] != 1:
            raise ValueError("this is no avcC")
        sps, offset = counted(extradata, 6, extradata[5] & 31)
        pps, _ = counted(extradata, offset + 1, extradata[offset] if offset < len(extradata) else 0)
        return (extradata[4] & 3) + 1, sps + pps

    @staticmethod
    def format_of(sets: dict[int, tuple[bytes, ...]]) -> VideoFormat:
        all_sps, all_pps = sets[_SPS], sets[_PPS]
        width, height = picture_size(all_sps[0])
        profile = all_sps[0][1:4]
        head = bytes((1, *profile, 0xFF, 0xE0 | len(all_sps)))
        avcc = head + with_counts(all_sps) + bytes((len(all_pps),)) + with_counts(all_pps)
        entry = visual_entry(b"avc1", width, height, b"avcC", avcc)
        return VideoFormat("avc1." + profile.hex().upper(), width, height, entry)


def picture_size(sps: bytes) -> tuple[int, int]:
    """Width and height in pixels, cropping taken off (ISO/IEC 14496-10, 7.3.2.1.1)."""
    bits = Bits(sps[1:])
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
    return refuse_size(across * 16 - (left + right) * unit_x, down * 16 * (2 - frames_only) - (top + bottom) * unit_y)


def _chroma(bits: Bits) -> int:
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


def _skip_scaling_list(bits: Bits, size: int) -> None:
    last = following = 8
    for _ in range(size):
        if following:
            following = (last + bits.signed_golomb()) % 256
        last = following or last


def _skip_picture_order(bits: Bits) -> None:
    kind = bits.golomb()
    if kind == 0:
        bits.golomb()
    elif kind == 1:
        bits.take(1)
        bits.golomb()
        bits.golomb()
        for _ in range(bits.golomb()):
            bits.golomb()
