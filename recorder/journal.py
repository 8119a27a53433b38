"""Why there was no footage, written down when it is known: one line for each change, in a file beside the segments.

An entry holds from its moment on, over whatever earlier lines say of that time; cause None means footage was being
taken. So what no segment covers always has a cause, also without a database and after every kind of death. Each line
has a check sum: one that is damaged counts for nothing, and takes no other with it.
"""

import json
import os
from bisect import bisect_right
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zlib import crc32

from recorder.causes import Cause
from retention.base.clock import Clock, from_microseconds, microseconds
from retention.base.errors import DiskRefused
from retention.base.files import replace_file

_ENOUGH = 64 * 1024  # bytes, from which on a start leaves out what is past its term


@dataclass(frozen=True)
class Entry:
    """From `at` on: footage (None), or the cause of there being none. `boot` names the machine's run."""

    at: datetime
    cause: Cause | None
    boot: str

    def line(self) -> bytes:
        return summed({"at": microseconds(self.at), "cause": self.cause, "boot": self.boot})


def read(path: Path) -> list[Entry]:
    """The entries in force, in order of time."""
    in_force: list[Entry] = []
    for entry in filter(None, map(_parse, lines_of(path))):
        while in_force and in_force[-1].at >= entry.at:
            in_force.pop()
        in_force.append(entry)
    return in_force


def in_force(moment: datetime, entries: list[Entry]) -> Entry | None:
    """The entry that holds at a moment; None before the first."""
    place = bisect_right(entries, moment, key=lambda entry: entry.at)
    return entries[place - 1] if place else None


def lines_of(path: Path) -> list[bytes]:
    """The lines of a journal that say something; none where there is no journal."""
    try:
        return [line for line in path.read_bytes().split(b"\n") if line.strip(b" \0")]
    except FileNotFoundError:
        return []


def damaged_lines(path: Path) -> int:
    """How many lines are not as they were written; one that a power cut left unfinished is no damage."""
    return sum(line.endswith(b"}") and unsummed(line) is None for line in lines_of(path))


def summed(told: dict[str, Any]) -> bytes:
    """A line of a journal, with the check sum of what stands before it."""
    text = json.dumps(told).removesuffix("}")
    return f'{text}, "sum": "{crc32(text.encode()):08x}"}}\n'.encode()


def unsummed(line: bytes) -> dict[str, Any] | None:
    """What a line says; None when its check sum does not fit."""
    text, _, rest = line.rpartition(b', "sum": ')
    if rest.strip() != f'"{crc32(text):08x}"}}'.encode():
        return None
    try:
        told = json.loads(text + b"}")
    except ValueError:
        return None
    return told if isinstance(told, dict) else None


def take_over(journal: "Journal", until: datetime | None, boot: str) -> None:
    """Say why the life before this one ended, where it could not say so itself; `until`: where its footage ends."""
    entries = read(journal.path)
    if not entries:
        if until:  # there is footage, and what was written about its end is gone
            journal.note(until, Cause.LOST)
    elif entries[-1].cause is None:
        at = max(until or entries[-1].at, entries[-1].at)
        journal.note(at, Cause.RESTARTED if entries[-1].boot == boot else Cause.POWER_LOST)


class Journal:
    """The writing side. What a full disk refuses is kept, and written when there is room again."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self._clock = clock
        self._waiting: list[bytes] = []

    def note(self, at: datetime, cause: Cause | None) -> None:
        """From `at` on there is no footage because of `cause`, or there is (None)."""
        self._waiting.append(Entry(at, cause, self._clock.boot_id()).line())
        self.catch_up()

    def catch_up(self) -> bool:
        """Write what is waiting; False while the disk refuses."""
        if not self._waiting:
            return True
        try:
            self.path.parent.mkdir(mode=0o770, parents=True, exist_ok=True)
            descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
            try:
                # A line cut short before must not swallow this one: begin on a line of its own.
                os.write(descriptor, b"\n" + b"".join(self._waiting))
                os.fdatasync(descriptor)
            finally:
                os.close(descriptor)
        except OSError:
            return False
        self._waiting = []
        return True

    def prune(self, before: datetime) -> None:
        """Leave out what ended before a moment, once there is much of it."""
        try:
            if self.path.stat().st_size < _ENOUGH:
                return
            entries = read(self.path)
            kept = [entry for index, entry in enumerate(entries) if _ends(entries, index) >= before]
            replace_file(self.path, b"".join(entry.line() for entry in kept), 0o640)
        except (OSError, DiskRefused):
            return  # there is another start to try it


def _ends(entries: list[Entry], index: int) -> datetime:
    return entries[index + 1].at if index + 1 < len(entries) else entries[index].at + timedelta(days=36_500)


def _parse(line: bytes) -> Entry | None:
    raw = unsummed(line)
    try:
        cause = None if raw is None or raw["cause"] is None else Cause(raw["cause"])
        return Entry(from_microseconds(raw["at"]), cause, str(raw["boot"])) if raw else None
    except (ValueError, KeyError, TypeError, OverflowError):
        return None
