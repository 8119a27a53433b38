"""What `portier doctor` says of cameras: what they send, or what to do."""

from pathlib import Path
from typing import Any

import pytest

from recorder.doctor import look_at_cameras
from retention.base.clock import SystemClock
from retention.base.command import Office
from retention.base.state import State
from tests.support.state import make_config
from tests.support.video import make_video

DOOR = [[[0.2, 0.2], [0.5, 0.2], [0.5, 0.8]]]


def said(state: State, **camera: Any) -> tuple[bool, str]:
    config = make_config(state.directory, camera=[{"name": "entree", **camera}])
    (line,) = look_at_cameras(Office(config, state, SystemClock()))
    return line.ok, line.said


@pytest.mark.parametrize(
    ("codec", "mask", "words"),
    [
        ("h264", [], "sends H.264, 160 x 120"),
        ("hevc", [], "sends H.265, 160 x 120"),
        ("hevc", DOOR, "sends pictures, encoded here as H.264, 160 x 120"),
    ],
)
def test_the_codec_is_named(state: State, tmp_path: Path, codec: str, mask: list[Any], words: str) -> None:
    film = make_video(tmp_path / "film.mp4", seconds=0.4, size=(160, 120), gop=5, codec=codec)

    assert said(state, url=film.as_uri(), mask=mask) == (True, words)


def test_a_usb_camera_that_is_away_says_what_to_do(state: State) -> None:
    assert said(state, url="usb:/dev/video97") == (False, "the USB camera /dev/video97 is not there: check its cable")
