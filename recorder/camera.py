"""The process of one camera: connects, captures, hands over what comes, and tries again, for ever.

Forked by recorder.nursery, its orders on standard input, its life told on standard output, one JSON line at a time.
It ends when standard input closes: no camera outlives its recorder. The word "stop" before that means that a person
or the system stopped the recorder; without it, the recorder was killed.
"""

import json
import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from recorder.causes import Cause
from recorder.child import PAUSE, RESUME, STOP
from recorder.chronicle import Chronicle
from recorder.connection import Connection
from recorder.errors import CaptureFailed
from recorder.eyes.handover import Sender
from recorder.lock import CameraLock
from recorder.segments import Segments
from recorder.sources.capture import CONNECT, STALL, Source, open_source
from recorder.store import TOO_SLOW, Ending, Store
from recorder.video.parts import Part
from recorder.walltime import ArrivalClock
from retention.base.clock import Clock, SystemClock, from_microseconds, microseconds
from retention.base.config import CameraSection, RetentionSection
from retention.base.errors import DiskRefused
from retention.base.readerkey import public_half
from retention.base.service import leave_no_core
from retention.base.state import State
from retention.base.trusted import TrustedTime
from retention.rules import footage_deadline

GOOD = 10.0  # seconds of footage after which a failure counts as the first one
ELSEWHERE = "another recorder captures this camera, and this one waits for its end: stop one of them"
_SHORTEST, _LONGEST, _REFUSED = 0.5, 15.0, 10.0
_SLACK = 2.0
_TURN = 2.0  # seconds between two looks whether the camera is free


class Orders(BaseModel):
    """What the recorder tells a camera process."""

    camera: CameraSection
    retention: RetentionSection
    state: Path
    zone: str
    buffer: int = 64_000_000
    paused: bool = False
    eyes: int | None = None  # the socket through which key frames are handed over


class Camera:
    """One camera's life: the side that captures. `say` is given a status by it, and by the store at each part."""

    def __init__(
        self,
        orders: Orders,
        clock: Clock,
        stop: threading.Event,
        say: Callable[[dict[str, Any]], None],
        *,
        connect: Callable[[], Source],
    ) -> None:
        self._orders, self._clock, self._stop, self._say, self._connect = orders, clock, stop, say, connect
        self._state, name = State(orders.state), orders.camera.name
        self._trusted = TrustedTime(self._state, clock)
        self._arrivals = ArrivalClock(self._trusted.latest, clock)
        self._chronicle = Chronicle(self._state, name, clock)
        segments = Segments(
            self._state, name, public_half(self._state), lambda epoch: footage_deadline(epoch, orders.retention)
        )
        self.store = Store(segments, self._chronicle, orders.buffer, clock, self._tell)
        self.store.paused = orders.paused
        self._eyes = Sender(orders.eyes)
        self._packets: Counter[str] = Counter()  # of connections before
        self._connection: Connection | None = None
        self.orphaned = threading.Event()  # the recorder was killed: the next one says so

    def run(self) -> None:
        """Capture until told to stop, as the only process that captures this camera."""
        with CameraLock(self._state, self._orders.camera.name) as lock:
            if self._has_turn(lock):
                self._chronicle.take_over(self._trusted, self._orders.retention.footage)
                with self.store:
                    self._capture()
                self._alive(_SLACK)

    def _has_turn(self, lock: CameraLock) -> bool:
        """Wait until nobody else captures this camera; False when told to stop before. Nothing is written meanwhile."""
        while not self._stop.is_set():
            try:
                if lock.take():
                    return True
                self._chronicle.message = ELSEWHERE
            except DiskRefused as error:
                self._chronicle.message = str(error)
            self._alive(_TURN + _SLACK)
            self._stop.wait(_TURN)
        return False

    def _capture(self) -> None:
        failures = 0
        while not self._stop.is_set():
            began = self._clock.monotonic()
            cause = self._once()
            failures = 0 if self._clock.monotonic() - began > GOOD else failures + 1
            if cause is not None:
                self._back_off(cause, failures)
        if not self.orphaned.is_set():
            self._end(Cause.STOPPED)

    def _once(self) -> Cause | None:
        """One connection, to its end; the cause of its end, None when told to stop."""
        self._alive(2 * CONNECT + _SLACK)
        try:
            source = self._connect()
        except CaptureFailed as error:
            return self._end(error.cause, str(error), found=True)
        self._arrivals.stepped()  # what was set while nothing came is no step in the footage
        alive = partial(self._alive, STALL + _SLACK)
        connection = self._connection = Connection(
            source, self.store, self._arrivals, alive, self._stop, show=self._show
        )
        try:
            connection.run()
        except CaptureFailed as error:
            return self._end(error.cause, str(error))
        finally:
            source.close()
            self._connection = None
            self._packets.update(connection.counts)
        return None

    def _end(self, cause: Cause, message: str = "", *, found: bool = False) -> Cause:
        """From now on there is nothing to store, and why."""
        self.store.end(Ending(cause, from_microseconds(self._arrivals.now()), message, found))
        return cause

    def _back_off(self, cause: Cause, failures: int) -> None:
        """Wait longer after each failure, unevenly: cameras behind one switch do not all come at once."""
        least = _REFUSED if cause is Cause.UNAUTHORISED else 0.0  # cameras lock out who insists
        delay = max(least, min(_SHORTEST * 2 ** min(failures - 1, 10), _LONGEST))
        delay *= random.uniform(0.75, 1.25)  # noqa: S311 - no secret
        self._alive(delay + _SLACK)
        self._stop.wait(delay)

    def _show(self, at: datetime, part: Part) -> None:
        """Let the eyes see a key frame; none while nothing may be stored, for looks are stored too."""
        if not self.store.paused:
            self._eyes.show(at, part.format, part.samples[0])

    def _alive(self, patience: float) -> None:
        """A sign of life of the side that captures: silence for longer than `patience` seconds means that it hangs."""
        self._say(self._status() | {"patience": patience})

    def _tell(self) -> None:
        """How it is, from the thread that stores: it may wait for the disk for as long as the disk likes."""
        self._say(self._status())

    def _status(self) -> dict[str, Any]:
        told, store, connection = self._chronicle, self.store, self._connection
        cause, message = (Cause.DISK_SLOW, TOO_SLOW) if store.full else (told.cause, told.message)
        return {
            "cause": cause,
            "message": message,
            "until": microseconds(told.until) if told.until else None,
            "packets": dict(self._packets + store.counts),
            "buffer_bytes": store.bytes,
            "write_ms": round(store.write_seconds * 1000, 3),
            "clock_offset_ms": round(connection.drift_ms, 3) if connection else 0.0,
        }


def main() -> None:
    """The process: orders in, signs of life out."""
    leave_no_core()
    orders = Orders.model_validate_json(_first_line())
    with suppress(OSError):
        Path("/proc/self/comm").write_text(f"camera {orders.camera.name}"[:15], encoding="utf-8")  # what `top` shows
    stop = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's ^C reaches the recorder, which tells us
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    clock = SystemClock()
    connect = partial(open_source, orders.camera, clock, stop, orders.zone)
    camera = Camera(orders, clock, stop, _print, connect=connect)
    orders_thread = threading.Thread(target=_listen, args=(stop, camera), daemon=True, name="orders")
    orders_thread.start()
    camera.run()


def _first_line() -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(0, 65_536)
        if not part:
            raise SystemExit(64)
        line += part
    return line


def _listen(stop: threading.Event, camera: Camera) -> None:
    """What the recorder says later on, word by word, to its end."""
    words, told_to_stop = b"", False
    while part := os.read(0, 4096):
        *said, words = (words + part).split(b"\n")
        for word in said:
            told_to_stop = told_to_stop or word == STOP
            if word in {PAUSE, RESUME}:
                camera.store.paused = word == PAUSE
    if not told_to_stop:
        camera.orphaned.set()
    stop.set()


def _print(status: dict[str, Any]) -> None:
    with suppress(BrokenPipeError):  # the recorder is gone; standard input says so too
        os.write(1, json.dumps(status).encode() + b"\n")
