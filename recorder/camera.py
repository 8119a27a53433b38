"""The process of one camera: connects, captures, writes down every gap, and tries again, for ever.

Started by recorder.child as `python -m recorder.camera`, its orders on standard input, its life told on standard
output, one JSON line at a time. It ends when standard input closes: no camera outlives its recorder. The word "stop"
before that means that a person or the system stopped the recorder; without it, the recorder was killed.
"""

import json
import os
import random
import resource
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

from recorder.capture import CONNECT, STALL, Source, open_source
from recorder.causes import Cause
from recorder.child import STOP
from recorder.connection import Connection
from recorder.errors import CaptureFailed
from recorder.footprints import latest_end
from recorder.journal import Journal, take_over
from recorder.lock import CameraLock
from recorder.segments import Segments
from recorder.walltime import ArrivalClock
from retention.base.clock import Clock, SystemClock, from_microseconds, microseconds
from retention.base.config import CameraSection, RetentionSection
from retention.base.errors import DiskRefused
from retention.base.readerkey import public_half
from retention.base.state import State
from retention.base.trusted import TrustedTime
from retention.rules import footage_deadline

GOOD = 300.0  # seconds of footage after which a failure counts as the first one
_SHORTEST, _LONGEST, _REFUSED = 0.5, 15.0, 10.0
_SLACK = 2.0
_TURN = 2.0  # seconds between two looks whether the camera is free
ELSEWHERE = "another recorder captures this camera, and this one waits for its end: stop one of them"


class Orders(BaseModel):
    """What the recorder tells a camera process."""

    camera: CameraSection
    retention: RetentionSection
    state: Path
    zone: str


class Camera:
    """One camera's life. `say` is given a status at each part, change and wait."""

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
        state, name = State(orders.state), orders.camera.name
        self._trusted = TrustedTime(state, clock)
        self._arrivals = ArrivalClock(self._trusted.latest, clock)
        self._journal = Journal(state.gaps(name), clock)
        self._segments = Segments(
            state, name, public_half(state), lambda epoch: footage_deadline(epoch, orders.retention)
        )
        self._cause: Cause | None = Cause.STOPPED
        self._until: datetime | None = None
        self._packets: Counter[str] = Counter()
        self.orphaned = threading.Event()  # the recorder was killed: the next one says so

    def run(self) -> None:
        """Capture until told to stop, as the only process that captures this camera."""
        with CameraLock(State(self._orders.state), self._orders.camera.name) as lock:
            if self._has_turn(lock):
                self._capture()

    def _has_turn(self, lock: CameraLock) -> bool:
        """Wait until nobody else captures this camera; False when told to stop before. Nothing is written meanwhile."""
        while not self._stop.is_set():
            try:
                if lock.take():
                    return True
                message = ELSEWHERE
            except DiskRefused as error:
                message = str(error)
            self._tell(_TURN + _SLACK, message)
            self._stop.wait(_TURN)
        return False

    def _capture(self) -> None:
        self._take_over()
        failures = 0
        while not self._stop.is_set():
            began = self._clock.monotonic()
            cause = self._once()
            failures = 0 if self._clock.monotonic() - began > GOOD else failures + 1
            if cause is not None:
                self._back_off(cause, failures)
        if not self.orphaned.is_set():
            self.missing(Cause.STOPPED)
        self._tell(_SLACK)

    def stored(self, first: datetime, last: datetime) -> None:
        """Listener: footage is on disk."""
        if self._cause is not None:
            self._cause = None
            self._journal.note(first, None)
        else:
            self._journal.catch_up()
        self._until = last
        self._tell(STALL + _SLACK)

    def missing(self, cause: Cause, message: str = "") -> None:
        """Listener: there is no footage from the last part on."""
        if cause != self._cause:
            now = self._now()
            at = self._until if self._cause is None and self._until else max(now, self._until or now)
            self._cause = cause
            self._journal.note(at, cause)
        self._tell(STALL + _SLACK, message)

    def _once(self) -> Cause | None:
        """One connection, to its end; the cause of its end, None when told to stop."""
        self._tell(2 * CONNECT + _SLACK)
        try:
            source = self._connect()
        except CaptureFailed as error:
            return self._failed(error)
        self._arrivals.stepped()  # what was set while nothing came is no step in the footage
        connection = Connection(source, self._segments, self._arrivals, self, self._stop)
        try:
            connection.run()
        except CaptureFailed as error:
            return self._failed(error)
        finally:
            source.close()
            self._packets.update({"in": connection.packets + source.unusable.total(), "stored": connection.stored})
            self._packets.update(connection.dropped)
        return None

    def _failed(self, error: CaptureFailed) -> Cause:
        self.missing(error.cause, str(error))
        return error.cause

    def _back_off(self, cause: Cause, failures: int) -> None:
        """Wait longer after each failure, unevenly: cameras behind one switch do not all come at once."""
        least = _REFUSED if cause is Cause.UNAUTHORISED else 0.0  # cameras lock out who insists
        delay = max(least, min(_SHORTEST * 2 ** min(failures - 1, 10), _LONGEST))
        delay *= random.uniform(0.75, 1.25)  # noqa: S311 - no secret
        self._tell(delay + _SLACK)
        self._stop.wait(delay)

    def _take_over(self) -> None:
        """Say why the life before this one ended, where it could not say so itself."""
        now = self._trusted.latest()
        self._until = latest_end(State(self._orders.state), self._orders.camera.name, now)
        self._journal.prune(self._trusted.for_destroying() - self._orders.retention.footage)
        take_over(self._journal, self._until, self._clock.boot_id())

    def _now(self) -> datetime:
        return from_microseconds(self._arrivals.now())

    def _tell(self, patience: float, message: str = "") -> None:
        """A sign of life; silence for longer than `patience` seconds means that this process hangs."""
        until = microseconds(self._until) if self._until else None
        status = {"cause": self._cause, "until": until, "patience": patience, "message": message}
        self._say(status | {"packets": dict(self._packets)} if self._packets else status)


def main() -> None:
    """The process: orders in, signs of life out."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    orders = Orders.model_validate_json(_first_line())
    stop = threading.Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's ^C reaches the recorder, which tells us
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    clock = SystemClock()
    connect = partial(open_source, orders.camera, clock, stop, orders.zone)
    camera = Camera(orders, clock, stop, _print, connect=connect)
    listener = threading.Thread(target=_stop_at_end_of_input, args=(stop, camera.orphaned), daemon=True, name="orders")
    listener.start()
    camera.run()


def _first_line() -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(0, 65_536)
        if not part:
            raise SystemExit(64)
        line += part
    return line


def _stop_at_end_of_input(stop: threading.Event, orphaned: threading.Event) -> None:
    said = b""
    while part := os.read(0, 4096):
        said += part
    if STOP not in said:
        orphaned.set()
    stop.set()


def _print(status: dict[str, Any]) -> None:
    with suppress(BrokenPipeError):  # the recorder is gone; standard input says so too
        os.write(1, json.dumps(status).encode() + b"\n")


if __name__ == "__main__":
    main()
