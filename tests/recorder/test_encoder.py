"""Pictures into H.264: one in, one out, key frames on time, and any decoder shows what went in."""

import av
import numpy as np
import pytest

from recorder.sources.capture import Packet
from recorder.video.boxes import TIMESCALE, decoder_config
from recorder.video.encoder import KEY_EVERY, Encoder
from tests.support.video import draw, frame_number

FRAME = TIMESCALE // 25


def picture(number: int, size: tuple[int, int] = (320, 180)) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(draw(number, size, 25), format="bgr24")


def encoded(times: list[int], size: tuple[int, int] = (320, 180), rate: float = 25) -> list[Packet]:
    encoder = Encoder(*size, rate)
    made = [encoder.encode(picture(number, size), pts) for number, pts in enumerate(times)]
    assert all(len(packets) == 1 for packets in made)
    assert encoder.flush() == []
    return [packets[0] for packets in made]


def shown(packets: list[Packet]) -> list[int]:
    name, extradata = decoder_config(packets[0].format.entry)
    decoder = av.CodecContext.create(name, "r")
    assert isinstance(decoder, av.VideoCodecContext)
    decoder.extradata = extradata
    frames = [frame for packet in packets for frame in decoder.decode(av.Packet(packet.data))] + decoder.decode(None)
    return [frame_number(frame.to_ndarray(format="gray")) for frame in frames]


def test_every_frame_comes_out_at_once_at_its_time() -> None:
    times = [0, FRAME, 5 * FRAME, 5 * FRAME + 700, 60 * FRAME]

    packets = encoded(times)

    assert [packet.pts for packet in packets] == times
    assert shown(packets) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("rate", [1, 10, 25, 60])
def test_a_key_frame_is_never_more_than_two_seconds_away(rate: int) -> None:
    packets = encoded([number * TIMESCALE // rate for number in range(5 * rate)], size=(64, 48), rate=rate)

    keys = [packet.pts for packet in packets if packet.key]
    assert keys == list(range(0, 5 * TIMESCALE, KEY_EVERY))


def test_a_key_frame_comes_when_asked_and_otherwise_only_if_wanted() -> None:
    encoder = Encoder(320, 180, 25, key_every=None)

    keys = [encoder.encode(picture(number), number * TIMESCALE, key=number == 7)[0].key for number in range(10)]

    assert keys == [number in (0, 7) for number in range(10)]


def test_frames_at_one_time_still_follow_each_other() -> None:
    packets = encoded([0, 0, 0])

    assert [packet.pts for packet in packets] == [0, 1, 2]


def test_odd_sides_lose_a_pixel() -> None:
    packets = encoded([0, FRAME], size=(321, 181))

    assert (packets[0].format.width, packets[0].format.height) == (320, 180)
    assert shown(packets) == [0, 1]


def test_noise_stays_within_the_bit_rate_of_a_camera() -> None:
    encoder, noise = Encoder(640, 360, 25), np.random.default_rng(1)
    size = 0
    for number in range(50):
        frame = av.VideoFrame.from_ndarray(noise.integers(0, 255, (360, 640, 3), np.uint8), format="bgr24")
        size += sum(len(packet.data) for packet in encoder.encode(frame, number * FRAME))

    assert size * 8 / 2 < 640 * 360 * 25 * 0.1 * 2
