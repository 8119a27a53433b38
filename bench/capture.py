"""Capturing one 1080p25 4 Mbit/s RTSP camera, next to `ffmpeg -c copy -f segment`, in the same minute."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.processes import Cost, tree_cost
from bench.table import Row
from tests.support.rtsp import RtspCamera
from tests.support.state import write_config
from tests.support.video import make_video

WARM_UP = 15.0


def measure(folder: Path, seconds: float) -> Iterator[Row]:
    """Both tools take the same camera at the same time; what their start costs is left out."""
    film = make_video(folder / "lobby.mp4", seconds=20, size=(1920, 1080), bitrate=4_000_000)
    with RtspCamera(film) as camera, _portier(folder, camera.url) as ours, _ffmpeg(folder, camera.url) as theirs:
        pause = threading.Event()
        pause.wait(WARM_UP)
        before = [tree_cost(ours), tree_cost(theirs)]
        pause.wait(seconds)
        after = [tree_cost(ours), tree_cost(theirs)]
    processor = [_percent(first, last, seconds) for first, last in zip(before, after, strict=True)]
    megabytes = [last.memory_bytes / 2**20 for last in after]
    yield Row("capture 1080p25 4 Mbit/s: processor", processor[0], "%", processor[1])
    yield Row("capture 1080p25 4 Mbit/s: memory", megabytes[0], "MiB", megabytes[1])
    sizes = [_bytes(folder / "state/footage"), _bytes(folder / "ffmpeg")]
    yield Row("capture 1080p25 4 Mbit/s: bytes on disk", sizes[0] / 2**20, "MiB", sizes[1] / 2**20)


def _percent(before: Cost, after: Cost, seconds: float) -> float:
    return 100 * (after.processor - before.processor) / seconds


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


@contextmanager
def _portier(folder: Path, url: str) -> Iterator[int]:
    config = write_config(
        folder / "portier.toml",
        {"state": {"directory": folder / "state"}, "camera": [{"name": "entree", "url": url}]},
    )
    words = [sys.executable, "-m", "portier", "--config", str(config), "recorder", "run"]
    with _running(words, folder / "portier.log") as pid:
        yield pid


@contextmanager
def _ffmpeg(folder: Path, url: str) -> Iterator[int]:
    (folder / "ffmpeg").mkdir()
    words = ["ffmpeg", "-nostdin", "-loglevel", "error", "-rtsp_transport", "tcp", "-i", url, "-an", "-c", "copy"]
    words += ["-f", "segment", "-segment_time", "60", str(folder / "ffmpeg/%03d.mp4")]
    with _running(words, folder / "ffmpeg.log") as pid:
        yield pid


@contextmanager
def _running(words: list[str], log: Path) -> Iterator[int]:
    with log.open("wb") as out, subprocess.Popen(words, stdout=out, stderr=out, env=dict(os.environ)) as process:  # noqa: S603
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(timeout=30)
