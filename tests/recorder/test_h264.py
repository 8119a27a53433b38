"""H.264 taken apart: parameter sets beside the stream and in it, picture sizes, length prefixes."""

from pathlib import Path

import pytest

from recorder.video.boxes import codec_of, init
from recorder.video.h264 import Shaper, picture_size
from tests.recorder.cameras import packets_of
from tests.support.video import byte_stream_packets, extradata_of, make_video


@pytest.mark.parametrize("size", [(320, 180), (640, 360), (1920, 1080), (162, 98)])
def test_picture_size_is_read_from_the_parameter_set(tmp_path: Path, size: tuple[int, int]) -> None:
    shaper = Shaper(extradata_of(make_video(tmp_path / "film.mp4", seconds=0.2, size=size)))

    assert shaper.format is not None
    assert (shaper.format.width, shaper.format.height) == size


def test_codec_is_named_as_browsers_name_it(small_film: Path) -> None:
    shaper = Shaper(extradata_of(small_film))

    assert shaper.format is not None
    assert shaper.format.codec.startswith("avc1.42")
    assert codec_of(init(shaper.format)) == shaper.format.codec


def test_byte_stream_becomes_the_same_samples_as_the_mp4_it_was_made_of(small_film: Path) -> None:
    raw = byte_stream_packets(small_film)
    shaper = Shaper(None)

    samples = [shaper.shape(data, key) for data, key in raw]

    # The stream repeats the parameter sets before each key frame: every other byte is the same.
    originals = [packet.data for packet in packets_of(small_film)]
    assert len(samples) == len(originals)
    assert all(made.endswith(original[-100:]) for made, original in zip(samples, originals, strict=True))
    assert samples[1] == originals[1]


def test_parameter_sets_in_the_stream_are_enough(small_film: Path) -> None:
    shaper = Shaper(None)

    assert shaper.format is None
    shaper.shape(*byte_stream_packets(small_film)[0])

    assert shaper.format == Shaper(extradata_of(small_film)).format


def test_parameter_sets_of_a_later_key_frame_make_a_new_format(small_film: Path, tmp_path: Path) -> None:
    other = make_video(tmp_path / "other.mp4", seconds=0.2, size=(640, 360))
    shaper = Shaper(None)
    shaper.shape(*byte_stream_packets(small_film)[0])
    before = shaper.format

    shaper.shape(*byte_stream_packets(other)[0])

    assert before is not None
    assert shaper.format is not None
    assert (before.width, shaper.format.width) == (320, 640)


def test_the_same_parameter_sets_again_change_nothing(small_film: Path) -> None:
    shaper = Shaper(None)
    raw = byte_stream_packets(small_film)
    shaper.shape(*raw[0])
    before = shaper.format

    shaper.shape(*raw[25])

    assert shaper.format is before


def test_a_cut_parameter_set_is_refused() -> None:
    with pytest.raises(ValueError, match="cut short"):
        picture_size(b"\x67\x64")


def test_parameter_sets_sent_twice_are_the_same_once(small_film: Path) -> None:
    data, key = byte_stream_packets(small_film)[0]
    shaper = Shaper(extradata_of(small_film))
    before = shaper.format

    twice = Shaper(None)
    twice.shape(data[: data.index(b"\0\0\1\x65")] + data, key)

    assert twice.format == before
