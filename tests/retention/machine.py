"""A machine whose true time the test knows, whatever its clocks say, with retention to keep its trusted time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from retention.base.audit import Trail
from retention.base.command import Office
from retention.base.trusted import TrustedTime
from retention.timekeeping.timekeeper import Timekeeper
from tests.retention.store import Store
from tests.support.clock import ManualClock
from tests.support.state import make_config, make_state

MEMORY = Path("/dev/shm")


class Machine:
    """A machine whose true time the test knows, with a service that keeps its trusted time."""

    def __init__(self, office: Office, clock: ManualClock) -> None:
        self.office, self.clock, self.store = office, clock, Store(office)
        self.trusted = TrustedTime(office.state, clock)
        self.keeper = Timekeeper(office, self.trusted)
        self.true = clock.now()
        self.keeper.wake()

    def run(self, *, every: float = 900, **parts: float) -> None:
        """Let the machine run, with a wake of the service every so often."""
        left = timedelta(**parts).total_seconds()
        while left > 0:
            span = timedelta(seconds=min(every, left))
            self.clock.advance(span)
            self.true += span
            left -= every
            self.keeper.wake()

    def let_run(self, **parts: float) -> None:
        """Let it run, with a single wake at the end."""
        self.run(every=timedelta(**parts).total_seconds(), **parts)

    def step(self, **parts: float) -> None:
        """Set the system clock, and let the service see it."""
        self.clock.step(**parts)
        self.keeper.wake()

    def switch_off(self, off: timedelta) -> None:
        """Off and on again, with the hardware clock going on if there is one."""
        self.clock.reboot(off)
        self.true += off
        self.keeper = Timekeeper(self.office, self.trusted)
        self.keeper.wake()

    @property
    def won(self) -> timedelta:
        """By how much trusted time is ahead of the truth."""
        return self.trusted.for_destroying() - self.true

    def acts(self) -> list[str]:
        return [entry.act for entry in Trail(self.office.state, self.clock).entries()]


@contextmanager
def a_machine(clock: ManualClock) -> Iterator[Machine]:
    """Its disk is in memory, where there is such a folder: thousands of floors are written and synced."""
    with TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None) as folder:
        state = make_state(Path(folder) / "state")
        yield Machine(Office(make_config(state.directory), state, clock), clock)
