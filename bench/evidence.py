"""Evidence: how long 40,000 receipts take to verify, and what one receipt costs the reaper."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.table import Row
from retention.base.audit import Trail
from retention.base.clock import SystemClock, microseconds
from retention.base.state import State
from retention.evidence.chain import Chain
from retention.evidence.keeper import Keeper
from retention.evidence.line import Line
from retention.evidence.verify import Known, Verdict, verify

RECEIPTS = 40_000
ONE_BY_ONE = 200


def measure(folder: Path) -> Iterator[Row]:
    """Both figures, on the disk of `folder`."""
    clock, state = SystemClock(), State(folder / "state")
    state.prepare()
    write(state, RECEIPTS)
    before = clock.monotonic()
    verdict = examine(state)
    took = clock.monotonic() - before
    assert verdict.problems == [], verdict.problems[:3]
    yield Row(f"{verdict.receipts} receipts verified", took, "s", goal="< 2 s")
    chain, now = Chain(state), datetime.now(UTC)  # noqa: TID251 - a measurement on a real disk
    before = clock.monotonic()
    for line in _lines(ONE_BY_ONE, now):
        chain.add([line], now)
    yield Row("one receipt, on disk", (clock.monotonic() - before) / ONE_BY_ONE * 1000, "ms")


def write(state: State, count: int) -> None:
    """So many receipts over two days, half of them of keys made and half of them erased, signed."""
    chain, start = Chain(state), datetime(2027, 3, 2, tzinfo=UTC)
    lines = _lines(count, start + timedelta(hours=12))
    chain.add(lines[: count // 2], start, patience=5)
    chain.add(lines[count // 2 :], start + timedelta(days=1), patience=5)
    for day in (0, 1, 2):
        now = start + timedelta(days=day, hours=1)
        Keeper(state, SystemClock()).turn(now, now, timedelta())


def examine(state: State) -> Verdict:
    """Verify all of it."""
    return verify(state, Trail(state, SystemClock()), Known())


def _lines(count: int, deadline: datetime) -> list[Line]:
    at = microseconds(deadline)
    keys = [(f"camera-{number % 6}", number // 6 % 8192, secrets.token_bytes(32)) for number in range(count // 2)]
    made = [Line("made", "", name, epoch * 60, at, at, epoch, 1, slot) for name, epoch, slot in keys]
    gone = [Line("erased", "deadline", name, epoch * 60, at, at, epoch, 1, slot) for name, epoch, slot in keys]
    return made + gone
