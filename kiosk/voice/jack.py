"""Whether a headphone is plugged in, asked of the kernel: the switch of a jack (evdev, SW_HEADPHONE_INSERT).

Asking costs one system call, so it is asked often and nobody waits for events. A machine without such a switch has no
headphone as far as this goes: what is personal is not said there before the visitor was warned.
"""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol

HEADPHONE_INSERT: Final = 0x02
_EV_SW: Final = 0x05
_BYTES: Final = 8
_READ: Final = 2 << 30
_EVIOCGSW: Final = _READ | _BYTES << 16 | ord("E") << 8 | 0x1B
_EVIOCGBIT_SW: Final = _READ | _BYTES << 16 | ord("E") << 8 | 0x20 + _EV_SW
DEVICES: Final = Path("/dev/input")


class Jack(Protocol):
    """The door to the socket of the headphone."""

    def plugged(self) -> bool: ...

    def close(self) -> None: ...


class NoJack:
    """There is none, or none that tells."""

    def plugged(self) -> bool:
        return False

    def close(self) -> None:
        """Nothing to let go of."""


class EventJack:
    """The switches of one or more event devices."""

    def __init__(self, files: list[int]) -> None:
        self._files = files

    def plugged(self) -> bool:
        return any(_bit(file, _EVIOCGSW) for file in self._files)

    def close(self) -> None:
        for file in self._files:
            os.close(file)
        self._files = []


def find_jack(wanted: str) -> Jack:
    """The jack of the configuration: "auto" takes every device that has such a switch, "none" none."""
    if wanted == "none":
        return NoJack()
    paths = sorted(DEVICES.glob("event*")) if wanted == "auto" else [Path(wanted)]
    files = list(_with_switch(paths))
    return EventJack(files) if files else NoJack()


def _with_switch(paths: list[Path]) -> Iterator[int]:
    for path in paths:
        try:
            file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:  # not ours to read, or gone
            continue
        if _bit(file, _EVIOCGBIT_SW):
            yield file
        else:
            os.close(file)


def _bit(file: int, request: int) -> bool:
    """Whether the headphone's bit stands in what the device answers; not where it answers nothing."""
    answer = bytearray(_BYTES)
    try:
        fcntl.ioctl(file, request, answer)
    except OSError:  # no event device, or unplugged
        return False
    return bool(answer[HEADPHONE_INSERT // 8] >> HEADPHONE_INSERT % 8 & 1)
