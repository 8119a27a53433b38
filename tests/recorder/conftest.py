"""Films and a stage for the recorder's tests."""

from pathlib import Path

import pytest

from retention.base.state import State
from tests.recorder.cameras import Stage
from tests.support.clock import ManualClock
from tests.support.video import make_video


@pytest.fixture(scope="session")
def small_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of 320x180 at 25 frames a second, a key frame every second."""
    return make_video(tmp_path_factory.mktemp("small") / "small.mp4", seconds=4, size=(320, 180), gop=25)


@pytest.fixture(scope="session")
def large_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four times as large."""
    return make_video(tmp_path_factory.mktemp("large") / "large.mp4", seconds=2, size=(640, 360), gop=25)


@pytest.fixture(scope="session")
def slow_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds with a key frame every four: a group of pictures takes several parts."""
    return make_video(tmp_path_factory.mktemp("slow") / "slow.mp4", seconds=8, size=(320, 180), gop=100)


@pytest.fixture(scope="session")
def heavy_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four seconds of H.265, with pictures that are shown in another order than they are sent."""
    path = tmp_path_factory.mktemp("heavy") / "heavy.mp4"
    return make_video(path, seconds=4, size=(320, 180), gop=25, codec="hevc", reordered=2)


@pytest.fixture
def stage(state: State, clock: ManualClock) -> Stage:
    return Stage(state, clock)
