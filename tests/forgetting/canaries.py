"""Names and pictures made to be found again, and where they are looked for: raw disks, logs, command lines, PDFs."""

import itertools
import mmap
import os
import re
import subprocess
import threading
import time
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from kiosk.codes.code import Code
from recorder.video.packet import Packet

_BIRD, _FAMILY = "Wielewaal", "Kwartelkoning"
FRAME = b"a canary frame:"
BLOCK = 4096
_CODE = b"wielewal"
CODES = (_CODE, _CODE.hex().encode(), Code(_CODE + bytes(8)).text[:18].encode())
WORDS = tuple(word.encode(form) for word in (_BIRD, _FAMILY) for form in ("utf-8", "utf-16-le", "utf-16-be"))


def names(count: int) -> list[str]:
    """Names that nobody bears, each another, all found by `WORDS`."""
    return [f"{_BIRD}{number:05d} {_FAMILY}" for number in range(count)]


def code(number: int) -> Code:
    """The code of a tear-off, found by `CODES` however it is written."""
    return Code(_CODE + number.to_bytes(8, "big"))


def marked(packet: Packet, number: int) -> Packet:
    """The same picture with a mark behind it, as a plain copy of it would show."""
    return packet._replace(data=packet.data + FRAME + b"%05d" % number)


def found_in(content: bytes, looked_for: Iterable[bytes]) -> int:
    """How many of these stand in some bytes."""
    return sum(one in content for one in looked_for)


def written(image: Path) -> bytes:
    """Every block of a raw disk that holds anything but zeros."""
    empty = bytes(BLOCK)
    with image.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as raw:
        blocks = (raw[start : start + BLOCK] for start in range(0, len(raw), BLOCK))
        return b"".join(block for block in blocks if block != empty)


def inflated(raw: bytes) -> Iterator[bytes]:
    """What the streams of PDFs on a raw disk hold."""
    for match in re.finditer(rb"stream\r?\n", raw):
        with suppress(zlib.error):
            yield zlib.decompressobj().decompress(raw[match.end() :])


def papers(raw: bytes, folder: Path) -> Iterator[bytes]:
    """The text of PDFs that lie on a raw disk in one piece: letters there are numbers of shapes, not text."""
    numbers = itertools.count()
    for match in re.finditer(rb"%PDF-.*?%%EOF", raw, re.DOTALL):
        path = folder / f"carved-{next(numbers)}.pdf"
        path.write_bytes(match[0])
        yield subprocess.run(["pdftotext", str(path), "-"], capture_output=True, check=False).stdout


class Watcher:
    """Looks at the command lines and surroundings of all processes, over and over, for as long as the block runs.

    Those of the last two seconds at every look, for they may end any moment; those that stay, twice a second.
    """

    def __init__(self) -> None:
        self.looks = 0
        self._met: dict[str, float] = {}
        self._at_all = 0.0
        self.seen: set[str] = set()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watcher")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(0.005):
            self.looks += 1
            for process in self._to_look_at(time.monotonic()):
                for what in ("cmdline", "environ", "comm"):
                    with suppress(OSError):
                        if found_in(Path("/proc", process, what).read_bytes(), WORDS):
                            self.seen.add(f"{what} of {process}")

    def _to_look_at(self, now: float) -> list[str]:
        there = [name for name in os.listdir("/proc") if name.isdecimal()]  # noqa: PTH208 - by far the fastest
        self._met = {process: self._met.get(process, now) for process in there}
        if now - self._at_all > 0.5:
            self._at_all = now
            return there
        return [process for process, since in self._met.items() if now - since < 2.0]


@contextmanager
def nothing_shown() -> Iterator[Watcher]:
    """No process shows a name in its arguments while the block runs."""
    with Watcher() as watcher:
        yield watcher
    assert watcher.seen == set()
    assert watcher.looks > 0
