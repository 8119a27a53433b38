"""Films and cameras for the fault tests: small pictures, so that many cameras fail at once on two cores."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.loopfs import why_not
from tests.support.rtsp import RtspCamera
from tests.support.video import make_video

FPS, SECONDS = 10, 8


@pytest.fixture(scope="session")
def tiny_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds of 320x180 at ten frames a second, a key frame every second."""
    path = tmp_path_factory.mktemp("tiny") / "tiny.mp4"
    return make_video(path, seconds=SECONDS, size=(320, 180), fps=FPS, gop=FPS, bitrate=200_000)


@pytest.fixture
def lens(tiny_film: Path) -> Iterator[RtspCamera]:
    """One real camera, for as many as look through it."""
    with RtspCamera(tiny_film) as camera:
        yield camera


@pytest.fixture
def disks() -> None:
    """Skips where file systems cannot be mounted."""
    if reason := why_not():
        pytest.skip(reason)
