"""Capturing 1080p25 4 Mbit/s RTSP cameras, one and eight: next to ffmpeg in the same minutes, then next to motion.

Next to motion the eyes are on. Processor time is that of the recorders' processes alone, never the cameras'.
"""

import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

from bench.contenders import ffmpeg, motion, portier
from bench.processes import Cost, tree_cost
from bench.table import Row
from tests.support.rtsp import RtspCamera
from tests.support.video import make_video

WARM_UP = 20.0
ROUNDS = 5
EYES = b"recorder.eyes.process"  # in the command line of the process that looks
LEFT_HALF = [[[0, 0], [0.5, 0], [0.5, 1], [0, 1]]]
Start = Callable[[Path, Sequence[str]], AbstractContextManager[list[int]]]


@dataclass(frozen=True)
class Spent:
    """What one contender took: processor in percent of one core for each round, memory and wake-ups over all."""

    processor: list[float]
    megabytes: float
    wakeups: float
    bytes_on_disk: int
    of_eyes: float  # percent of one core, part of the whole

    @property
    def mean(self) -> float:
        return sum(self.processor) / len(self.processor)


def measure(folder: Path, seconds: float) -> Iterator[Row]:
    film = make_video(folder / "lobby.mp4", seconds=20, size=(1920, 1080), bitrate=4_000_000)
    with RtspCamera(film) as camera:
        for count in (1, 8):
            # Another query, another stream: the server sends each of them at its own moments.
            urls = [f"{camera.url}?camera={number}" for number in range(count)]
            yield from _beside_ffmpeg(folder, urls, seconds)
            yield from _beside_motion(folder, urls, seconds)
        (masked,) = _race(folder, urls[:1], seconds, partial(portier, mask=LEFT_HALF))
        yield Row("one camera, masked, so encoded anew: processor", masked.mean, "%")


def _beside_ffmpeg(folder: Path, urls: Sequence[str], seconds: float) -> Iterator[Row]:
    ours, theirs = _race(folder, urls, seconds, portier, ffmpeg)
    name = _name(urls)
    bar = "<= 2.0, aim <= 1.3" if len(urls) > 1 else ""
    yield Row(f"{name}: processor", ours.mean, "%", theirs.mean, bar, spread=_ratios(ours, theirs))
    yield Row(f"{name}: memory", ours.megabytes, "MiB", theirs.megabytes)
    yield Row(f"{name}: wake-ups a second", ours.wakeups, "", theirs.wakeups)
    yield Row(f"{name}: bytes on disk", ours.bytes_on_disk / 2**20, "MiB", theirs.bytes_on_disk / 2**20)


def _beside_motion(folder: Path, urls: Sequence[str], seconds: float) -> Iterator[Row]:
    ours, theirs = _race(folder, urls, seconds, partial(portier, eyes=True), motion)
    if not ours.of_eyes:
        raise RuntimeError("the eyes did not look, so nothing can be said of what they take")
    name = f"{_name(urls)} with eyes"
    bar = "<= 0.33" if len(urls) > 1 else ""
    yield Row(f"{name}: processor", ours.mean, "%", theirs.mean, bar, other="motion", spread=_ratios(ours, theirs))
    yield Row(f"{name}: what the eyes take of it, a camera", ours.of_eyes / len(urls), "%", goal="< 3 %")
    yield Row(f"{name}: memory", ours.megabytes, "MiB", theirs.megabytes, other="motion")


def _race(folder: Path, urls: Sequence[str], seconds: float, *starts: Start) -> list[Spent]:
    """All contenders take the same streams at the same time; what their start costs is left out."""
    folders = [folder / f"contender-{number}" for number in range(len(starts))]
    pause = threading.Event()
    with ExitStack() as contenders:
        for place in folders:
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir()
        roots = [contenders.enter_context(start(place, urls)) for start, place in zip(starts, folders, strict=True)]
        pause.wait(WARM_UP)
        costs, looking = [[_cost(root)] for root in roots], [_cost(root, EYES) for root in roots]
        for _ in range(ROUNDS):
            pause.wait(seconds / ROUNDS)
            for root, known in zip(roots, costs, strict=True):
                known.append(_cost(root))
        looked = [_cost(root, EYES).processor - before.processor for root, before in zip(roots, looking, strict=True)]
    written = [_bytes(place) for place in folders]
    if max(written) > 2 * min(written):
        raise RuntimeError(f"one of them did not record, so the others look dear: {written} bytes")
    of_eyes = [100 * one / seconds for one in looked]
    return [_spent(known, seconds, size, seen) for known, size, seen in zip(costs, written, of_eyes, strict=True)]


def _cost(roots: list[int], word: bytes = b"") -> Cost:
    return sum((tree_cost(root, word) for root in roots), Cost())


def _spent(costs: list[Cost], seconds: float, size: int, of_eyes: float) -> Spent:
    rounds = [100 * (after.processor - before.processor) * ROUNDS / seconds for before, after in pairwise(costs)]
    wakeups = (costs[-1].wakeups - costs[0].wakeups) / seconds
    return Spent(rounds, costs[-1].memory_bytes / 2**20, wakeups, size, of_eyes)


def _ratios(ours: Spent, theirs: Spent) -> tuple[float, float]:
    """The least and the greatest ratio of any round."""
    ratios = [one / other for one, other in zip(ours.processor, theirs.processor, strict=True)]
    return min(ratios), max(ratios)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.suffix in {".seg", ".mp4", ".mkv"})


def _name(urls: Sequence[str]) -> str:
    return "one camera" if len(urls) == 1 else f"{len(urls)} cameras"
