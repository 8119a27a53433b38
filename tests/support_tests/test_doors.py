"""What the tests' own doors promise to those who use them."""

import os
import subprocess
from pathlib import Path

import av
import pytest
from playwright.sync_api import Page

from retention.base.config import load
from tests.support.cups import PrintServer
from tests.support.rtsp import MuteCamera, RtspCamera
from tests.support.state import write_config
from tests.support.video import frame_numbers, make_video
from tests.support.xvfb import Display

TCP = {"rtsp_transport": "tcp", "analyzeduration": "300000"}


def packets(camera: RtspCamera, count: int, credentials: str = "") -> list[av.Packet]:
    url = camera.url.replace("rtsp://", f"rtsp://{credentials}")
    with av.open(url, options=TCP, timeout=5) as container:
        source = container.demux(video=0)
        return [next(source) for _ in range(count)]


def test_every_frame_of_a_film_can_be_told_by_its_number(film: Path) -> None:
    assert frame_numbers(film) == list(range(250))


def test_a_film_keeps_near_its_bit_rate(tmp_path: Path) -> None:
    film = make_video(tmp_path / "busy.mp4", seconds=2, size=(1280, 720), bitrate=2_000_000)
    assert 0.5 < film.stat().st_size * 8 / 2 / 2_000_000 < 1.3


def test_a_camera_sends_its_film_in_real_time(film: Path) -> None:
    with RtspCamera(film) as camera:
        received = packets(camera, 60)
    assert any(packet.is_keyframe for packet in received)


@pytest.mark.parametrize(("interval", "expected"), [(0, False), (-1, True)])
def test_parameter_sets_travel_in_the_stream_only_when_asked(film: Path, interval: int, *, expected: bool) -> None:
    with RtspCamera(film, config_interval=interval) as camera:
        key = next(packet for packet in packets(camera, 60) if packet.is_keyframe)
    kinds = {part[0] & 31 for part in bytes(key).split(b"\x00\x00\x01")[1:] if part}
    assert (7 in kinds) is expected


def test_a_camera_refuses_a_wrong_password_and_takes_the_right_one(film: Path) -> None:
    with RtspCamera(film, user="viewer", password="right") as camera:
        with pytest.raises(av.error.HTTPUnauthorizedError):
            packets(camera, 1, "viewer:wrong@")
        assert packets(camera, 1, "viewer:right@")


def test_a_stalled_camera_keeps_the_connection_and_sends_nothing(film: Path) -> None:
    with (
        RtspCamera(film) as camera,
        av.open(camera.url, options=TCP, timeout=(5, 1)) as container,
    ):
        source = container.demux(video=0)
        next(source)
        camera.stall()
        with pytest.raises(av.error.FFmpegError):
            list(source)


def test_a_mute_camera_takes_the_call_and_never_answers() -> None:
    with MuteCamera() as camera, pytest.raises(av.error.FFmpegError):
        av.open(camera.url, timeout=0.5)


def test_a_tap_arrives_in_a_real_window(display: Display, tmp_path: Path) -> None:
    program = ["xev", "-name", "touched", "-event", "button"]
    with subprocess.Popen(program, env=display.environment(), stdout=subprocess.PIPE, text=True) as window:
        display.wait_for_window("touched")
        display.tap(60, 60)
        assert window.stdout
        seen = iter(window.stdout.readline, "")
        assert any("ButtonPress" in line for line in seen)
        assert any("ButtonRelease" in line for line in seen)
        window.terminate()
    assert display.screenshot(tmp_path / "shot.png").read_bytes().startswith(b"\x89PNG")


def test_paper_comes_out_of_a_real_print_server(print_server: PrintServer, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("one two\n")
    send(print_server, "paper", tmp_path / "list.txt")
    paper = print_server.wait_for_paper()
    assert paper.read_bytes().startswith(b"%PDF")


@pytest.mark.skipif(os.geteuid() != 0, reason="cups-pdf works for root alone")
def test_paper_comes_out_by_way_of_postscript(print_server: PrintServer, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("one two\n")
    send(print_server, "postscript", tmp_path / "list.txt")
    assert print_server.wait_for_paper(queue="postscript").read_bytes().startswith(b"%PDF")


def test_a_broken_printer_stops_and_keeps_its_job(print_server: PrintServer, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("one\n")
    send(print_server, "broken", tmp_path / "list.txt")
    assert print_server.waiting("broken") == 1
    assert print_server.papers() == []


def send(server: PrintServer, queue: str, sheet: Path) -> None:
    subprocess.run(["lp", "-d", queue, str(sheet)], env=server.environment(), check=True, capture_output=True)


def test_chromium_plays_h264_through_media_source_extensions(page: Page) -> None:
    page.goto("data:text/html,<title>x</title>")
    assert page.evaluate("MediaSource.isTypeSupported('video/mp4; codecs=\"avc1.64001f\"')")


def test_a_written_configuration_reads_back(tmp_path: Path) -> None:
    path = write_config(
        tmp_path / "portier.toml",
        {
            "site": {"name": "Zuid"},
            "visits": {"hosts": [{"name": "Ans"}]},
            "camera": [{"name": "deur", "url": "rtsp://127.0.0.1/entree"}],
        },
    )
    config = load(path)
    assert (config.site.name, config.visits.hosts[0].name, config.cameras[0].name) == ("Zuid", "Ans", "deur")
