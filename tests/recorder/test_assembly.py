"""Pictures put together from what comes off the wire, wherever a stream is joined."""

from collections import Counter
from pathlib import Path

from recorder.video.assembly import Assembly, Picture
from recorder.video.h264 import Shaper
from tests.recorder.cameras import packets_of

FRAME = 3600


def rest_of(sample: bytes) -> bytes:
    """A second slice of the same kind of picture: its first macroblock is another than the picture's."""
    size = int.from_bytes(sample[:4], "big")
    unit = sample[4 : 4 + size]
    return (len(unit) + 1).to_bytes(4, "big") + unit[:1] + b"\x40" + unit[1:]


def put_together(film: Path, *pictures: tuple[bool, bytes]) -> list[tuple[bool, bytes]]:
    form = packets_of(film)[0].format
    sent = [Picture(number * FRAME, key, data, form) for number, (key, data) in enumerate(pictures)]
    assembly = Assembly(Shaper(None), lambda: FRAME, Counter())
    return [(key, data) for _, key, data, _ in assembly.packets(iter(sent))]


def test_a_stream_joined_in_mid_picture_has_no_key_frame_until_the_next_whole_one(small_film: Path) -> None:
    first, second = packets_of(small_film)[0], packets_of(small_film)[25]
    rest, follows = rest_of(Shaper.slices_of(first.data)), packets_of(small_film)[1].data

    found = put_together(small_film, (True, rest), (False, follows), (True, second.data))

    assert found == [(False, rest), (False, follows), (True, second.data)]


def test_a_key_picture_in_two_pieces_is_one_again(small_film: Path) -> None:
    first, follows = packets_of(small_film)[0], packets_of(small_film)[1].data
    rest = rest_of(Shaper.slices_of(first.data))

    found = put_together(small_film, (True, first.data), (True, rest), (False, follows))

    assert found == [(True, first.data + rest), (False, follows)]
