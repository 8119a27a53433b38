"""A street with people in it, H.264 and H.265, masked and not, captured by the whole recorder without a gap.

`PORTIER_FOOTAGE` may name a real film of one; without it a drawn one stands in.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import av
import pytest

from recorder.footage import Footage
from retention.base.readerkey import private_half
from tests.faults.site import Site
from tests.support.bars import Bars
from tests.support.rtsp import RtspCamera
from tests.support.video import make_video

FPS = 10
DOOR = [[[0.3, 0.2], [0.6, 0.2], [0.6, 0.8], [0.3, 0.8]]]


def drawn(path: Path, codec: str) -> Path:
    return make_video(path, seconds=4, size=(320, 240), fps=FPS, gop=FPS, bitrate=500_000, codec=codec)


def filmed(path: Path, codec: str) -> Path:
    """Twenty seconds of the street, as a camera of that codec would send it."""
    real = os.environ.get("PORTIER_FOOTAGE")
    if not real:
        return make_video(path, seconds=20, size=(640, 480), fps=FPS, gop=FPS, bitrate=1_500_000, codec=codec)
    with av.open(real) as source, av.open(str(path), "w") as container:
        coming = source.streams.video[0]
        stream = container.add_stream("libx264" if codec == "h264" else "libx265", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = coming.width, coming.height, "yuv420p"
        stream.gop_size, stream.max_b_frames = FPS, 0
        stream.options = {"preset": "ultrafast", "x265-params": f"log-level=none:bframes=0:keyint={FPS}:pools=none"}
        for number, frame in zip(range(20 * FPS), source.decode(coming), strict=False):
            still = frame.reformat(format="yuv420p")
            still.pts, still.time_base, still.pict_type = number, Fraction(1, FPS), av.video.frame.PictureType.NONE
            container.mux(stream.encode(still))
        container.mux(stream.encode())
    return path


@pytest.fixture
def cameras(tmp_path: Path) -> Iterator[dict[str, RtspCamera]]:
    """One of H.265: it is looked through twice, with a mask and without."""
    with RtspCamera(drawn(tmp_path / "hevc.mp4", "hevc")) as hevc:
        yield {"hevc": hevc}


@pytest.fixture
def street(tmp_path: Path) -> Iterator[dict[str, RtspCamera]]:
    """Cameras that look at it: one with sound, one with its parameter sets beside the stream."""
    films = {codec: filmed(tmp_path / f"{codec}.mp4", codec) for codec in ("h264", "hevc")}
    with (
        RtspCamera(films["h264"], sound=True) as avc,
        RtspCamera(films["hevc"]) as hevc,
        RtspCamera(films["hevc"], config_interval=0) as bare,
    ):
        yield {"avc": avc, "hevc": hevc, "bare": bare}


def captured(folder: Path, cameras: dict[str, RtspCamera], seconds: float) -> Site:
    """The recorder's work on all of them for so long, and on one with a mask."""
    named = {name: {"url": camera.url} for name, camera in cameras.items()}
    with Site(folder, named | {"masked": {"url": cameras["hevc"].url, "mask": DOOR}}).start() as site:
        began = min(site.latest(name) for name in site.cameras)
        site.wait_for_footage(since=began, seconds=seconds)
        site.stop()
    return site


def assert_whole(site: Site, seconds: float) -> None:
    """Everything that came is stored, plays, and lies without a gap between its first and last moment."""
    footage = Footage(site.office, private_half(site.state))
    for name in site.cameras:
        films = sorted(site.films(name), key=lambda film: film.start)
        assert all(film.playable for film in films)
        assert films[-1].end - films[0].start >= timedelta(seconds=seconds)
        assert {one.state for one in footage.timeline(name, films[0].start, films[-1].end)} == {"recorded"}
        frames = sum(film.promised for film in films)
        assert abs(frames / (films[-1].end - films[0].start).total_seconds() - FPS) < 0.3
        assert site.unaccounted(name) == 0


def test_two_seconds_of_a_street(tmp_path: Path, cameras: dict[str, RtspCamera]) -> None:
    assert_whole(captured(tmp_path, cameras, 2), 2)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_a_minute_of_a_street(tmp_path: Path, street: dict[str, RtspCamera], bars: Bars) -> None:
    site = captured(tmp_path, street, 65)

    assert_whole(site, 65)
    for name in site.cameras:
        # Who joins in the middle of a group waits for its end.
        bars.at_most(f"a minute of a street, {name}: frames not kept", site.figure(name, "packets_dropped"), FPS)
