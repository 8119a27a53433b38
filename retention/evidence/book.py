"""What the chain of receipts adds up to: which keys are still to be erased, and the figures of each day. Pure.

Whoever keeps the chain and whoever verifies it fill the same book from the same lines.
"""

import struct
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any, Final

from retention.evidence.follow import BATCH, Break, Torn, follow, used
from retention.evidence.line import GENESIS, Key, Line

_OPEN: Final = struct.Struct("<48sqIIq32s")
SECOND: Final = 1_000_000
Place = tuple[date, int]


@dataclass
class Day:
    """The figures of one day's file."""

    made: Counter[str] = field(default_factory=Counter)
    erased: Counter[str] = field(default_factory=Counter)
    why: Counter[str] = field(default_factory=Counter)
    late: int = 0
    latest: int | None = None  # seconds after the deadline; below zero: before it
    earliest: int | None = None
    unnoted: int = 0
    torn: int = 0
    breaks: int = 0
    lines: int = 0

    def figures(self) -> dict[str, Any]:
        """As a digest states them."""
        return {
            "made": dict(sorted(self.made.items())),
            "erased": dict(sorted(self.erased.items())),
            "why": dict(sorted(self.why.items())),
            "late": self.late,
            "latest_seconds": self.latest,
            "earliest_seconds": self.earliest,
            "unnoted": self.unnoted,
            "torn": self.torn,
            "breaks": self.breaks,
            "lines": self.lines,
        }


class Book:
    """The state of a walk along the chain: where it is, what is open, and what was found."""

    def __init__(self, number: int = 0, hash: bytes = GENESIS, known: bytes = b"") -> None:
        """`known`: what was open before the first line, as `listing` gives it."""
        self.number, self.hash = number, hash
        self.open: dict[Key, tuple[bytes, int]] = {}
        self._gone: tuple[set[Key], set[Key]] = (set(), set())
        self._at: dict[tuple[str, int], Key] = {}
        self.problems: list[str] = []
        self.remarks: list[str] = []
        self.today = Day()
        whole = known if len(known) % _OPEN.size == 0 else b""  # one that was cut says nothing
        for name, epoch, slot, generation, deadline, committed in _OPEN.iter_unpack(whole):
            self._put((name.rstrip(b"\0").decode("ascii", "replace"), slot, generation, epoch), committed, deadline)

    def read(self, day: date, body: bytes, first: int = 0, *, last: bool = False) -> int:
        """Take the places of a day's file from the `first` on; how many. `last`: what is torn may still be named."""
        count, seen = used(body), 0
        for at, found in follow(body, self.number, self.hash):
            if isinstance(found, Line):
                self.number, self.hash, seen = found.number, found.hash, at + 1
                self._take(found, (day, first + at))
                continue
            where = _where((day, first + at))
            if isinstance(found, Torn):
                self.today.torn += found.count
                self.remarks.append(f"{where}: torn while it was written (power cut); the next line names it")
            elif last and found.held is None and count - seen <= BATCH:
                self.remarks.append(f"{where}: torn while it was written (power cut); the next line will name it")
                break
            else:
                self._break(found, (day, first + at))
        return count

    def end_of_day(self) -> Day:
        """The figures of the day that is over; the next one begins."""
        over, self.today = self.today, Day()
        self._gone = (self._gone[1], set())
        return over

    def listing(self) -> bytes:
        """What is open, in one order, so that its hash commits to it."""
        rows = (
            _OPEN.pack(stream.encode(), epoch, slot, generation, deadline, committed)
            for (stream, slot, generation, epoch), (committed, deadline) in self.open.items()
        )
        return b"".join(sorted(rows))

    def stated(self) -> dict[str, Any]:
        """What is open, as a digest states it."""
        return {"count": len(self.open), "hash": sha256(self.listing()).hexdigest()}

    def overdue(self, at: int) -> list[Key]:
        """The keys whose first deadline lies before `at` (microseconds), and that no line says were erased."""
        return sorted(key for key, (_, deadline) in self.open.items() if deadline <= at)

    def knows(self, key: Key) -> bool:
        """Whether a line said already that this key was made, or was erased a moment ago."""
        return key in self.open or any(key in gone for gone in self._gone)

    def at_slot(self, stream: str, slot: int) -> Key | None:
        """The open key that was made last in a slot."""
        return self._at.get((stream, slot))

    def _take(self, line: Line, at: Place) -> None:
        self.today.lines += 1
        if line.kind == "made":
            self._made(line)
        elif line.kind == "erased":
            self._erased(line, at)

    def _made(self, line: Line) -> None:
        """A line may come twice (two services looked at once), or after the erasure it crossed."""
        key = line.key
        if not self.knows(key):
            self.today.made[line.stream] += 1
            self._put(key, line.committed, line.deadline)

    def _erased(self, line: Line, at: Place) -> None:
        day, key = self.today, line.key
        if line.why == "damaged":  # nothing of the slot could be read but its place
            key = self.at_slot(line.stream, line.slot) or key
        if any(key in gone for gone in self._gone):
            self.remarks.append(f"{_where(at)}: tells an erasure a second time")
            return
        day.erased[line.stream] += 1
        day.why[line.why] += 1
        if line.why in ("deadline", "interrupted"):
            after = -(-(line.moment - line.deadline) // SECOND)
            day.late += line.moment > line.deadline
            day.latest = after if day.latest is None else max(day.latest, after)
            day.earliest = after if day.earliest is None else min(day.earliest, after)
        self._close(key, line, at)

    def _close(self, key: Key, line: Line, at: Place) -> None:
        noted = self.open.pop(key, None)
        self._gone[1].add(key)
        if self._at.get(key[:2]) == key:
            del self._at[key[:2]]
        if noted is None:
            self.today.unnoted += 1
        elif line.committed not in (noted[0], GENESIS):
            self.problems.append(f"{_where(at)}: names another slot than the one that was noted when it was made")

    def _put(self, key: Key, committed: bytes, deadline: int) -> None:
        self.open[key] = (committed, deadline)
        self._at[key[:2]] = key

    def _break(self, found: Break, at: Place) -> None:
        self.today.breaks += 1
        if found.held is None:
            self.problems.append(f"{_where(at)}: holds no line as it was written")
            return
        self.problems.append(f"{_where(at)}: does not follow number {self.number}; lines are missing or were changed")
        self.number, self.hash = found.held.number, found.held.hash
        self._take(found.held, at)


def _where(at: Place) -> str:
    return f"receipts of {at[0]}, place {at[1] + 1}"
