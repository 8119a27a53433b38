"""Privacy masks: nothing under one is ever stored, whatever the stream does, and what is beside one still is."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from recorder.causes import Cause
from recorder.errors import CaptureFailed
from recorder.sources.capture import Packet
from recorder.video.encoder import Encoder
from recorder.video.mask import Mask, MaskedSource, covers
from retention.base.mask import Polygon
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, looped, packets_of
from tests.support.video import draw, frame_number, make_video

WINDOW: Polygon = ((0.1, 0.4), (0.9, 0.4), (0.9, 0.9), (0.1, 0.9))  # all that moves
PILLAR: Polygon = ((0.93, 0.2), (1.0, 0.3), (0.95, 1.0))
MASK = (WINDOW, PILLAR)
NEARLY_BLACK = 24
SMEAR = 8  # pixels: the block of a transform


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same scene as cameras of several kinds send it, full of grain."""
    folder = tmp_path_factory.mktemp("masked")

    def film(name: str, **more: object) -> Path:
        shape: dict[str, object] = {"seconds": 2, "size": (320, 180), "gop": 25, "bitrate": 1_500_000}
        return make_video(folder / f"{name}.mp4", **(shape | more))  # type: ignore[arg-type]

    return {
        "h264": film("h264"),
        "large": film("large", size=(640, 480)),
        "hevc": film("hevc", codec="hevc"),
        "reordered": film("reordered", codec="hevc", reordered=3, open_groups=True, gop=27),
    }


def stored_pictures(stage: Stage) -> Iterator[NDArray[np.uint8]]:
    """Every picture on disk, decoded: its luma."""
    at = stage.clock.now() - timedelta(hours=1)
    while fragment := stage.footage.fragment(CAMERA, at):
        with av.open(io.BytesIO(fragment.init + fragment.media), "r") as container:
            for frame in container.decode(video=0):
                yield frame.to_ndarray(format="gray").astype(np.uint8)
        at = fragment.end


def assert_hidden(pictures: list[NDArray[np.uint8]]) -> None:
    """Every pixel under the mask in every picture: black, but where coding smears what lies beside the mask into it."""
    for luma in pictures:
        height, width = luma.shape
        painted = np.zeros((height, width), np.uint8)
        for polygon in MASK:
            cv2.fillPoly(painted, [(np.array(polygon) * (width - 1, height - 1)).astype(np.int32)], 1)
        deep = cv2.erode(painted, np.ones((2 * SMEAR + 1, 2 * SMEAR + 1), np.uint8), borderValue=0)
        assert int(luma[deep > 0].max()) <= NEARLY_BLACK // 2
        assert (luma[painted > 0] > NEARLY_BLACK).mean() < 0.01


def masked(stage: Stage, packets: list[Packet], ends: Exception | None = None) -> MaskedSource:
    return MaskedSource(FakeCamera(stage.clock, packets, ends=ends), MASK)


@pytest.mark.parametrize("name", ["h264", "hevc", "reordered"])
def test_no_pixel_under_the_mask_is_ever_stored(stage: Stage, films: dict[str, Path], name: str) -> None:
    packets = packets_of(films[name])

    stage.capture(masked(stage, packets))

    pictures = list(stored_pictures(stage))
    assert [frame_number(luma) for luma in pictures] == list(range(50))
    assert_hidden(pictures)
    assert min(int(luma.max()) for luma in pictures) > 150


def test_a_change_of_resolution_and_codec_lets_nothing_through(stage: Stage, films: dict[str, Path]) -> None:
    packets: list[Packet] = []
    for name in ("h264", "large", "hevc", "h264"):
        begin = packets[-1].pts + 3600 if packets else 0
        packets += [packet._replace(pts=packet.pts + begin) for packet in packets_of(films[name])]

    stage.capture(masked(stage, packets))

    pictures = list(stored_pictures(stage))
    assert len(pictures) == 200
    assert {luma.shape for luma in pictures} == {(180, 320), (480, 640)}
    assert_hidden(pictures)


def test_a_new_connection_lets_nothing_through(stage: Stage, films: dict[str, Path]) -> None:
    packets = packets_of(films["h264"])
    cut = CaptureFailed(Cause.UNREACHABLE, "away")

    stage.capture(masked(stage, packets[:30], cut), masked(stage, packets[10:], cut), masked(stage, packets))

    pictures = list(stored_pictures(stage))
    assert len(pictures) == 30 + 25 + 50
    assert_hidden(pictures)


def damage(packet: Packet) -> Packet:
    """A picture whose bytes went wrong on the way, its lengths as they were."""
    middle = len(packet.data) // 2
    return packet._replace(data=packet.data[:middle] + bytes(40) + packet.data[middle + 40 :])


def shorten(packet: Packet) -> Packet:
    return packet._replace(data=packet.data[: len(packet.data) // 3])


@pytest.mark.parametrize("harm", [damage, shorten])
def test_what_cannot_be_decoded_is_dropped_and_counted(
    stage: Stage, films: dict[str, Path], harm: Callable[[Packet], Packet]
) -> None:
    packets = packets_of(films["h264"])
    source = masked(stage, [*packets[:10], harm(packets[10]), *packets[11:]])

    stage.capture(source)

    pictures = list(stored_pictures(stage))
    assert [frame_number(luma) for luma in pictures] == [*range(10), *range(25, 50)]
    assert source.unusable == {"cannot be decoded": 15}
    assert_hidden(pictures)


def test_nobody_waits_between_two_packets_of_a_masked_camera(stage: Stage, films: dict[str, Path]) -> None:
    camera = FakeCamera(stage.clock, packets_of(films["h264"]))
    camera.live = True

    assert not MaskedSource(camera, MASK).live


def test_every_packet_of_a_masked_camera_is_accounted_for(stage: Stage, films: dict[str, Path]) -> None:
    packets = looped(packets_of(films["hevc"]), 4)
    source = masked(stage, [*packets[3:40], shorten(packets[40]), *packets[41:]])

    given_on = list(source.packets())

    assert len(given_on) + source.unusable.total() == 97
    assert source.unusable == {"before a key frame": 22, "cannot be decoded": 10}


def test_colour_is_hidden_where_any_of_its_pixels_is() -> None:
    luma, blue, red = covers((((0.5, 0.5), (0.6, 0.5), (0.6, 0.6)),), 101, 51)

    assert luma.shape == (51, 101)
    assert blue.shape == red.shape == (26, 51)
    rows, columns = np.nonzero(luma)
    assert blue[rows // 2, columns // 2].all()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=3, max_size=8),
    st.integers(2, 300),
    st.integers(2, 300),
)
def test_the_mask_covers_what_is_inside_at_any_size(
    corners: list[tuple[float, float]], width: int, height: int
) -> None:
    luma, colour, _ = covers((tuple(corners),), width, height)

    for x, y in corners:
        column, row = min(int(x * width), width - 1), min(int(y * height), height - 1)
        assert luma[row, column]
        assert colour[row // 2, column // 2]


def test_what_is_hidden_makes_no_difference_to_a_single_byte() -> None:
    beside = ~covers(MASK, 320, 180)[0]
    grain = np.random.default_rng(7)
    stored = []
    for _ in range(2):
        mask, encoder, data = Mask(MASK), Encoder(320, 180, 25), b""
        for number in range(12):
            luma = np.where(beside, draw(number, (320, 180), 25).mean(axis=2), grain.integers(0, 255, (180, 320)))
            planes = np.concatenate([luma.astype(np.uint8), np.full((90, 320), 128, np.uint8)])
            frame = mask.blacken(av.VideoFrame.from_ndarray(planes, format="yuv420p"))
            data += b"".join(packet.data for packet in encoder.encode(frame, number * 3600))
        stored.append(data)

    assert stored[0] == stored[1]


def test_the_frame_a_decoder_builds_on_stays_as_it_was(films: dict[str, Path]) -> None:
    mask = Mask(MASK)
    with av.open(str(films["h264"])) as container:
        pictures = []
        for frame in container.decode(video=0):
            mask.blacken(frame)
            pictures.append(frame.to_ndarray(format="gray").astype(np.uint8))

    # Had the decoder's own copy been painted, the black would have bled into what moves out of it.
    with av.open(str(films["h264"])) as container:
        untouched = [frame.to_ndarray(format="gray").astype(np.uint8) for frame in container.decode(video=0)]
    hidden = covers(MASK, 320, 180)[0]
    assert all((a[~hidden] == b[~hidden]).all() for a, b in zip(pictures, untouched, strict=True))
