"""A camera that changes in mid-stream: another size, codec or rate begins a new file, and all of it plays."""

import threading
from datetime import timedelta
from itertools import islice, pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from recorder.sources.capture import Packet, open_source
from recorder.video.boxes import TIMESCALE
from retention.base.clock import SystemClock
from retention.base.config import CameraSection
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, packets_of
from tests.support.rtsp import RtspCamera
from tests.support.video import frame_number, frame_numbers, make_video

FRAME = TIMESCALE // 25


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two seconds of the same scene, fifty frames."""
    folder = tmp_path_factory.mktemp("changes")

    def film(name: str, width: int, height: int, codec: str, reordered: int = 0) -> Path:
        path, size = folder / f"{name}.mp4", (width, height)
        return make_video(path, seconds=2, size=size, gop=25, codec=codec, reordered=reordered)

    return {
        "small": film("small", 320, 180, "h264"),
        "large": film("large", 640, 360, "h264"),
        "hevc": film("hevc", 320, 180, "hevc"),
        "reordered": film("reordered", 640, 360, "hevc", 3),
    }


def one_after_another(films: list[Path]) -> list[Packet]:
    packets: list[Packet] = []
    for film in films:
        begin = max(packet.pts for packet in packets) + FRAME if packets else 0
        packets += [packet._replace(pts=packet.pts + begin) for packet in packets_of(film)]
    return packets


def exported(stage: Stage, folder: Path) -> list[Path]:
    """The films of a clip of everything."""
    now = stage.clock.now()
    clip = folder / "clip.mp4"
    start, end = now - timedelta(hours=1), now + timedelta(minutes=1)
    stage.footage.export(CAMERA, start, end, clip, reason="technical_check", actor="tester")
    return [clip, *sorted(folder.glob("clip-*.mp4"))]


@pytest.mark.parametrize(
    "order", [("small", "large", "small"), ("small", "hevc", "large"), ("hevc", "reordered", "small")]
)
def test_every_frame_of_every_format_is_exported(
    stage: Stage, films: dict[str, Path], tmp_path: Path, order: tuple[str, ...]
) -> None:
    stage.capture(FakeCamera(stage.clock, one_after_another([films[name] for name in order])))

    reels = exported(stage, tmp_path)
    assert [frame_numbers(reel) for reel in reels] == [list(range(50))] * 3


def test_nothing_is_missing_where_the_format_changes(stage: Stage, films: dict[str, Path]) -> None:
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, one_after_another([films["small"], films["large"], films["hevc"]])))

    timeline = stage.timeline(begin, begin + timedelta(seconds=5.9))
    assert [what for what, _ in timeline if what == "recorded"] == ["recorded"]


def test_a_fragment_plays_with_the_format_of_its_moment(stage: Stage, films: dict[str, Path], tmp_path: Path) -> None:
    begin = stage.clock.now()
    stage.capture(FakeCamera(stage.clock, one_after_another([films["small"], films["hevc"], films["large"]])))

    seen = []
    for seconds in (0.5, 2.5, 4.5):
        fragment = stage.footage.fragment(CAMERA, begin + timedelta(seconds=seconds))
        assert fragment is not None
        (tmp_path / "fragment.mp4").write_bytes(fragment.init + fragment.media)
        with av.open(str(tmp_path / "fragment.mp4")) as container:
            frames = list(container.decode(video=0))
        assert [frame_number(frame.to_ndarray(format="gray").astype(np.uint8)) for frame in frames] == list(range(25))
        seen.append((fragment.codec[:4], frames[0].width))

    assert seen == [("avc1", 320), ("hvc1", 320), ("avc1", 640)]


def test_a_rate_that_varies_keeps_each_frames_time(stage: Stage, films: dict[str, Path], tmp_path: Path) -> None:
    # In the dark a camera exposes longer: from 60 frames a second to one.
    steps = [TIMESCALE // rate for rate in (60, 60, 30, 25, 12, 5, 2, 1, 1, 60, 60, 25)]
    pts, packets = 0, []
    for packet, step in zip(packets_of(films["small"]), [*steps, FRAME], strict=False):
        packets.append(packet._replace(pts=pts))
        pts += step

    stage.capture(FakeCamera(stage.clock, packets))

    (reel,) = exported(stage, tmp_path)
    with av.open(str(reel)) as container:
        base = container.streams.video[0].time_base
        assert base is not None
        shown = [round((frame.pts or 0) * base * TIMESCALE) for frame in container.decode(video=0)]
    assert [after - before for before, after in pairwise(shown)] == steps


@pytest.mark.parametrize("name", ["small", "hevc"])
def test_a_camera_set_to_another_size_goes_on_without_a_new_connection(films: dict[str, Path], name: str) -> None:
    other = films["large" if name == "small" else "reordered"]
    with RtspCamera(films[name]) as camera:
        source = open_source(CameraSection(name="entree", url=camera.url), SystemClock(), threading.Event())
        packets = source.packets()
        before = list(islice(packets, 5))
        camera.show(other)
        after = next(packet for packet in packets if packet.format != before[0].format)
        source.close()

    assert (before[0].format.width, after.format.width) == (320, 640)
    assert after.key
