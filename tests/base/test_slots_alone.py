"""One copy of the slots is gone, and the disk takes no new one: the copy that is left does all the work."""

from datetime import timedelta
from pathlib import Path

import pytest

from retention.base.readerkey import private_half, public_half
from retention.base.slots import Slot, SlotFile
from retention.base.state import VISITS, State
from retention.reaper import Reaper
from tests.support.clock import ManualClock

EPOCH = 20270302


@pytest.fixture
def slot(state: State, clock: ManualClock) -> Slot:
    """A day that lives for another hour."""
    return SlotFile(state, VISITS).claim(EPOCH, clock.now() + timedelta(hours=1), public_half(state))


def take_away(state: State, copy: int) -> Path:
    """Lose one copy; where the next one is made aside stands a folder, as if the disk were full."""
    path = SlotFile(state, VISITS).paths[copy]
    path.unlink()
    aside = path.with_name(f".{path.name}.new")
    aside.mkdir()
    return aside


@pytest.mark.parametrize("copy", [0, 1])
def test_what_is_sealed_is_still_opened_with_one_copy(state: State, slot: Slot, clock: ManualClock, copy: int) -> None:
    take_away(state, copy)
    opened = SlotFile(state, VISITS).open(EPOCH, private_half(state), clock.now())
    assert opened.public_key() == slot.public


@pytest.mark.parametrize("copy", [0, 1])
def test_what_is_due_is_destroyed_in_the_copy_that_is_left(
    state: State, slot: Slot, clock: ManualClock, copy: int
) -> None:
    take_away(state, copy)
    clock.advance(hours=2)
    assert Reaper(state).step(clock.now()).failures == []
    assert slot.wrapped not in SlotFile(state, VISITS).paths[1 - copy].read_bytes()


def test_a_copy_that_can_be_made_again_is_used_from_then_on(state: State, slot: Slot, clock: ManualClock) -> None:
    aside = take_away(state, 1)
    slots = SlotFile(state, VISITS)
    assert slots.find(EPOCH) is not None
    aside.rmdir()
    SlotFile(state, VISITS).live()  # some other process finds room again
    slots.claim(EPOCH + 1, slot.deadline, public_half(state))
    slots.erase(EPOCH, clock.now())
    first, second = (path.read_bytes() for path in slots.paths)
    assert slot.wrapped not in first
    assert first == second
