"""Every system call of an erasure fails, or is the last: it converges within a minute, and health is red meanwhile."""

import os
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from retention.base.command import Office
from retention.base.health import reports
from retention.base.readerkey import public_half
from retention.base.slot import SLOT_BYTES, Slot
from retention.base.slots import SlotFile
from retention.rules import LEAD, footage_deadline
from retention.service import REAP_EVERY, Retention
from tests.support.bars import Bars
from tests.support.clock import ManualClock
from tests.support.state import make_config, make_state
from tests.support.traced import Call, calls_of, fails_at

FAULTS = ("EIO", "EACCES", "EROFS", "EBUSY", "ENOSPC", "KILL")
WAKE = timedelta(seconds=REAP_EVERY)
CAMERA = "entree"


@dataclass
class Bench:
    """A retention service that runs, and a minute of footage whose time has come."""

    office: Office
    clock: ManualClock
    service: Retention = field(init=False)
    slot: Slot = field(init=False)
    path: Path = field(init=False)

    def __post_init__(self) -> None:
        self.slots = SlotFile(self.office.state, f"camera-{CAMERA}")
        self.service = Retention(self.office, rows=False)
        self.service.wakes.run_all()

    def prepare(self) -> None:
        """At the next wake a minute is due; the service knows of it."""
        epoch, state = int(self.clock.now().timestamp()) // 60 * 60, self.office.state
        deadline = footage_deadline(epoch, self.office.config.retention)
        self.slot = self.slots.claim(epoch, deadline, public_half(state))
        self.path = state.segments(CAMERA, epoch) / f"{epoch}-{epoch:032x}.seg"
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_bytes(b"sealed")
        self.clock.advance(deadline - LEAD - WAKE - self.clock.now())
        self.service.reap()
        assert self.path.exists()
        self.clock.advance(WAKE)

    @property
    def destroyed(self) -> bool:
        return self.erased and not self.path.exists()

    @property
    def erased(self) -> bool:
        """Judged from the bytes: neither copy holds the key."""
        at = (self.slot.index + 1) * SLOT_BYTES
        return not any(self.slot.wrapped in _bytes_at(path, at) for path in self.slots.paths)

    @property
    def red(self) -> bool:
        """Whether what was published at this moment says so."""
        (report,) = [report for report in reports(self.office.state) if report.service == "retention"]
        return report.at != self.clock.now() or bool(report.problems)

    def start_anew(self) -> None:
        """The service is started again; four wakes, a minute."""
        self.service = Retention(self.office, rows=False)
        self.service.wakes.run_all()
        for _ in range(timedelta(minutes=1) // WAKE):
            self.clock.advance(WAKE)
            self.service.reap()


@dataclass
class Tally:
    """What went wrong, fault by fault."""

    cases: int = 0
    unfinished: int = 0  # that one pass under a fault did not destroy
    not_red: list[str] = field(default_factory=list)
    not_converged: list[str] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)


def suffer(bench: Bench, faults: Iterator[tuple[Call, str]], chance: random.Random) -> Tally:
    """One erasure under each fault, and a start after it."""
    tally = Tally()
    for call, fault in faults:
        bench.prepare()
        told = f"{fault} at {call.name} {call.number}"
        ended = fails_at(bench.service.reap, call, fault)
        tally.cases += 1
        if ended > 0:
            tally.raised.append(told)
        if not bench.destroyed:
            tally.unfinished += 1
            if ended >= 0 and not bench.red:
                tally.not_red.append(told)
        if chance.random() < 0.5:
            bench.slots.mend(bench.clock.now())  # repair, run at once: it must bring nothing back
        bench.start_anew()
        if not bench.destroyed or bench.red:
            tally.not_converged.append(told)
    return tally


@pytest.fixture
def bench(tmp_path: Path, clock: ManualClock) -> Bench:
    config = make_config(make_state(tmp_path / "state").directory)
    return Bench(Office(config, config.where(), clock), clock)


def every_call(bench: Bench, log: Path) -> list[Call]:
    """Those of one erasure, from the wake to the report."""
    bench.prepare()
    calls = calls_of(bench.service.reap, log)
    assert bench.destroyed
    counted = Counter(call.name for call in calls)
    assert counted["pwrite64"] >= 4, counted  # two marks, two tombstones
    assert counted["unlink"] >= 1, counted
    bench.start_anew()
    return calls


def assert_nothing_is_wrong(tally: Tally) -> None:
    assert (tally.raised, tally.not_red, tally.not_converged) == ([], [], [])


def test_a_few_faults_of_an_erasure(bench: Bench, tmp_path: Path) -> None:
    chance = random.Random(4)
    calls = every_call(bench, tmp_path / "calls")
    writes = [call for call in calls if call.name in ("pwrite64", "fdatasync", "unlink", "fsync")]
    chosen = [(chance.choice(calls), chance.choice(FAULTS)) for _ in range(4)]
    chosen += [(chance.choice(writes), fault) for fault in ("KILL", "EIO", "EROFS")]
    chosen += [(Call("openat", 1), "EIO")]  # trusted time cannot be read for this one pass
    assert_nothing_is_wrong(suffer(bench, iter(chosen), chance))


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_every_fault_at_every_call_of_an_erasure(bench: Bench, tmp_path: Path, bars: Bars) -> None:
    calls = every_call(bench, tmp_path / "calls")
    faults = ((call, fault) for call in calls for fault in FAULTS)
    tally = suffer(bench, faults, random.Random(5))

    print(tally)
    what = f"{tally.cases} faults at {len(calls)} calls of an erasure"
    bars.at_least(f"{what}: left unfinished by them", tally.unfinished, 1)
    bars.at_most(f"{what}: not converged in 60 s", len(tally.not_converged), 0)
    bars.at_most(f"{what}: health not red meanwhile", len(tally.not_red), 0)
    bars.at_most(f"{what}: errors nobody expected", len(tally.raised), 0)


def _bytes_at(path: Path, offset: int) -> bytes:
    with path.open("rb") as file:
        return os.pread(file.fileno(), SLOT_BYTES, offset)
