"""A site whose recorder runs as the command it is, and what can be said of its footage from outside."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import av
import numpy as np

from recorder.footage import Footage
from recorder.footprints import every_file
from recorder.timeline import Interval
from recorder.video import boxes
from retention.base.clock import Clock, SystemClock
from retention.base.command import Office
from retention.base.config import load
from retention.base.errors import EpochErased, SealBroken
from retention.base.health import reports
from retention.base.readerkey import private_half
from retention.base.sealed import SealedFile
from retention.base.slots import SlotFile
from retention.base.state import State, camera_stream
from tests.support.processes import tree
from tests.support.state import write_config
from tests.support.video import frame_number

PATIENCE = 60.0
NEVER = datetime.min.replace(tzinfo=UTC)


def until(what: Callable[[], object], why: str, seconds: float = PATIENCE) -> None:
    """Wait for something to become true, on a machine however slow."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, f"in {seconds:g} s it did not happen that {why}"
        time.sleep(0.05)


@dataclass(frozen=True)
class Gap:
    """Time without footage, in one piece, with every cause it was given in turn."""

    start: datetime
    end: datetime
    causes: tuple[str, ...]


@dataclass(frozen=True)
class Film:
    """What one file holds: its readable chunks, and the numbers its pictures carry."""

    path: Path
    chunks: int
    start: datetime
    end: datetime
    promised: int  # frames, as the parts' own heads tell
    numbers: list[int]  # of the frames that a player shows

    @property
    def playable(self) -> bool:
        return len(self.numbers) == self.promised

    def skips(self, frames: int) -> list[tuple[int, int]]:
        """Where a frame of the film (of so many, played in a circle) is missing between two, or shows no number."""
        return [(one, other) for one, other in pairwise(self.numbers) if (one + 1) % frames != other % frames]


class Site:
    """A state directory, a configuration, a recorder. `before` stands before the command, as `faketime` would."""

    def __init__(
        self,
        folder: Path,
        cameras: Mapping[str, str | Mapping[str, Any]],
        *,
        before: Iterable[str] = (),
        environment: Mapping[str, str] | None = None,
        clock: Clock | None = None,
        state: Path | None = None,
        **sections: Any,
    ) -> None:
        self.folder, self.cameras, self.clock = folder, list(cameras), clock or SystemClock()
        self._before, self._environment = list(before), dict(environment or {})
        rows = [{"name": name, "eyes": False} | _row(camera) for name, camera in cameras.items()]
        self._config = folder / "portier.toml"
        folder.mkdir(parents=True, exist_ok=True)
        self.state = State(state or folder / "state")
        sections = {"recorder": {"reserve": "2 MB"}} | sections  # its disk may be a small one
        write_config(self._config, {"state": {"directory": self.state.directory}, **sections, "camera": rows})
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Self:
        """Run the recorder, from when every camera has footage."""
        began = self.clock.now()
        self.launch()
        self.wait_for_footage(since=began)
        return self

    def launch(self) -> None:
        """Run the recorder, and wait for nothing."""
        words = [*self._before, sys.executable, "-m", "portier", "--config", str(self._config), "recorder", "run"]
        with (self.folder / "recorder.log").open("ab") as log:
            self._process = subprocess.Popen(words, stderr=log, env=os.environ | self._environment)

    def wait_for_footage(self, *, since: datetime, seconds: float = 1, cameras: Iterable[str] = ()) -> None:
        """Wait until every camera has so many seconds of footage later than `since`."""
        wanted = since + timedelta(seconds=seconds)
        waiting = list(cameras or self.cameras)
        why = f"{waiting} capture; see {self.folder}/recorder.log"
        until(lambda: all(self.latest(name) > wanted for name in waiting), why, PATIENCE + seconds)

    def latest(self, camera: str) -> datetime:
        """Where a camera's footage ends, as its newest files tell."""
        ends = [_end_of(path) for path in (self.state.footage / camera).glob("*/*.seg")]
        soon = self.clock.now() + timedelta(seconds=10)  # a clock that was ahead left some of the future
        return max((end for end in ends if end < soon), default=NEVER)

    @property
    def pid(self) -> int:
        """The recorder's own process, behind whatever stands before it."""
        return next(pid for pid in reversed(tree(self._running.pid)) if b"\0recorder\0run" in _words(pid))

    def camera_pids(self) -> dict[str, int]:
        """Camera processes by camera: each holds the lock of its camera, perhaps on a disk that was unmounted since."""
        held = {pid: " ".join(_open_files(pid)) for pid in tree(self.pid)[1:]}
        return {name: pid for name in self.cameras for pid, files in held.items() if f"/{name}/.lock" in files}

    def kill(self) -> None:
        """kill -9 of the recorder alone; its cameras end by themselves, as they must."""
        children = tree(self._running.pid)
        os.kill(self.pid, signal.SIGKILL)
        self._running.wait(timeout=30)
        until(lambda: not any(_alive(pid) for pid in children), "its camera processes ended")

    def stop(self) -> int:
        """End the recorder as a person would; its exit code."""
        if self._process is None or self._process.poll() is not None:
            return -1
        os.kill(self.pid, signal.SIGTERM)
        return self._process.wait(timeout=60)

    def check(self) -> subprocess.CompletedProcess[str]:
        """`portier recorder check`."""
        words = [sys.executable, "-m", "portier", "--config", str(self._config), "recorder", "check"]
        return subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)

    def timeline(self, camera: str, start: datetime, end: datetime | None = None) -> list[Interval]:
        """The product's own word, held to tile the span it is given."""
        found = Footage(self.office, private_half(self.state)).timeline(camera, start, end or self.clock.now())
        assert_tiles(found, start)
        return found

    def gaps(self, camera: str, start: datetime, end: datetime | None = None) -> list[Gap]:
        """Every piece of time without footage after `start`, before which there was some."""
        found: list[Gap] = []
        for one in self.timeline(camera, start, end):
            if one.state == "recorded":
                continue
            cause = one.cause or ""
            if found and found[-1].end == one.start:
                found[-1] = Gap(found[-1].start, one.end, (*found[-1].causes, cause))
            else:
                found.append(Gap(one.start, one.end, (cause,)))
        return found

    def figure(self, camera: str, name: str) -> float:
        """What the recorder says of a camera in its health report."""
        (report,) = [report for report in reports(self.state) if report.service == "recorder"]
        return report.figures[f"{camera}.{name}"]

    def unaccounted(self, camera: str) -> float:
        """Packets that came in and are neither stored nor counted with a reason, of a recorder that ended well."""
        packets = {word: self.figure(camera, f"packets_{word}") for word in ("in", "stored", "dropped")}
        # A part whose sync failed may stand there all the same, so there may be more on disk, never less.
        missing = packets["stored"] - sum(film.promised for film in self.films(camera))
        return abs(packets["in"] - packets["stored"] - packets["dropped"]) + max(0, missing)

    def films(self, camera: str) -> list[Film]:
        """Every file with at least one readable picture, opened and decoded without the product's reader."""
        return [film for path in every_file(self.state, camera) if (film := self._film(camera, path))]

    @property
    def office(self) -> Office:
        return Office(load(self._config), self.state, self.clock)

    def _film(self, camera: str, path: Path) -> Film | None:
        slots = SlotFile(self.state, camera_stream(camera))
        try:
            file = SealedFile(path)
            unlocked = file.unlock(slots.open(file.epoch, private_half(self.state), self.clock.now()))
        except (SealBroken, EpochErased):
            return None
        finally:
            slots.close()
        chunks = unlocked.valid_chunks()
        if chunks < 2:
            return None
        plain = [unlocked.chunk(number) for number in range(chunks)]
        promised = sum(boxes.head_of(part).frames for part in plain[1:])
        start, end = file.chunks[1].first, file.chunks[chunks - 1].last
        return Film(path, chunks, start, end, promised, _numbers(b"".join(plain)))

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.poll() is None:
            for pid in reversed(tree(self._process.pid)):
                _end(pid)
            self._process.wait(timeout=30)


def assert_tiles(timeline: list[Interval], start: datetime) -> None:
    """Without overlap and without a hole, and no gap without a cause."""
    at = start
    for one in timeline:
        assert one.start == at, f"{at} to {one.start} is neither recorded nor a gap"
        assert one.end > one.start
        assert (one.cause is None) == (one.state == "recorded")
        at = one.end


def _end_of(path: Path) -> datetime:
    try:
        return max((place.last for place in SealedFile(path).chunks), default=NEVER)
    except SealBroken:
        return NEVER


def _row(camera: str | Mapping[str, Any]) -> dict[str, Any]:
    return {"url": camera} if isinstance(camera, str) else dict(camera)


def _numbers(film: bytes) -> list[int]:
    try:
        with av.open(io.BytesIO(film)) as container:
            pictures = (frame.to_ndarray(format="gray").astype(np.uint8) for frame in container.decode(video=0))
            return [frame_number(picture) for picture in pictures]
    except av.error.FFmpegError:
        return []


def _words(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def _open_files(pid: int) -> set[str]:
    found = set()
    with suppress(FileNotFoundError, ProcessLookupError):
        for one in Path(f"/proc/{pid}/fd").iterdir():
            found.add(str(one.readlink()))
    return found


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _end(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
