"""Camera processes are forked from one that has loaded everything: they share its memory, and are there at once.

`python -m recorder.nursery` is that process: one thread, no key, no file, its only door on standard input. A camera
process lives on when the nursery ends; the next camera gets a new one.
"""

import gc
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from recorder.waiting import ready

_PATIENCE = 15.0  # seconds until a new nursery has loaded everything, on a busy machine
_ANSWERS = 3.0  # seconds in which one that has loaded everything answers: the recorder waits meanwhile
PLACES = (0, 1, 3)  # of what a child is sent: standard input, standard output, and what else it was passed
_UNKNOWN = 255  # the status of a process whose nursery did not live to tell it


class Forked:
    """A process that a nursery forked; the recorder holds the other ends of its standard input and output."""

    def __init__(self, pid: int, handle: int, pipes: tuple[int, int], status: Callable[[], int]) -> None:
        self.pid = pid
        self.stdin, self.stdout = os.fdopen(pipes[0], "wb", buffering=0), os.fdopen(pipes[1], "rb", buffering=0)
        self._handle, self._ask = handle, status
        self._status: int | None = None

    def poll(self) -> int | None:
        """Its exit status, the number of a signal negated; None while it runs."""
        if self._status is None and self._ended(0.0):
            self._status = self._ask()
        return self._status

    def wait(self, seconds: float) -> bool:
        """Whether it ends within that time."""
        return self._status is not None or self._ended(seconds)

    def kill(self) -> None:
        """End it, if it has not ended: never another process that got its number."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def close(self) -> None:
        """Let go of its pipes, and of itself once it has ended."""
        self.stdin.close()
        self.stdout.close()
        if self.poll() is not None and self._handle >= 0:
            os.close(self._handle)
            self._handle = -1

    def _ended(self, seconds: float) -> bool:
        return bool(ready([self._handle], seconds))


class Nursery:
    """The recorder's side of the process that forks its cameras."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._door: socket.socket | None = None
        self._statuses: dict[int, int] = {}

    def fork(self, *passed: int) -> Forked:
        """A new camera process, waiting for its orders. OSError when there is none to be had.

        What is `passed` is a descriptor that it has as its third, after input, output and errors.
        """
        try:
            return self._fork(self._opened(), passed)
        except OSError:  # it has ended, or does not answer: another one may
            self.close()
            return self._fork(self._opened(), passed)

    def _fork(self, door: socket.socket, passed: tuple[int, ...]) -> Forked:
        (its_in, ours_in), (ours_out, its_out) = os.pipe(), os.pipe()
        try:
            socket.send_fds(door, [b"fork"], [its_in, its_out, *passed])
            while "born" not in (word := self._hear(door)):
                pass
        except OSError:
            os.close(ours_in)
            os.close(ours_out)
            raise
        finally:
            os.close(its_in)
            os.close(its_out)
        door.settimeout(_ANSWERS)
        return Forked(word["born"], word["handle"], (ours_in, ours_out), partial(self._status_of, word["born"], door))

    def close(self) -> None:
        """End the nursery; its cameras live on."""
        if self._door is not None:
            self._door.close()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._door = self._process = None
        self._statuses.clear()

    def _opened(self) -> socket.socket:
        if self._door is None or self._process is None or self._process.poll() is not None:
            self.close()
            self._door, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._door.settimeout(_PATIENCE)
            with theirs:
                command = [sys.executable, "-m", "recorder.nursery"]
                self._process = subprocess.Popen(command, stdin=theirs.fileno())  # noqa: S603 - our own
        return self._door

    def _status_of(self, pid: int, door: socket.socket) -> int:
        """How a process ended that has ended, if the nursery that forked it is there to tell."""
        try:
            while pid not in self._statuses and door is self._door:
                self._hear(door)
        except OSError:  # it is gone, or hangs: no other process is to wait for it
            self.close()
        return self._statuses.pop(pid, _UNKNOWN)

    def _hear(self, door: socket.socket) -> dict[str, Any]:
        """One word of the nursery."""
        said, handles, _, _ = socket.recv_fds(door, 1024, 1)
        if not said:
            raise ConnectionResetError
        word: dict[str, Any] = json.loads(said)
        if "ended" in word:
            self._statuses[word["ended"]] = word["status"]
        return word | {"handle": handles[0]} if handles else word


def main() -> None:
    """Fork a camera process for every word, until the recorder is gone."""
    from recorder import camera  # noqa: PLC0415 - what its children share

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal's ^C reaches the recorder, which ends us
    gc.disable()
    gc.collect()
    gc.freeze()  # collecting would touch, and so copy, what is shared
    descriptors = _nurse()
    if descriptors:
        gc.enable()
        for place, descriptor in zip(PLACES, descriptors, strict=False):
            if descriptor != place:
                os.dup2(descriptor, place)
                os.close(descriptor)
        camera.main()


def _nurse() -> list[int]:
    """In each child the descriptors it was sent; in the nursery none, when the door is closed."""
    door = socket.socket(fileno=os.dup(0))
    woken, waker = socket.socketpair()
    waker.setblocking(False)
    signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    with door, woken, waker:
        while True:
            there = ready([door.fileno(), woken.fileno()], None)
            if woken.fileno() in there:
                woken.recv(4096)
                _tell_the_ended(door)
            if door.fileno() in there:
                said, descriptors, _, _ = socket.recv_fds(door, 64, len(PLACES))
                if not said or _born(door, descriptors):
                    return descriptors


def _born(door: socket.socket, descriptors: list[int]) -> bool:
    """Fork; True in the child."""
    pid = os.fork()
    if pid == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        return True
    handle = os.pidfd_open(pid)
    socket.send_fds(door, [json.dumps({"born": pid}).encode()], [handle])
    for descriptor in (handle, *descriptors):
        os.close(descriptor)
    return False


def _tell_the_ended(door: socket.socket) -> None:
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            status = os.waitstatus_to_exitcode(ended[1])
            door.send(json.dumps({"ended": ended[0], "status": status}).encode())


if __name__ == "__main__":
    main()
