"""One camera's process as the recorder sees it: started, heard, ended; and what it last said of itself."""

import json
import os
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from recorder.causes import Cause
from recorder.nursery import PLACES, Forked, Nursery
from retention.base.clock import from_microseconds
from retention.base.config import CameraSection, Config

STARTING = 30.0  # seconds until the first sign of life of a new process, on a busy machine
WRITES = 300  # parts of the last minutes, by which a slow disk is told
_LONGEST = 15.0
STOP = b"stop"  # said before standard input closes, unless the recorder was killed
PAUSE, RESUME = b"pause", b"resume"  # store nothing; store again


@dataclass
class Child:
    """A camera, its process if one runs, and how it is."""

    camera: CameraSection
    cause: str | None = Cause.STOPPED
    message: str = ""
    until: datetime | None = None  # the end of its footage on disk
    packets: dict[str, int] = field(default_factory=dict)
    buffer_bytes: int = 0
    clock_offset_ms: float = 0.0
    writes_ms: deque[float] = field(default_factory=lambda: deque(maxlen=WRITES))
    paused: bool = False
    killed: bool = False
    _process: Forked | None = None
    _patience: float = 0.0
    _start_at: float = 0.0
    _failures: int = 0
    _rest: bytes = b""

    @property
    def title(self) -> str:
        return f"camera {self.camera.name}"

    @property
    def pid(self) -> int | None:
        """The number of its process, while it runs."""
        return self._process.pid if self._process else None

    def due(self, now: float) -> bool:
        """Whether it is to be started now."""
        return self._process is None and now >= self._start_at

    def start(self, nursery: Nursery, config: Config, state: Path, now: float, eyes: int | None = None) -> None:
        """Start its process, which hands key frames over through `eyes`; OSError when there is none to be had.

        The orders hold a password perhaps: on standard input, never as arguments.
        """
        footage = f"{round(config.retention.footage.total_seconds())} seconds"
        orders: dict[str, Any] = {"camera": self.camera.model_dump(mode="json"), "retention": {"footage": footage}}
        orders |= {"state": str(state), "zone": config.site.timezone}
        orders |= {"buffer": config.recorder.buffer, "paused": self.paused}
        passed = [] if eyes is None else [eyes]
        orders |= {"eyes": PLACES[2] if passed else None}
        self._process = nursery.fork(*passed)
        os.set_blocking(self._stdout(), False)
        self._tell(json.dumps(orders).encode())
        self._patience, self._rest, self.killed = now + STARTING, b"", False

    def hear(self, now: float) -> list[dict[str, Any]]:
        """What it said since the last call; its own fields follow."""
        said: list[dict[str, Any]] = []
        while self._process is not None and (part := _available(self._stdout())):
            *lines, self._rest = (self._rest + part).split(b"\n")
            said += [json.loads(line) for line in lines]
        for status in said:
            if "patience" in status:  # from the side that captures; the other one may wait for its disk
                self._patience = now + status["patience"]
            else:
                self.writes_ms.append(status["write_ms"])
            self.until = from_microseconds(status["until"]) if status["until"] else self.until
            self.packets, self.buffer_bytes = status["packets"], status["buffer_bytes"]
            self.clock_offset_ms = status["clock_offset_ms"]
            self.cause = status["cause"]
            self.message = status["message"] or (self.message if self.cause else "")
            if self.cause is None:
                self._failures = 0
        return said

    def figures(self) -> dict[str, float]:
        """Its packets, which add up once its connections are over; its disk, its memory, its clock."""
        dropped = sum(self.packets.values()) - self.packets.get("in", 0) - self.packets.get("stored", 0)
        slow = sorted(self.writes_ms)[-max(1, len(self.writes_ms) // 100) :]
        return {
            "packets_in": float(self.packets.get("in", 0)),
            "packets_stored": float(self.packets.get("stored", 0)),
            "packets_dropped": float(dropped),
            "fsync_ms_p99": min(slow, default=0.0),
            "buffer_bytes": float(self.buffer_bytes),
            "clock_offset_ms": self.clock_offset_ms,
        }

    def ended(self) -> int | None:
        """The exit status of a process that ended by itself."""
        return self._process.poll() if self._process else None

    def hangs(self, now: float) -> bool:
        """Whether it has been silent for longer than it said it would be."""
        return self._process is not None and not self.killed and now > self._patience

    def kill(self) -> None:
        """End a process that does not listen any more; it is gone once `ended` says so."""
        if self._process is not None:
            self._process.kill()
            self.killed = True

    def let_go(self, now: float) -> None:
        """Forget an ended process; the next one starts the later, the more often this happens."""
        self.close()
        self._process = None
        self._start_at = now + min(0.5 * 2 ** min(self._failures, 6), _LONGEST)
        self._failures += 1
        self.cause, self.message = Cause.RESTARTED, "its process ended and is started again"

    def pause(self, paused: bool) -> None:
        """Let it store nothing, or store again; also a process that is started later."""
        if self.paused != paused:
            self.paused = paused
            if self._process is not None:
                self._tell(PAUSE if paused else RESUME)

    def tell_to_stop(self) -> None:
        if self._process is not None:
            self._tell(STOP)
            self._process.stdin.close()

    def stopped_within(self, seconds: float) -> bool:
        """Wait for the end of a process that was told to stop."""
        return self._process is None or self._process.wait(max(0.1, seconds))

    def close(self) -> None:
        """Let go of the pipes."""
        if self._process is not None:
            self._process.close()

    def _tell(self, line: bytes) -> None:
        assert self._process is not None
        with suppress(BrokenPipeError):  # it ended: seen at the next look
            os.write(self._process.stdin.fileno(), line + b"\n")

    def _stdout(self) -> int:
        assert self._process is not None
        return self._process.stdout.fileno()


def _available(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65_536)
    except BlockingIOError:
        return b""
