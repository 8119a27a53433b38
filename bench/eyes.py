"""The eyes on eight 1080p cameras, a key frame of each every two seconds: what looking costs, decoding included."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import av

from bench.processes import Cost, tree_cost
from bench.table import Row
from recorder.eyes.handover import Sender
from recorder.eyes.watcher import Watcher
from recorder.video.boxes import VideoFormat
from recorder.video.h264 import Shaper
from retention.base.clock import SystemClock
from retention.base.readerkey import public_half
from tests.support.state import make_config, make_state
from tests.support.video import make_video

CAMERAS = 8
WARM_UP = 12.0
STEP = 2.0


def measure(folder: Path, seconds: float) -> Iterator[Row]:
    """The processor time of the process of the eyes alone: handing over costs cameras next to nothing."""
    film = make_video(folder / "lobby.mp4", seconds=8, size=(1920, 1080), bitrate=4_000_000)
    frames = _key_frames(film)
    state = make_state(folder / "state")
    public_half(state)
    names = [f"camera-{number}" for number in range(CAMERAS)]
    watcher = Watcher(make_config(state.directory, camera=[{"name": name} for name in names]), state.directory)
    senders = [Sender(os.dup(watcher.door(name) or 0)) for name in names]
    try:
        _feed(watcher, senders, frames, WARM_UP)
        before = _cost(watcher)
        _feed(watcher, senders, frames, seconds)
        after = _cost(watcher)
    finally:
        watcher.end(5)
        for sender in senders:
            sender.close()
    percent = 100 * (after.processor - before.processor) / seconds / CAMERAS
    yield Row("eyes, a 1080p camera: processor", percent, "%", goal="< 3 %")
    yield Row(f"eyes, {CAMERAS} cameras: memory", after.memory_bytes / 2**20, "MiB")


def _feed(watcher: Watcher, senders: list[Sender], frames: list[tuple[VideoFormat, bytes]], seconds: float) -> None:
    """Each camera's key frame in its turn, evenly."""
    clock, pause = SystemClock(), threading.Event()
    began, number = clock.monotonic(), 0
    while clock.monotonic() - began < seconds:
        watcher.step(clock.monotonic())
        form, sample = frames[number // CAMERAS % len(frames)]
        senders[number % CAMERAS].show(clock.now(), form, sample)
        number += 1
        pause.wait(max(0.0, began + number * STEP / CAMERAS - clock.monotonic()))


def _cost(watcher: Watcher) -> Cost:
    return tree_cost(watcher.pid) if watcher.pid else Cost()


def _key_frames(film: Path) -> list[tuple[VideoFormat, bytes]]:
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        shaper = Shaper(stream.codec_context.extradata)
        found = []
        for raw in container.demux(stream):
            if raw.size and raw.is_keyframe:
                sample = shaper.shape(bytes(raw), True)
                assert shaper.format is not None
                found.append((shaper.format, sample))
    return found
