"""How a camera's process hands key frames to the eyes: the picture in a sealed memfd, a line about it in a datagram.

The recorder makes a pair of sockets for each camera, so nobody else can speak here. The camera never waits: where
nobody listens, or the eyes are behind, a key frame is not looked at. The eyes believe nothing: sizes, moments and the
sealing are checked before a byte is read, and the bytes are let go of as soon as they are.
"""

import fcntl
import json
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from recorder.video.boxes import VideoFormat
from retention.base.clock import from_microseconds, microseconds

APART = timedelta(seconds=1.5)  # so that a key frame each second gives a look each two
LARGEST = 8 * 1024 * 1024  # bytes of a key frame
_LINE = 4096
_OLD, _AHEAD = timedelta(minutes=2), timedelta(seconds=10)
_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW


@dataclass(frozen=True)
class KeyFrame:
    """One key frame as an MP4 sample, the moment it shows, and what a decoder must know (its MP4 sample entry)."""

    at: datetime
    entry: bytes
    sample: bytes


class Sender:
    """The camera's end. `descriptor` is the socket's, or None where no eyes are wanted."""

    def __init__(self, descriptor: int | None) -> None:
        self._socket = None if descriptor is None else socket.socket(fileno=descriptor)
        if self._socket is not None:
            self._socket.setblocking(False)  # send_fds of Python 3.11 heeds no flags
        self._last: datetime | None = None

    def show(self, at: datetime, form: VideoFormat, sample: bytes) -> bool:
        """Hand one key frame over; False where it was not wanted, or there was no room for it."""
        if self._socket is None or not 0 < len(sample) <= LARGEST:
            return False
        if self._last is not None and timedelta() <= at - self._last < APART:
            return False
        self._last = at
        head = json.dumps({"at": microseconds(at), "bytes": len(sample)}).encode() + b"\n" + form.entry
        try:
            memory = _sealed(sample)
        except OSError:
            return False
        try:
            socket.send_fds(self._socket, [head], [memory])
        except OSError:  # the eyes are behind, or away
            return False
        finally:
            os.close(memory)
        return True

    def close(self) -> None:
        """Let go of the socket."""
        if self._socket is not None:
            self._socket.close()


def receive(door: socket.socket, now: Callable[[], datetime]) -> KeyFrame | None:
    """The next key frame; None for what is none, or came too late. BlockingIOError when there is nothing."""
    message, descriptors, flags, _ = socket.recv_fds(door, _LINE, 1, socket.MSG_DONTWAIT)
    try:
        if len(descriptors) != 1 or flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
            return None
        return _checked(message, descriptors[0], now())
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None
    finally:
        for descriptor in descriptors:
            with suppress(OSError):
                os.close(descriptor)


def _checked(message: bytes, memory: int, now: datetime) -> KeyFrame | None:
    line, _, entry = message.partition(b"\n")
    told = json.loads(line)
    at, size = from_microseconds(told["at"]), told["bytes"]
    if not now - _OLD <= at <= now + _AHEAD or not 0 < size <= LARGEST:
        return None
    # Only memory has seals; sealed, it can neither shrink under our hands nor change.
    if fcntl.fcntl(memory, fcntl.F_GET_SEALS) & _SEALS != _SEALS or os.fstat(memory).st_size != size:
        return None
    return KeyFrame(at, entry, os.pread(memory, size, 0))


def _sealed(sample: bytes) -> int:
    memory = os.memfd_create("key frame", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    try:
        os.write(memory, sample)
        fcntl.fcntl(memory, fcntl.F_ADD_SEALS, _SEALS | fcntl.F_SEAL_SEAL)
    except OSError:
        os.close(memory)
        raise
    return memory
