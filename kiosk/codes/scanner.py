"""Reads a scanner as a device: an input device that is grabbed, so that it types nowhere, or a serial line.

In a thread of its own; a scanner that is unplugged is taken up again when it comes back.
"""

import fcntl
import logging
import os
import select
import stat
import termios
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from kiosk.codes.keys import EVENT, Lines, sent, typed
from retention.base.translations import N_

log = logging.getLogger("portier.codes")

EVIOCGRAB: Final = 0x40044590
_INPUT: Final = 13  # the major number of input devices
_AT_ONCE: Final = 64 * EVENT.size
_SILENCE: Final = 0.25
"""After so many seconds without a letter a line is taken to be whole; most scanners end it themselves."""
RETRY: Final = 0.5
CLOSING: Final = 2.0


class Scanner:
    """One scanner. Whatever is scanned goes to `heard`, in the scanner's thread."""

    def __init__(self, path: str, heard: Callable[[str], None], grab: Callable[[int], None] | None = None) -> None:
        """`grab` takes an input device for us alone."""
        self._path, self._heard, self._grab = path, heard, grab or _grab
        self._stop = threading.Event()
        self.problem = ""
        self._thread = threading.Thread(target=self._listen, name="kiosk-scanner", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._thread.join(CLOSING)

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                with self._opened() as (descriptor, letters):
                    self._fail("")
                    self._read(descriptor, letters)
            except termios.error:
                self._fail(N_("it was unplugged"))
            except OSError as error:
                self._fail(error.strerror or N_("it cannot be read"))
            self._stop.wait(RETRY)

    @contextmanager
    def _opened(self) -> Iterator[tuple[int, Callable[[bytes], Iterator[str]]]]:
        descriptor = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        try:
            if os.isatty(descriptor):
                tty.setraw(descriptor, termios.TCSANOW)  # what was sent already is kept
                yield descriptor, sent
            else:
                self._grab(descriptor)
                yield descriptor, typed
        finally:
            os.close(descriptor)

    def _read(self, descriptor: int, letters: Callable[[bytes], Iterator[str]]) -> None:
        lines, poll = Lines(), select.poll()
        poll.register(descriptor, select.POLLIN)
        while not self._stop.is_set():
            if not poll.poll(_SILENCE * 1000):
                self._say(lines.end())
                continue
            raw = os.read(descriptor, _AT_ONCE)
            if not raw:
                raise OSError(None, N_("it was unplugged"))
            for letter in letters(raw):
                self._say(lines.add(letter))

    def _say(self, line: str | None) -> None:
        if line is not None:
            self._heard(line)

    def _fail(self, reason: str) -> None:
        if reason and reason != self.problem:
            log.warning(
                "the scanner %s cannot be read (%s): see its cable, and who may read the device", self._path, reason
            )
        self.problem = reason


def _grab(descriptor: int) -> None:
    """Take an input device for us alone; OSError for anything else, or where somebody has it."""
    if os.major(os.fstat(descriptor).st_rdev) != _INPUT or not stat.S_ISCHR(os.fstat(descriptor).st_mode):
        raise OSError(None, N_("it is neither an input device nor a serial line"))
    fcntl.ioctl(descriptor, EVIOCGRAB, 1)
