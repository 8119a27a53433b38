"""A slot of an epoch that no calendar has, made by damage or on purpose, holds up nobody and dies in time."""

from datetime import timedelta

import pytest

from retention.base.readerkey import public_half
from retention.base.slots import SlotFile
from retention.base.trusted import TrustedTime
from retention.reaper import Reaper
from retention.timekeeping.clamp import clamp
from tests.retention.conftest import Store
from tests.support.clock import ManualClock

STREAMS = ("visits", "texts", "camera-fietsen", "cases", "requests", "calamities")


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("epoch", [99_999_999, 20_271_399, -5, 2**62, -(2**62)])
def test_it_is_stepped_over_and_destroyed(store: Store, clock: ManualClock, stream: str, epoch: int) -> None:
    ends = clock.now() + timedelta(days=3_650)
    SlotFile(store.state, stream).claim(epoch, ends, public_half(store.state))
    assert TrustedTime(store.state, clock).for_destroying() <= clock.now()  # also where the floor is lost
    assert clamp(store.office, clock.now()) == []
    reaper = Reaper(store.state)
    assert (reaper.sweep_leftovers().failures, reaper.mend(clock.now())) == ([], [])
    clock.advance(days=3_651)
    swept = reaper.step(clock.now())
    assert (len(swept.erased), swept.failures, SlotFile(store.state, stream).live()) == (1, [], [])
