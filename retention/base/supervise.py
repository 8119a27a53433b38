"""Runs several services in one terminal, as systemd would: starts them, shows what they say, starts again what died.

Each child gets a notification socket of its own. One that ends with 78 (its configuration or the state directory is
wrong) stays down; the others are started again, later each time; one whose watchdog is not fed is ended first.
"""

import ctypes
import logging
import os
import selectors
import signal
import socket
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from types import FrameType

from retention.base.clock import Clock
from retention.base.forgetful import forgetful

log = logging.getLogger("portier.run")

CONFIGURATION_WRONG = 78
FIRST_WAIT, LONGEST_WAIT, HEALTHY_AFTER = 1.0, 30.0, 60.0


@dataclass(frozen=True)
class Trade:
    """What is to be kept running, how long it may leave its watchdog unfed, take to end, and take to be ready.

    `first_wait`: how soon it is started again; twice as long each time, as long as it does not stay well for a minute.
    """

    name: str
    command: Sequence[str]
    silence: float = 120.0
    patience: float = 15.0
    forgets: bool = False
    """Whether its memory is to be overwritten as it is freed."""
    readiness: float = 300.0
    first_wait: float = FIRST_WAIT


@dataclass
class Child:
    """One trade and its process, if it runs."""

    trade: Trade
    door: socket.socket
    process: subprocess.Popen[bytes] | None = None
    ready: bool = False
    started: float = 0.0
    heard: float = 0.0
    wait: float = 0.0
    start_at: float | None = 0.0
    rest: bytes = field(default=b"", repr=False)


class Supervisor:
    """Keeps trades running until it is told to stop; `say(name, line)` gets everything they print."""

    def __init__(self, trades: Sequence[Trade], clock: Clock, say: Callable[[str, str], None]) -> None:
        self._clock = clock
        self._say = say
        self._stop = Event()
        self._selector = selectors.DefaultSelector()
        self._folder = tempfile.TemporaryDirectory(prefix="portier-run-")
        self._wake, self._bell = socket.socketpair()
        self._selector.register(self._wake, selectors.EVENT_READ, None)
        self.children = [Child(trade, self._door(trade.name)) for trade in trades]
        for child in self.children:
            self._selector.register(child.door, selectors.EVENT_READ, child)

    def run(self, environment: Mapping[str, str]) -> int:
        """Until SIGINT or SIGTERM, or until nothing is left to run; then end every child and wait for it."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._signalled)
        try:
            while not self._stop.is_set() and any(
                child.process or child.start_at is not None for child in self.children
            ):
                self._tend(environment)
                self._listen(self._nap())
        finally:
            self._end_all()
        return 0 if self._stop.is_set() else CONFIGURATION_WRONG

    def _nap(self) -> float:
        """How long nothing needs to be done, unless somebody says something."""
        now = self._clock.monotonic()
        return min([0.5, *(max(child.start_at - now, 0.0) for child in self.children if child.start_at is not None)])

    def _signalled(self, number: int, _: FrameType | None) -> None:
        self._stop.set()
        self._bell.send(b".")

    def _tend(self, environment: Mapping[str, str]) -> None:
        now = self._clock.monotonic()
        for child in self.children:
            if child.process is None:
                if child.start_at is not None and now >= child.start_at:
                    self._start(child, environment, now)
            elif child.process.poll() is not None:
                self._ended(child, now)
            elif now - child.heard > (silence := child.trade.silence if child.ready else child.trade.readiness):
                self._say(child.trade.name, f"silent for {silence:.0f} s: it is ended and started again")
                child.process.kill()
                child.heard = now

    def _start(self, child: Child, environment: Mapping[str, str], now: float) -> None:
        surroundings = (forgetful(environment) if child.trade.forgets else dict(environment)) | {
            "NOTIFY_SOCKET": str(self._address(child.trade.name)),
            "PYTHONUNBUFFERED": "1",
        }
        # Its own process group, so that Ctrl-C reaches the supervisor alone, which ends the children in order.
        child.process = subprocess.Popen(  # noqa: S603 - our own command line, no shell
            child.trade.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=surroundings,
            start_new_session=True,
            preexec_fn=_end_with_the_supervisor,  # noqa: PLW1509 - this process has one thread
        )
        child.ready, child.started, child.heard, child.start_at = False, now, now, None
        assert child.process.stdout is not None
        os.set_blocking(child.process.stdout.fileno(), False)
        self._selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _ended(self, child: Child, now: float) -> None:
        assert child.process is not None
        code = child.process.returncode
        self._let_go(child)
        if code == CONFIGURATION_WRONG:
            self._say(child.trade.name, "stays down until that is put right; then start Portier again")
            return
        if not child.wait or now - child.started > HEALTHY_AFTER:
            child.wait = child.trade.first_wait
        child.start_at = now + child.wait
        self._say(child.trade.name, f"ended ({_how(code)}); started again in {child.wait:.2g} s")
        child.wait = min(child.wait * 2, LONGEST_WAIT)

    def _let_go(self, child: Child) -> None:
        assert child.process is not None
        assert child.process.stdout is not None
        self._read(child)
        self._selector.unregister(child.process.stdout)
        child.process.stdout.close()
        child.process = None

    def _listen(self, seconds: float) -> None:
        for key, _ in self._selector.select(seconds):
            if key.data is None:
                self._wake.recv(64)
            elif key.fileobj is key.data.door:
                self._notified(key.data)
            else:
                self._read(key.data)

    def _read(self, child: Child) -> None:
        assert child.process is not None
        assert child.process.stdout is not None
        while chunk := child.process.stdout.read(65536):
            *lines, child.rest = (child.rest + chunk).split(b"\n")
            for line in lines:
                self._say(child.trade.name, line.decode("utf-8", "replace"))
        if chunk == b"":  # it closed its output; poll() tells the rest
            if child.rest:
                self._say(child.trade.name, child.rest.decode("utf-8", "replace"))
            child.rest = b""

    def _notified(self, child: Child) -> None:
        words = child.door.recv(4096).decode("utf-8", "replace").splitlines()
        child.heard = self._clock.monotonic()
        if "READY=1" in words and not child.ready:
            child.ready = True
            self._say(child.trade.name, "ready")

    def _end_all(self) -> None:
        for child in self.children:
            if child.process:
                child.process.send_signal(signal.SIGTERM)
        told = self._clock.monotonic()
        while alive := [child for child in self.children if child.process]:
            self._listen(0.1)
            for child in alive:
                self._see_out(child, self._clock.monotonic() - told)
        for child in self.children:
            child.door.close()
        self._wake.close()
        self._bell.close()
        self._selector.close()
        self._folder.cleanup()

    def _see_out(self, child: Child, waited: float) -> None:
        assert child.process is not None
        if child.process.poll() is None and waited > child.trade.patience:
            self._say(child.trade.name, f"did not end within {child.trade.patience:.0f} s and is killed")
            os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()
        if child.process.returncode is not None:
            self._let_go(child)

    def _door(self, name: str) -> socket.socket:
        door = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        door.bind(str(self._address(name)))
        return door

    def _address(self, name: str) -> Path:
        return Path(self._folder.name) / f"{name}.sock"


_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def _end_with_the_supervisor() -> None:
    """A supervisor that is killed leaves nobody behind: two recorders on one camera would be worse than none."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit code {code}"
