"""The recorders that are measured, each with the cameras it is given: Portier, ffmpeg, motion."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tests.support.state import write_config

MOTION = """daemon off
log_level 4
webcontrol_port 0
stream_port 0
movie_output on
movie_passthrough on
movie_max_time 60
emulate_motion on
picture_output off
framerate 25
"""
SIZE = "width 1920\nheight 1080\n"


@contextmanager
def portier(folder: Path, urls: Sequence[str], **each: Any) -> Iterator[list[int]]:
    """The recorder: one process a camera and those that look after them. Sealed, synced part by part, with rows."""
    cameras = [{"name": f"camera-{number}", "url": url, "eyes": False} | each for number, url in enumerate(urls)]
    config = write_config(folder / "portier.toml", {"state": {"directory": folder / "state"}, "camera": cameras})
    words = [sys.executable, "-m", "portier", "--config", str(config), "recorder", "run"]
    with running(words, folder / "portier.log") as pid:
        yield [pid]


@contextmanager
def ffmpeg(folder: Path, urls: Sequence[str]) -> Iterator[list[int]]:
    """`ffmpeg -c copy -f segment`, a file a minute, one process a camera."""
    with ExitStack() as all_of_them:
        pids = []
        for number, url in enumerate(urls):
            words = ["ffmpeg", "-nostdin", "-loglevel", "error", "-rtsp_transport", "tcp", "-i", url, "-an"]
            words += ["-c", "copy", "-f", "segment", "-segment_time", "60", str(folder / f"{number}-%03d.mp4")]
            pids.append(all_of_them.enter_context(running(words, folder / "ffmpeg.log")))
        yield pids


@contextmanager
def motion(folder: Path, urls: Sequence[str]) -> Iterator[list[int]]:
    """motion, passing the stream through as it comes, always recording: one process with a thread a camera."""
    main = MOTION + f"target_dir {folder}\n"
    for number, url in enumerate(urls):
        one = folder / f"camera-{number}.conf"
        one.write_text(
            f"camera_id {number + 1}\nnetcam_url {url}\nwidth 1920\nheight 1080\nmovie_filename {number}-%H%M%S\n"
        )
        main += f"camera {one}\n"
    (folder / "motion.conf").write_text(main)
    with running(["motion", "-n", "-c", str(folder / "motion.conf")], folder / "motion.log") as pid:
        yield [pid]


@contextmanager
def running(words: Sequence[str], log: Path) -> Iterator[int]:
    """A process, ended when it is no longer looked at."""
    with log.open("ab") as out, subprocess.Popen(words, stdout=out, stderr=out, env=dict(os.environ)) as process:  # noqa: S603
        try:
            yield process.pid
        finally:
            process.terminate()
            process.wait(timeout=30)
