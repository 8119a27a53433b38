"""A real camera on the wire: GStreamer's RTSP server, its manners good and bad."""

import threading
import time
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from recorder.causes import Cause
from recorder.errors import CaptureFailed
from recorder.sources.capture import Packet, open_source
from recorder.video import h265
from recorder.video.boxes import TIMESCALE
from recorder.video.h264 import Shaper
from retention.base.clock import SystemClock
from retention.base.config import CameraSection
from tests.recorder.cameras import packets_of
from tests.support.rtsp import MuteCamera, RtspCamera
from tests.support.video import make_video

H265 = h265.Shaper
PASSWORD = "s3cret/&:@ word"


@pytest.fixture(scope="module")
def h265_film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds, a key frame each second."""
    return make_video(tmp_path_factory.mktemp("h265") / "film.mp4", seconds=2, size=(320, 180), gop=25, codec="hevc")


def connect(url: str, **more: object) -> Iterator[Packet]:
    """The packets of a camera, in real time."""
    camera = CameraSection.model_validate({"name": "entree", "url": url, **more})
    source = open_source(camera, SystemClock(), threading.Event())
    try:
        yield from source.packets()
    finally:
        source.close()


def failure(packets: Iterator[Packet]) -> CaptureFailed:
    with pytest.raises(CaptureFailed) as caught:
        for _ in packets:
            pass
    return caught.value


def password_file(folder: Path, password: str) -> Path:
    path = folder / "password"
    path.write_text(password + "\n", encoding="utf-8")
    return path


def test_pictures_are_those_of_the_film_to_the_byte(small_film: Path) -> None:
    originals = [Shaper.slices_of(packet.data) for packet in packets_of(small_film)]

    with RtspCamera(small_film) as camera:
        taken = [Shaper.slices_of(packet.data) for packet in islice(connect(camera.url), 60)]

    # On its way the server adds parameter sets and delimiters, and nothing else.
    start = originals.index(taken[0])
    assert taken == [originals[(start + number) % len(originals)] for number in range(60)]


def test_the_first_key_frame_is_kept_with_its_time(small_film: Path) -> None:
    with RtspCamera(small_film) as camera:
        packets = list(islice(connect(camera.url), 30))

    assert packets[0].key
    steps = {round((after.pts - before.pts) / 3600) for before, after in pairwise(packets)}
    assert steps == {1}


def test_parameter_sets_that_travel_beside_the_stream_are_enough(small_film: Path) -> None:
    with RtspCamera(small_film, config_interval=0) as camera:
        packet = next(connect(camera.url))

    assert (packet.format.width, packet.format.height) == (320, 180)


@pytest.mark.parametrize("config_interval", [-1, 0])
def test_h265_comes_as_it_was_sent(h265_film: Path, config_interval: int) -> None:
    originals = [H265.slices_of(packet.data) for packet in packets_of(h265_film)]

    with RtspCamera(h265_film, config_interval=config_interval) as camera:
        packets = list(islice(connect(camera.url), 30))

    start = originals.index(H265.slices_of(packets[0].data))
    assert [H265.slices_of(packet.data) for packet in packets] == (originals * 3)[start : start + 30]
    assert packets[0].format.codec.startswith("hvc1.1.6.L")
    assert [(packet.pts - packets[0].pts) / 3600 for packet in packets] == list(range(30))


@pytest.mark.parametrize(("codec", "config_interval"), [("h264", -1), ("hevc", 0)])
def test_frames_out_of_order_are_shown_in_order(tmp_path: Path, codec: str, config_interval: int) -> None:
    film = make_video(tmp_path / "film.mp4", seconds=2, size=(320, 180), gop=24, codec=codec, reordered=3)

    with RtspCamera(film, config_interval=config_interval) as camera:
        packets = list(islice(connect(camera.url), 21))

    # The first key frame comes without a time, and is shown before everything that comes after it.
    shown = sorted((packet.pts - packets[0].pts) / 3600 for packet in packets)
    assert shown == list(range(21))
    assert [packet.pts for packet in packets] != sorted(packet.pts for packet in packets)


@pytest.mark.parametrize("fps", [pytest.param(1, marks=pytest.mark.slow), 5, 60])
def test_slow_and_fast_cameras_keep_their_times(tmp_path: Path, fps: int) -> None:
    film = make_video(tmp_path / "film.mp4", seconds=4, size=(160, 120), fps=fps, gop=fps * 2)

    with RtspCamera(film) as camera:
        packets = list(islice(connect(camera.url), 4 if fps < 25 else 60))

    assert {round((after.pts - before.pts) * fps / TIMESCALE, 2) for before, after in pairwise(packets)} == {1.0}


def test_sound_beside_the_picture_is_not_even_asked_for(small_film: Path) -> None:
    with RtspCamera(small_film, sound=True) as camera:
        with av.open(camera.url, options={"rtsp_transport": "tcp"}) as everything:
            assert len(everything.streams.audio) == 1
        packets = list(islice(connect(camera.url), 5))

    originals = {Shaper.slices_of(packet.data) for packet in packets_of(small_film)}
    assert {Shaper.slices_of(packet.data) for packet in packets} <= originals


def test_sound_of_a_film_is_left_out(tmp_path: Path) -> None:
    noisy = make_video(tmp_path / "noisy.mp4", seconds=0.6, size=(320, 180), gop=25, sound=True)
    silent = [packet.data for packet in packets_of(noisy)]

    taken = list(islice(connect(noisy.as_uri()), 15))

    assert [packet.data for packet in taken] == silent


def test_log_in_by_digest_with_a_password_from_a_file(small_film: Path, tmp_path: Path) -> None:
    with RtspCamera(small_film, user="portier", password=PASSWORD) as camera:
        secret = password_file(tmp_path, PASSWORD)
        assert next(connect(camera.url, user="portier", password_file=secret)).key


def test_a_refused_password_is_told_without_being_told(small_film: Path, tmp_path: Path) -> None:
    with RtspCamera(small_film, user="portier", password=PASSWORD) as camera:
        secret = password_file(tmp_path, "wrong-pass-word")
        error = failure(connect(camera.url, user="portier", password_file=secret))

    assert error.cause is Cause.UNAUTHORISED
    assert "127.0.0.1" in str(error)
    assert "wrong-pass-word" not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__


def test_a_camera_that_is_away_is_unreachable() -> None:
    assert failure(connect("rtsp://127.0.0.1:9/entree")).cause is Cause.UNREACHABLE


def test_a_camera_that_takes_the_call_and_never_answers_is_stalled() -> None:
    with MuteCamera() as camera:
        assert failure(connect(camera.url)).cause is Cause.STALLED


def test_a_camera_that_plays_and_sends_nothing_is_stalled_within_five_seconds(small_film: Path) -> None:
    with RtspCamera(small_film) as camera:
        source = open_source(CameraSection(name="entree", url=camera.url), SystemClock(), threading.Event())
        packets = source.packets()
        next(packets)
        camera.stall()
        arrivals = [time.monotonic()]
        error = failure(packet for packet in packets if arrivals.append(time.monotonic()) is None)
        noticed = time.monotonic() - arrivals[-1]  # saying good-bye to a camera that hangs takes as long again
        source.close()

    assert error.cause is Cause.STALLED
    assert noticed < 5


def test_a_camera_that_cuts_the_line_is_unreachable(small_film: Path) -> None:
    with RtspCamera(small_film) as camera:
        packets = connect(camera.url)
        next(packets)
        camera.kill()
        assert failure(packets).cause is Cause.UNREACHABLE


def test_a_film_is_played_at_its_own_pace_and_over_again(small_film: Path) -> None:
    began = time.monotonic()
    packets = list(islice(connect(small_film.as_uri()), 110))

    assert 4.3 < time.monotonic() - began < 6
    assert [packet.pts for packet in packets] == [n * 3600 for n in range(110)]
    assert packets[100].data == packets[0].data


def test_a_film_that_is_not_there_is_unreachable(tmp_path: Path) -> None:
    assert failure(connect((tmp_path / "none.mp4").as_uri())).cause is Cause.UNREACHABLE


def test_a_file_that_is_no_film_is_unsupported(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("no film")

    assert failure(connect((tmp_path / "text.mp4").as_uri())).cause is Cause.UNSUPPORTED


def test_another_codec_is_unsupported_and_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "old.avi"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="bgr24")))
        container.mux(stream.encode())

    error = failure(connect(path.as_uri()))
    assert error.cause is Cause.UNSUPPORTED
    assert "H.264" in str(error)


def test_the_test_camera_moves_and_begins_with_a_key_frame() -> None:
    packets = list(islice(connect("test"), 21))

    assert [packet.key for packet in packets] == [n % 10 == 0 for n in range(21)]
    assert len({packet.data for packet in packets}) == 21
