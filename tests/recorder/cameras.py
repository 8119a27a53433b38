"""Cameras for tests: real packets of real films through a fake at the camera's door, on a clock in the test's hand."""

import resource
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import av

from recorder.camera import Camera, Orders
from recorder.causes import Cause
from recorder.footage import Footage
from recorder.sources.capture import Packet, Source
from recorder.video import h264, h265
from recorder.video.boxes import TIMESCALE
from retention.base.command import Office
from retention.base.config import CameraSection, RetentionSection
from retention.base.readerkey import private_half
from retention.base.state import State
from retention.base.trusted import TrustedTime
from tests.support.clock import ManualClock
from tests.support.state import make_config

CAMERA = "entree"


@cache
def packets_of(film: Path) -> list[Packet]:
    """A film's packets as a source would give them, beginning at 0."""
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        shaper = (h265 if stream.codec_context.name == "hevc" else h264).Shaper(stream.codec_context.extradata)
        assert stream.time_base is not None
        ticks = stream.time_base * TIMESCALE
        found = []
        for raw in container.demux(stream):
            if raw.size:
                data = shaper.shape(bytes(raw), raw.is_keyframe)
                assert shaper.format is not None
                assert raw.pts is not None
                found.append(Packet(round(raw.pts * ticks), raw.is_keyframe, data, shaper.format))
    first = min(packet.pts for packet in found)
    return [packet._replace(pts=packet.pts - first) for packet in found]


class FakeCamera:
    """Gives packets at their times on a manual clock, then fails with `ends`, or ends quietly.

    `before(number)` is called before each packet: the place for faults. All that came before is on disk by then.
    """

    live = False

    def __init__(
        self,
        clock: ManualClock,
        packets: list[Packet],
        *,
        ends: Exception | None = None,
        before: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.unusable: Counter[str] = Counter()
        self.settle: Callable[[], None] = lambda: None
        self._clock, self._packets, self._ends, self._before = clock, packets, ends, before

    def packets(self) -> Iterator[Packet]:
        shown = self._packets[0].pts
        for number, packet in enumerate(self._packets):
            self._clock.advance(seconds=max(0, packet.pts - shown) / TIMESCALE)
            shown = max(shown, packet.pts)
            self.settle()
            self._before(number)
            yield packet
        if self._ends:
            raise self._ends

    def close(self) -> None:
        pass


def looped(packets: list[Packet], seconds: float, fps: int = 25, start: int = 0) -> list[Packet]:
    """The packets over and over, for so long."""
    frame = TIMESCALE // fps
    length = max(packet.pts for packet in packets) + frame
    total = round(seconds * fps)
    rounds = [
        packet._replace(pts=start + turn * length + packet.pts)
        for turn in range(total // len(packets) + 1)
        for packet in packets
    ]
    return rounds[:total]


class Stop(threading.Event):
    """A stop event on a manual clock: waiting passes the time at once; `asked` is called at each wait, to stop it."""

    def __init__(self, clock: ManualClock, asked: Callable[[], bool] = lambda: False) -> None:
        super().__init__()
        self._clock, self._asked = clock, asked

    def wait(self, timeout: float | None = None) -> bool:
        self._clock.advance(seconds=timeout or 0)
        if self._asked():
            self.set()
        return self.is_set()


class Stage:
    """A site with one camera, its clock, and what became of its footage."""

    def __init__(self, state: State, clock: ManualClock) -> None:
        self.state, self.clock = state, clock
        TrustedTime(state, clock).advance()  # as the retention service does: where there is no floor all slots are read
        self.office = Office(make_config(state.directory), state, clock)
        self.said: list[dict[str, Any]] = []
        self.reader = private_half(state)
        self._asked: Callable[[], bool] = lambda: False
        self.disk = threading.Event()  # cleared: it takes its time, and the camera does not wait for it
        self.disk.set()
        self.buffer = 64_000_000

    def until(self, asked: Callable[[], bool]) -> None:
        """Stop the camera at a wait of its, when `asked` says so."""
        self._asked = asked

    def capture(self, *sources: Source | Exception) -> Camera:
        """One life of the camera process: each source a connection, an exception one that is refused."""
        stop, waiting = Stop(self.clock, self._asked), list(sources)

        def settle() -> None:
            if self.disk.is_set():
                camera.store.settle()

        def connect() -> Source:
            settle()
            source = waiting.pop(0)
            if not waiting:
                stop.set()
            if isinstance(source, Exception):
                raise source
            if isinstance(source, FakeCamera):
                source.settle = settle
            return source

        orders = Orders(
            camera=CameraSection(name=CAMERA),
            retention=RetentionSection(),
            state=self.state.directory,
            zone="Europe/Amsterdam",
            buffer=self.buffer,
        )
        self.camera = camera = Camera(orders, self.clock, stop, self.said.append, connect=connect)
        camera.run()
        return camera

    @property
    def footage(self) -> Footage:
        return Footage(self.office, self.reader)

    def timeline(self, start: datetime, end: datetime) -> list[tuple[str, float]]:
        """The timeline in short: "recorded" or the cause, and seconds."""
        return [
            (str(one.cause or one.state), round((one.end - one.start).total_seconds(), 3))
            for one in self.footage.timeline(CAMERA, start, end)
        ]


@contextmanager
def disk_takes_no_more_than(size: int) -> Iterator[None]:
    """No file of this process grows beyond so many bytes: the kernel refuses the write, as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def causes(timeline: list[tuple[str, float]]) -> list[str]:
    return [str(Cause(word)) if word != "recorded" else word for word, _ in timeline]
