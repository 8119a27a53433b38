"""H.265 taken apart: sizes, names, decoder configurations, parameter sets, pictures that lean back."""

from pathlib import Path

import av
import pytest

from recorder.video.boxes import codec_of, decoder_config, entry_of, init
from recorder.video.h265 import Shaper, leans_back, read_sps
from recorder.video.shaper import Shaper as Shaping
from tests.support.video import byte_stream_packets, extradata_of, frame_number, make_video

CRA = 21


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds, a key frame each second."""
    return make_video(
        tmp_path_factory.mktemp("h265") / "film.mp4", seconds=3, size=(320, 180), gop=25, codec="hevc", bitrate=200_000
    )


@pytest.fixture(scope="module")
def open_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Groups of pictures that lean on the group before them."""
    path = tmp_path_factory.mktemp("open") / "film.mp4"
    return make_video(path, seconds=3, size=(320, 180), gop=27, codec="hevc", reordered=3, open_groups=True)


def decoded(shaper: Shaping, samples: list[bytes]) -> list[int]:
    """The numbers of the frames that a decoder shows, given the sample entry and the samples."""
    assert shaper.format is not None
    name, extradata = decoder_config(shaper.format.entry)
    decoder = av.CodecContext.create(name, "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.extradata = extradata
    frames = [frame for sample in samples for frame in decoder.decode(av.Packet(sample))] + decoder.decode(None)
    return [frame_number(frame.to_ndarray(format="gray")) for frame in frames]


@pytest.mark.parametrize("size", [(320, 180), (640, 360), (1920, 1080), (162, 98)])
def test_picture_size_is_read_from_the_parameter_set(tmp_path: Path, size: tuple[int, int]) -> None:
    shaper = Shaper(extradata_of(make_video(tmp_path / "film.mp4", seconds=0.2, size=size, codec="hevc")))

    assert shaper.format is not None
    assert (shaper.format.width, shaper.format.height) == size


def test_codec_is_named_as_browsers_name_it(film: Path) -> None:
    shaper = Shaper(extradata_of(film))

    assert shaper.format is not None
    assert shaper.format.codec == "hvc1.1.6.L60.90"
    assert codec_of(init(shaper.format)) == shaper.format.codec


def test_our_decoder_configuration_says_what_another_muxer_says(film: Path) -> None:
    theirs = extradata_of(film)
    shaper = Shaper(None)
    shaper.shape(*byte_stream_packets(film)[0])

    assert shaper.format is not None
    name, ours = decoder_config(entry_of(init(shaper.format)))
    assert name == "hevc"
    assert ours[:13] == theirs[:13]  # profile, tier, level
    assert ours[16:19] == theirs[16:19]  # colour and its depths
    assert Shaper.configuration_units(ours)[1] == Shaper.configuration_units(theirs)[1][:3]


def test_parameter_sets_beside_the_stream_are_enough_for_a_decoder(film: Path) -> None:
    shaper = Shaper(extradata_of(film))
    with av.open(str(film)) as container:
        samples = [shaper.shape(bytes(raw), raw.is_keyframe) for raw in container.demux(video=0) if raw.size]

    assert decoded(shaper, samples) == list(range(75))


def test_parameter_sets_in_the_stream_are_enough_for_a_decoder_and_leave_the_samples(film: Path) -> None:
    shaper = Shaper(None)

    samples = [shaper.shape(*packet) for packet in byte_stream_packets(film)]

    assert decoded(shaper, samples) == list(range(75))
    kinds = {Shaper.kind(sample[4:]) for sample in samples}
    assert not kinds & {32, 33, 34}


def test_parameter_sets_of_a_later_key_frame_make_a_new_format(film: Path, tmp_path: Path) -> None:
    other = make_video(tmp_path / "other.mp4", seconds=0.2, size=(640, 360), codec="hevc")
    shaper = Shaper(None)
    shaper.shape(*byte_stream_packets(film)[0])
    before = shaper.format

    shaper.shape(*byte_stream_packets(other)[0])

    assert before is not None
    assert shaper.format is not None
    assert (before.width, shaper.format.width) == (320, 640)


def test_pictures_that_need_the_group_before_theirs_are_told_apart(open_film: Path) -> None:
    shaper = Shaper(extradata_of(open_film))
    with av.open(str(open_film)) as container:
        samples = [shaper.shape(bytes(raw), raw.is_keyframe) for raw in container.demux(video=0) if raw.size]
    cut = next(number for number, sample in enumerate(samples) if number and Shaper.kind(sample[4:]) == CRA)

    # What a decoder leaves out when it begins at the cut, and nothing else.
    leaning = sum(leans_back(sample) for sample in samples[cut:])
    assert leaning > 0
    assert len(decoded(shaper, samples[cut:])) == len(samples) - cut - sum(
        leans_back(sample) for sample in samples[cut : cut + 4]
    )


def test_a_cut_parameter_set_is_refused(film: Path) -> None:
    sps = next(unit for unit in Shaper.configuration_units(extradata_of(film))[1] if Shaper.kind(unit) == 33)

    with pytest.raises(ValueError, match="parameter set"):
        read_sps(sps[:12])
