"""An office with sealed footage and a day of visits, and the hands to look into it."""

from collections.abc import Iterator

import pytest

from retention.base.command import Office
from retention.base.config import Config
from retention.base.state import State
from tests.retention.machine import Machine, a_machine
from tests.retention.store import Store
from tests.support.clock import ManualClock

__all__ = ["Store"]


@pytest.fixture
def office(config: Config, state: State, clock: ManualClock) -> Office:
    return Office(config, state, clock)


@pytest.fixture
def store(office: Office) -> Store:
    return Store(office)


@pytest.fixture
def machine(clock: ManualClock) -> Iterator[Machine]:
    """A machine that runs, with a disk of its own."""
    with a_machine(clock) as machine:
        yield machine
