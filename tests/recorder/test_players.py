"""Exports in the players that people have: VLC, Chromium, ffmpeg. What each shows is read from its pictures."""

import os
import pwd
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
import pytest
from playwright.sync_api import Page

from recorder.causes import Cause
from recorder.errors import CaptureFailed
from tests.recorder.cameras import CAMERA, FakeCamera, Stage, looped, packets_of
from tests.support.video import frame_number, make_video

SHOWN = "() => { const v = document.querySelector('video'); return v && v.ended && [v.videoWidth, v.duration] }"


def exported(stage: Stage, film: Path, path: Path, *, as_h264: bool = False) -> Path:
    """Five seconds of two pieces with a gap between them, asked for from the middle of a group of pictures."""
    packets, begin = packets_of(film), stage.clock.now()
    failing = FakeCamera(stage.clock, looped(packets, 3), ends=CaptureFailed(Cause.STALLED, "nothing comes"))
    stage.capture(failing, FakeCamera(stage.clock, looped(packets, 3)))
    stage.footage.export(
        CAMERA,
        begin + timedelta(seconds=1.5),
        stage.clock.now(),
        path,
        reason="incident",
        actor="os:test",
        as_h264=as_h264,
    )
    return path


@pytest.fixture(scope="session", params=["h264", pytest.param("hevc", marks=pytest.mark.slow)])
def codec_film(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("films") / f"{request.param}.mp4"
    return make_video(path, seconds=4, size=(320, 180), gop=25, codec=request.param, reordered=2)


def seen_by_vlc(path: Path, folder: Path) -> list[int]:
    """The numbers of the pictures that VLC shows, every fifth of them; it must not complain of the film."""
    words = ["vlc", "--intf", "dummy", "--no-audio", "--no-lua", "--vout", "dummy", "--play-and-exit", "--verbose", "0"]
    words += ["--no-drop-late-frames", "--no-skip-frames", "--video-filter", "scene", "--scene-format", "png"]
    words += ["--scene-ratio", "5", "--rate", "4", "--scene-path", str(folder), str(path), "vlc://quit"]
    # VLC does not run as root, and leaves its settings in a home.
    nobody = {"user": pwd.getpwnam("nobody").pw_uid, "extra_groups": []} if os.getuid() == 0 else {}
    ran = subprocess.run(
        words,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8"},
        **nobody,  # type: ignore[call-overload]
    )
    assert [line for line in ran.stderr.splitlines() if "mp4 demux" in line or "decoder error" in line] == []
    return [frame_number(np.asarray(cv2.imread(str(one)), np.uint8)) for one in sorted(folder.glob("*.png"))]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user may read and write."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o777)
        yield Path(name)


def test_vlc_shows_the_pictures_in_order_to_the_end(stage: Stage, codec_film: Path, open_folder: Path) -> None:
    film = exported(stage, codec_film, open_folder / "a.mp4")
    film.chmod(0o644)
    seen = seen_by_vlc(film, open_folder)
    gap = next(number for number, (one, other) in enumerate(pairwise(seen), 1) if other < one)
    for piece, first in ((seen[:gap], 25), (seen[gap:], 0)):
        assert piece == sorted(piece)
        assert (piece[0] - first <= 5, piece[-1] >= 65) == (True, True)


def test_ffmpeg_decodes_every_picture_without_a_word(stage: Stage, codec_film: Path, tmp_path: Path) -> None:
    film = exported(stage, codec_film, tmp_path / "a.mp4")
    words = ["ffmpeg", "-v", "warning", "-xerror", "-i", str(film), "-f", "null", "-"]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stderr == ""


def test_chromium_plays_it_to_the_end(stage: Stage, codec_film: Path, tmp_path: Path, page: Page) -> None:
    film = exported(stage, codec_film, tmp_path / "a.mp4", as_h264=True)
    page.goto(film.as_uri())
    page.evaluate("() => { const v = document.querySelector('video'); v.muted = true; v.playbackRate = 8; v.play() }")
    width, duration = page.wait_for_function(SHOWN, timeout=30_000).json_value()
    assert (width, round(duration)) == (320, 5)
