"""The eyes as the recorder sees them: their process, started and watched; which cameras they find blind, in sentences.

Their end or their silence costs looks, never footage. A camera whose pictures end them again and again is left out, and
that is told.
"""

import json
import logging
import os
import socket
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from retention.base.clock import from_microseconds
from retention.base.config import CameraSection, Config
from retention.base.health import Problem
from retention.base.translations import N_

log = logging.getLogger("portier.recorder")

_SILENCE = 30.0  # seconds, after which they hang; a machine may be slow while it starts them
_SOONEST, _LATEST = 1.0, 60.0
_OFTEN = 3  # ends at the pictures of one camera, after which it is left out
_WHAT = {
    "covered": N_(
        "camera %(camera)s is covered since %(since)s: go and look, and take away what hangs or sticks before its lens"
    ),
    "black": N_(
        "camera %(camera)s sees nothing but black since %(since)s: "
        "go and look whether it is covered, or its light is out"
    ),
    "overexposed": N_("camera %(camera)s sees nothing but white since %(since)s: go and see what shines into it"),
    "out_of_focus": N_("camera %(camera)s is out of focus since %(since)s: wipe its lens, and set its focus"),
    "frozen": N_("camera %(camera)s sends the same picture over and over since %(since)s: restart the camera"),
    "turned_away": N_(
        "camera %(camera)s looks elsewhere than before since %(since)s: turn it back, or say that this is meant: "
        "portier recorder look-anew --camera %(camera)s"
    ),
}
_LEFT_OUT = N_(
    "camera %(camera)s: its pictures end the eyes, so nobody looks at them any more; footage is kept: "
    "restart the camera, then the recorder"
)


@dataclass(frozen=True)
class Blind:
    """What is wrong with what a camera sees, and since when."""

    kind: str
    since: datetime

    def problem(self, camera: str) -> Problem:
        """What is seen and what to do."""
        return Problem(
            "P5",
            _WHAT[self.kind],
            {"camera": camera, "since": self.since.isoformat(timespec="seconds")},
            everywhere=True,
        )


class Watcher:
    """The process of the eyes, if any camera is to be looked at."""

    def __init__(self, config: Config, state: Path) -> None:
        self._config, self._state = config, state
        self._cameras = [camera for camera in config.cameras if camera.enabled and camera.eyes]
        self._pairs: dict[str, tuple[socket.socket, socket.socket]] = {}
        self.blind: dict[str, Blind] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self._rest, self._looking = b"", ""
        self._heard = self._start_at = 0.0
        self._failures = 0
        self._ends: Counter[str] = Counter()

    @property
    def pid(self) -> int | None:
        """The number of their process, while it runs."""
        return self._process.pid if self._process else None

    def door(self, camera: str) -> int | None:
        """The descriptor through which a camera's process hands its key frames over; None where nobody looks."""
        watched = any(camera == one.name for one in self._cameras)
        return self._pair(camera)[0].fileno() if watched else None

    def step(self, now: float) -> bool:
        """Hear them, start them, end them when they hang; whether a camera went blind or sees again."""
        before = dict(self.blind)
        if self._process is None:
            if now >= self._start_at and any(self._seen()):
                self._try_to_start(now)
            return False
        ended = self._process.poll()
        self._hear(now)
        if ended is not None:
            log.error("the eyes ended (%s) and are started again", ended)
            self._let_go(now)
        elif now - self._heard > _SILENCE:
            log.error("the eyes hang; they are ended and started again")
            self._process.kill()
            self._let_go(now)
        return self.blind != before

    def problems(self) -> list[Problem]:
        """A sentence for each camera that is blind, or that nobody looks at any more."""
        found = [blind.problem(camera) for camera, blind in sorted(self.blind.items())]
        left_out = sorted(camera for camera, times in self._ends.items() if times >= _OFTEN)
        return found + [Problem("P7", _LEFT_OUT, {"camera": camera}) for camera in left_out]

    def figures(self) -> dict[str, float]:
        """For each camera that is looked at, 1 where it is blind."""
        return {f"{camera.name}.blind": float(camera.name in self.blind) for camera in self._cameras}

    def end(self, seconds: float) -> None:
        """Let them seal what they hold, then end."""
        if self._process is not None:
            _close(self._process.stdin)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=seconds)
            self._process.kill()
            self._process.wait()
            _close(self._process.stdout)
            self._process = None
        for pair in self._pairs.values():
            for one in pair:
                one.close()
        self._pairs.clear()

    def _pair(self, camera: str) -> tuple[socket.socket, socket.socket]:
        """The camera's end and the eyes': they outlive both processes."""
        if camera not in self._pairs:
            self._pairs[camera] = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        return self._pairs[camera]

    def _seen(self) -> list[CameraSection]:
        return [camera for camera in self._cameras if self._ends[camera.name] < _OFTEN]

    def _try_to_start(self, now: float) -> None:
        try:
            self._start(now)
        except OSError as error:  # no memory or no process to be had: footage goes on
            log.error("the eyes cannot be started (%s)", error.strerror)
            self._start_at = now + _LATEST

    def _start(self, now: float) -> None:
        seen = self._seen()
        doors = [self._pair(camera.name)[1].fileno() for camera in seen]
        orders: dict[str, Any] = {"state": str(self._state), "retention": {"footage": _seconds(self._config)}}
        orders["doors"] = [
            {"name": camera.name, "socket": door, "mask": camera.mask} for camera, door in zip(seen, doors, strict=True)
        ]
        command = [sys.executable, "-m", "recorder.eyes.process"]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, pass_fds=doors)  # noqa: S603 - our own
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        os.set_blocking(self._process.stdout.fileno(), False)
        with suppress(BrokenPipeError):  # they ended at once: seen at the next look
            os.write(self._process.stdin.fileno(), json.dumps(orders).encode() + b"\n")
        self._rest, self._looking, self._heard = b"", "", now

    def _hear(self, now: float) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        if self.take_in(self._process.stdout.fileno()):
            self._heard = now

    def take_in(self, descriptor: int) -> bool:
        """What they said since the last call; whether there was any."""
        spoke = False
        while part := _available(descriptor):
            spoke = True
            *lines, self._rest = (self._rest + part).split(b"\n")
            for line in lines:
                with suppress(ValueError, KeyError, TypeError, AttributeError, OverflowError):  # broken by a picture
                    self.understand(json.loads(line))
        return spoke

    def understand(self, said: dict[str, Any]) -> None:
        """Take one line of theirs in."""
        self._looking = str(said.get("looking", self._looking))
        if "motion" in said:  # a look was sealed: all is well
            self._failures = 0
            self._ends[said["camera"]] = 0
        if "blind" in said:
            self._believe(said["camera"], said["blind"], said["since"])

    def _believe(self, camera: str, kind: str | None, since: int | None) -> None:
        known = self.blind.get(camera)
        if kind is None or since is None:
            if self.blind.pop(camera, None):
                log.info("camera %s sees again", camera)
        elif kind in _WHAT and (known is None or known.kind != kind):
            # The same, found by eyes that were started anew, lasts since then.
            self.blind[camera] = Blind(kind, from_microseconds(since))
            log.warning("%s", self.blind[camera].problem(camera).message)

    def _let_go(self, now: float) -> None:
        assert self._process is not None
        self._hear(now)
        self._process.wait()
        _close(self._process.stdin)
        _close(self._process.stdout)
        self._process = None
        self._ends[self._looking] += 1
        self._start_at = now + min(_SOONEST * 2 ** min(self._failures, 6), _LATEST)
        self._failures += 1


def _seconds(config: Config) -> str:
    return f"{round(config.retention.footage.total_seconds())} seconds"


def _available(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65_536)
    except BlockingIOError:
        return b""


def _close(pipe: Any) -> None:
    with suppress(BrokenPipeError):
        pipe.close()
