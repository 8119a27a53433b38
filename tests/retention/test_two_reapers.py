"""Two reapers at once, and who claims or mends meanwhile: each key dies once, and none that is not meant to."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from retention.base.errors import NoFreeSlot
from retention.base.readerkey import public_half
from retention.base.sealed import SealedWriter
from retention.base.slot import SLOT_BYTES, Slot, tombstone_image
from retention.base.slotcopies import Copies
from retention.base.slots import NEIGHBOURS, SlotFile
from retention.base.state import CALAMITIES
from retention.reaper import Reaper
from tests.retention.conftest import Store
from tests.support.clock import ManualClock

CAMERA = "camera-entree"
FOUR_DAYS = timedelta(hours=96)


@pytest.fixture
def slots(store: Store) -> SlotFile:
    return SlotFile(store.state, CAMERA)


def used_again(store: Store, stale: Slot) -> tuple[Slot, Path]:
    """Another reaper erases a minute, and a much later one is given its place, and footage."""
    slots, later = SlotFile(store.state, CAMERA), stale.deadline + FOUR_DAYS
    slots.erase(stale.epoch, stale.deadline)
    for minute in range(1, NEIGHBOURS):  # no other place is free
        slots.claim(stale.epoch + minute * 60, later, public_half(store.state))
    epoch = stale.epoch + slots.capacity * 60
    slot = slots.claim(epoch, later, public_half(store.state))
    assert slot.index == stale.index
    writer = SealedWriter(store.state.segments("entree", epoch) / f"{epoch}-{0:032x}.seg", slot)
    writer.close()
    return slot, writer.path


def test_a_reaper_that_was_late_leaves_a_place_alone_that_was_used_again(
    store: Store, slots: SlotFile, clock: ManualClock
) -> None:
    store.minute(clock.now())
    (stale,) = slots.live()
    fresh, _ = used_again(store, stale)

    assert not slots.mark(stale)
    assert not slots.bury(stale, clock.now())
    assert fresh in slots.live()


def test_one_that_was_late_after_its_intent_leaves_it_alone_too(
    store: Store, slots: SlotFile, clock: ManualClock
) -> None:
    store.minute(clock.now())
    (stale,) = slots.live()
    assert slots.mark(stale)
    fresh, path = used_again(store, stale)

    assert not slots.bury(stale, clock.now())
    assert fresh in slots.live()
    assert path.exists()


def test_one_who_hangs_with_a_place_in_hand_holds_up_nothing_that_is_due(
    store: Store, slots: SlotFile, clock: ManualClock
) -> None:
    path = store.minute(clock.now())
    with Copies(store.state, CAMERA, slots.capacity).place(slots.live()[0].index) as held:
        assert held
        assert Reaper(store.state).evict(CAMERA, slots.live()[0].epoch, clock.now()).erased == []
        assert path.exists()  # room can wait for it, a term cannot
        Reaper(store.state).step(clock.now() + FOUR_DAYS)
    assert not path.exists()
    assert slots.live() == []


def test_what_is_evicted_goes_with_its_files_and_says_when(store: Store, slots: SlotFile, clock: ManualClock) -> None:
    path, other = store.minute(clock.now()), store.minute(clock.now() + timedelta(minutes=1))
    (slot, kept) = slots.live()
    at = clock.now() + timedelta(hours=30)

    swept = Reaper(store.state).evict(CAMERA, slot.epoch, at)

    assert [item.why for item in swept.erased] == ["room"]
    assert (path.exists(), other.exists()) == (False, True)
    assert slots.live() == [kept]
    left = slots.of(slot.epoch)
    assert left is not None
    assert left.erased_at == at < left.deadline
    assert Reaper(store.state).evict(CAMERA, slot.epoch, at).erased == []


@pytest.mark.parametrize("copy", [0, 1])
def test_a_key_that_one_copy_still_holds_is_destroyed_by_the_next_pass(
    store: Store, slots: SlotFile, clock: ManualClock, copy: int
) -> None:
    store.minute(clock.now())
    (slot,) = slots.live()
    with slots.paths[copy].open("r+b") as file:
        file.seek((slot.index + 1) * SLOT_BYTES)
        file.write(tombstone_image(slot, clock.now()))

    Reaper(store.state).step(clock.now())

    assert not any(slot.wrapped in path.read_bytes() for path in slots.paths)


def test_a_slot_file_that_was_replaced_is_followed_by_who_holds_it_open(
    store: Store, slots: SlotFile, clock: ManualClock
) -> None:
    store.minute(clock.now())
    reaper = Reaper(store.state)
    reaper.step(clock.now())
    held = slots.live()
    for path in slots.paths:  # as a restore of a backup would
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)
    path = store.minute(clock.now() + timedelta(minutes=1))

    new = slots.claim(held[0].epoch + 120, held[0].deadline, public_half(store.state))
    assert new in SlotFile(store.state, CAMERA).live()
    reaper.step(clock.now() + FOUR_DAYS + timedelta(minutes=5))
    assert SlotFile(store.state, CAMERA).live() == []
    assert not path.exists()


def test_two_reapers_and_a_claimer_at_once_destroy_each_key_once_and_no_new_one(
    store: Store, clock: ManualClock
) -> None:
    slots = SlotFile(store.state, CALAMITIES)
    at, later = clock.now() + timedelta(hours=1), clock.now() + timedelta(days=2)
    for epoch in range(slots.capacity):
        slots.claim(epoch, at, public_half(store.state))
    begin = threading.Barrier(3)

    def reap() -> int:
        reaper = Reaper(store.state)
        begin.wait()
        return len(reaper.step(at).erased)

    def claim() -> list[int]:
        """Take each place as soon as it is free."""
        mine, claimed = SlotFile(store.state, CALAMITIES), list[int]()
        begin.wait()
        while len(claimed) < 100:
            with suppress(NoFreeSlot):
                claimed.append(mine.claim(1_000 + len(claimed), later, public_half(store.state)).epoch)
        return claimed

    with ThreadPoolExecutor(3) as pool:
        first, second, claimed = pool.submit(reap), pool.submit(reap), pool.submit(claim)
    assert first.result() + second.result() == slots.capacity
    assert [slot.epoch for slot in slots.live()] == claimed.result()
    assert slots.mend(clock.now()) == 0
