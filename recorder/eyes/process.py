"""The eyes: one process that looks at a key frame of every camera each two seconds, or somewhat less often.

Started by recorder.eyes.watcher as `python -m recorder.eyes.process`, its orders on standard input, what it sees told
on standard output, one JSON line at a time. It holds no key that opens anything, keeps no picture but the seal of one
each ten seconds, and ends when standard input closes. A picture that crashes it costs looks for a moment, never
footage.
"""

import json
import os
import resource
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from pydantic import BaseModel

from recorder.eyes.blindness import Seen, Watch
from recorder.eyes.eyesight import UNSEEABLE, Eyesight, Sight
from recorder.eyes.handover import KeyFrame, receive
from recorder.eyes.sidecar import SPAN, Glance, Look, Sidecar
from recorder.eyes.view import COLUMNS, ROWS, View, Where, remembered
from recorder.video.mask import covers
from recorder.waiting import ready
from retention.base.clock import Clock, SystemClock, microseconds
from retention.base.config import RetentionSection
from retention.base.errors import DiskRefused, EpochErased, NoFreeSlot
from retention.base.files import replace_file
from retention.base.mask import Polygon
from retention.base.readerkey import public_half
from retention.base.service import leave_no_core
from retention.base.state import State
from retention.base.trusted import TrustedTime
from retention.rules import footage_deadline

ALIVE = 5.0  # seconds between two signs of life
_MEMORY = 3 * 2**30  # bytes of address space: a picture that wants more is none
_SAVED = timedelta(minutes=10)
_NOBODY = 300  # pictures, from which on one of them changes no number that is kept
_LATE = timedelta(seconds=SPAN + 5)  # after its beginning a look is over, whether or not a key frame follows


class Door(BaseModel):
    """A camera to look at: its name, the socket it speaks through, what its pictures hide."""

    name: str
    socket: int
    mask: tuple[Polygon, ...] = ()


class Orders(BaseModel):
    """What the recorder tells the eyes."""

    state: Path
    retention: RetentionSection
    doors: list[Door]


@dataclass
class _Open:
    """A look that goes on: its picture, and what moved since."""

    at: datetime
    until: datetime
    jpeg: bytes
    motion: float
    blind: str | None

    def look(self) -> Look:
        return Look(Glance(self.at, self.motion, self.blind), self.until, self.jpeg)


class Watched:
    """One camera before the eyes."""

    def __init__(self, door: Door, orders: Orders, clock: Clock, say: Callable[[dict[str, Any]], None]) -> None:
        self.name, self.socket = door.name, socket.socket(fileno=door.socket)
        self._say = say
        self._now = TrustedTime(State(orders.state), clock).latest
        self._state = State(orders.state)
        self._eyesight = Eyesight()
        self._shown = _shown(door.mask)
        self._watch = self._begin()
        self._saved: datetime | None = None
        self._sidecar = Sidecar(
            self._state, door.name, public_half(self._state), lambda epoch: footage_deadline(epoch, orders.retention)
        )
        self._open: _Open | None = None
        self._seen = Seen(0.0, None, None)

    def take(self) -> None:
        """Look at the next key frame, if that is one."""
        key = receive(self.socket, self._now)
        if key is None:
            return
        self._say({"looking": self.name})  # should it be the last word, the recorder knows whose picture it was
        sight = self._eyesight.see(key)
        if sight is not None:
            with suppress(*UNSEEABLE):  # one camera's pictures must not end the looks at all others
                self._see(key, sight)

    def idle(self) -> None:
        """End a look after which nothing came."""
        if self._open is not None and not timedelta() <= self._now() - self._open.at < _LATE:
            self._finish()

    def close(self) -> None:
        self._finish()
        self._sidecar.close()
        self._save()

    def _see(self, key: KeyFrame, sight: Sight) -> None:
        if self._saved is not None and not self._state.view(self.name).exists():
            self._watch, self._saved = Watch(self._shown), None  # somebody said that it looks elsewhere from now on
        seen = self._watch.look(sight.grey(), key.at)
        now = self._open
        if now is not None and (_span(now.at) != _span(key.at) or key.at < now.until):
            self._finish()
        if self._open is None:
            self._open = _Open(key.at, key.at, sight.jpeg(), seen.motion, seen.blind)
        else:
            self._open.until, self._open.motion = key.at, max(self._open.motion, seen.motion)
            self._open.blind = seen.blind or self._open.blind
        changed, self._seen = seen.blind != self._seen.blind, seen
        if changed:
            self._tell(key.at)
        if self._watch.view.pictures and (self._saved is None or not timedelta() <= key.at - self._saved < _SAVED):
            self._saved = key.at if self._save() else None

    def _finish(self) -> None:
        if self._open is None:
            return
        done, self._open = self._open, None
        try:
            self._sidecar.add(done.look())
        except (DiskRefused, NoFreeSlot, EpochErased):
            return  # no look of these ten seconds; the recorder speaks of the disk
        self._tell(done.at, motion=round(done.motion, 3))

    def _tell(self, at: datetime, **more: Any) -> None:
        kind, since = self._seen.blind, self._seen.since
        said = {"camera": self.name, "at": microseconds(at), "blind": kind, "since": since and microseconds(since)}
        self._say(said | more)

    def _begin(self) -> Watch:
        with suppress(OSError):
            view = remembered(self._state.view(self.name).read_bytes(), self._shown)
            return Watch(self._shown, view)
        return Watch(self._shown)

    def _save(self) -> bool:
        """Keep where it looks for the next life of this process; no picture can be made of it.

        Of a few pictures one could: whoever stood there would be kept, in plain and for ever. Until there are enough
        the file says that nothing is known yet; that it is there at all lets a person take it away.
        """
        view = self._watch.view
        if view.pictures:
            with suppress(DiskRefused):
                known = view if view.pictures >= _NOBODY else View(self._shown)
                replace_file(self._state.view(self.name), known.told(), 0o660)
                return True
        return False


class Eyes:
    """All cameras before one pair of eyes."""

    def __init__(self, orders: Orders, clock: Clock, say: Callable[[dict[str, Any]], None]) -> None:
        self._clock, self._say = clock, say
        self._cameras = {door.socket: Watched(door, orders, clock, say) for door in orders.doors}
        self._told = clock.monotonic()

    def run(self, end: int) -> None:
        """Look until the descriptor `end` says that the recorder is gone."""
        there: list[int] = []
        while end not in there:
            there = ready([end, *self._cameras], 1.0)
            for one in there:  # one key frame each in turn: no camera keeps the others waiting
                if one in self._cameras:
                    with suppress(BlockingIOError):
                        self._cameras[one].take()
            self._rest()
        for camera in self._cameras.values():
            camera.close()

    def _rest(self) -> None:
        now = self._clock.monotonic()
        for camera in self._cameras.values():
            camera.idle()
        if now - self._told >= ALIVE:
            self._told = now
            self._say({})


def _shown(mask: tuple[Polygon, ...]) -> Where:
    """The cells of which a mask hides nothing."""
    if not mask:
        return np.ones((ROWS, COLUMNS), np.bool_)
    hidden = covers(mask, COLUMNS * 16, ROWS * 16)[0].astype(np.float32)
    share = cv2.resize(hidden, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA)
    near = cv2.dilate((share > 0).astype(np.uint8), np.ones((3, 3), np.uint8))  # a mask's own rim is no edge
    return np.asarray(near == 0, np.bool_)


def _span(at: datetime) -> int:
    return microseconds(at) // (SPAN * 1_000_000)


def main() -> None:
    """The process: orders in, what it sees out."""
    leave_no_core()
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's ^C reaches the recorder, which ends us
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(0, 65_536)
        if not part:
            raise SystemExit(64)
        line += part
    Eyes(Orders.model_validate_json(line), SystemClock(), _print).run(0)


def _print(said: dict[str, Any]) -> None:
    with suppress(BrokenPipeError):  # the recorder is gone; standard input says so too
        os.write(1, json.dumps(said).encode() + b"\n")


if __name__ == "__main__":
    main()
